"""A marketplace that implements the contract in memory: an example to read, and what the tests ask.

``python -m bihuan.marketplace.reference --port 8900 --orders orders.jsonl`` serves it. It needs
neither Django nor a database. ``Faults`` makes it as unreliable as the real world.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs, quote, unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bihuan.marketplace import signature

Json = dict[str, Any]
Found = tuple[int, Json]
_KEY = re.compile(r"[A-Za-z0-9._:\-]{8,80}\Z")
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,40}\Z")
_DETAILS = ("address", "recipient", "phone", "title", "tax_number", "email")
_PARCELS = ("redirect_parcel", "intercept_parcel")
_UNSHIPPED = ("change_order", "cancel_order", "urge_shipment")
INSTRUCTIONS = (*_UNSHIPPED, *_PARCELS, "reissue_invoice")
_GRANTS = ("voucher", "validity")
MOST_GRANTS = 200
KINDS = ("price", "freight", "punitive", "damages", "goodwill", "payout")


@dataclass
class Faults:
    """What goes wrong from now on. ``lose_answers``: carried out, but the answer never arrives."""

    latency: float = 0.0
    errors: int = 0
    busy: int = 0
    lose_answers: int = 0
    garbage: int = 0
    hold_refunds: bool = False
    refuse_refunds: str = ""
    hold_instructions: bool = False
    refuse_instructions: str = ""
    hold_grants: bool = False
    refuse_grants: str = ""

    def use(self, name: str) -> bool:
        """Whether this fault strikes now; each is counted down."""
        left = int(getattr(self, name))
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0


@dataclass
class Reference:
    """The WSGI application. ``payments`` is the bank: one entry for each payment really made;
    ``carried_out`` the same for instructions: key, kind, details; ``given`` for grants: key, order."""

    orders: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    refunds: dict[str, Json] = field(default_factory=dict)
    payments: list[tuple[str, int]] = field(default_factory=list)
    splits: dict[str, list[Json]] = field(default_factory=dict)
    instructions: dict[str, Json] = field(default_factory=dict)
    carried_out: list[tuple[str, str, Json]] = field(default_factory=list)
    grants: dict[str, Json] = field(default_factory=dict)
    given: list[tuple[str, str]] = field(default_factory=list)
    paused: set[str] = field(default_factory=set)
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __call__(self, environ: Json, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, body = self._answer(environ)
        content = b"<html>not json" if self.faults.use("garbage") else json.dumps(body).encode()
        phrase = HTTPStatus(status).phrase
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            headers.append(("Retry-After", "1"))
        start_response(f"{status} {phrase}", headers)
        return [content]

    def _answer(self, environ: Json) -> Found:
        method, target = environ["REQUEST_METHOD"], _target(environ)
        parts = [unquote(part) for part in target.partition("?")[0].split("/") if part]
        self.requests.append((method, "/".join(parts)))
        if self.faults.use("errors"):
            return 503, {"code": "error"}
        if self.faults.use("busy"):
            return 429, {"code": "busy"}
        body = _body(environ)
        if body is None:
            return 413, {"code": "too_large"}
        if not self._signed(environ, body):
            return 401, {"code": "signature"}
        try:
            with self.lock:
                found = self._route(method, parts, environ, body)
        except (ValueError, RecursionError):
            found = 400, {"code": "malformed"}
        if self.faults.latency:
            time.sleep(self.faults.latency)
        return (504, {"code": "lost"}) if self.faults.use("lose_answers") else found

    def _signed(self, environ: Json, body: bytes) -> bool:
        if not self.secrets:
            return True
        return signature.verify(
            environ.get("HTTP_BIHUAN_SIGNATURE", ""),
            self.secrets,
            t=int(time.time()),
            method=environ["REQUEST_METHOD"],
            target=_target(environ),
            body=body,
            key=environ.get("HTTP_IDEMPOTENCY_KEY", ""),
        )

    def _route(self, method: str, parts: list[str], environ: Json, body: bytes) -> Found:
        if parts[:1] != ["v1"]:
            return 404, {"code": "no_such_path"}
        name, rest = f"{method} {'/'.join(parts[1:2])}", parts[2:]
        routes: dict[tuple[str, int], Callable[[], Found]] = {
            ("GET health", 0): lambda: (200, {"ok": True}),
            ("GET orders", 1): lambda: _or_absent(self.orders.get(rest[0])),
            ("GET orders", 2): lambda: self._log(rest),
            ("GET buyers", 1): lambda: self._buyer(rest[0]),
            ("GET buyers", 2): lambda: self._orders_of(rest, environ),
            ("GET shipments", 2): lambda: self._track(*rest),
            ("PUT refunds", 1): lambda: self._refund(rest[0], environ, body),
            ("GET refunds", 1): lambda: _or_absent(self.refunds.get(rest[0])),
            ("PUT instructions", 1): lambda: self._instruct(rest[0], environ, body),
            ("GET instructions", 1): lambda: _or_absent(_shown(self.instructions.get(rest[0]))),
            ("PUT grants", 0): lambda: self._grants(body),
            ("PUT products", 2): lambda: self._pause(rest, body),
        }
        route = routes.get((name, len(rest)))
        if route:
            return route()
        known = any(key.split()[1] == "/".join(parts[1:2]) and n == len(rest) for key, n in routes)
        return (405, {"code": "method"}) if known else (404, {"code": "no_such_path"})

    def _log(self, rest: list[str]) -> Found:
        order = self.orders.get(rest[0])
        if rest[1] != "log":
            return 404, {"code": "no_such_path"}
        return _or_absent({"log": order.get("log", [])} if order else None)

    def _buyer(self, ref: str) -> Found:
        buyer = next((o["buyer"] for o in self.orders.values() if o["buyer"]["ref"] == ref), None)
        return _or_absent({"ref": ref, "registered": buyer.get("registered", True)} if buyer else None)

    def _orders_of(self, rest: list[str], environ: Json) -> Found:
        limit = int(parse_qs(environ.get("QUERY_STRING", "")).get("limit", ["50"])[0])
        if rest[1] != "orders":
            return 404, {"code": "no_such_path"}
        if not 1 <= limit <= 50:
            return 400, {"code": "malformed"}
        found = [o for o in self.orders.values() if o["buyer"]["ref"] == rest[0]]
        found.sort(key=lambda o: str(o["ordered_at"]), reverse=True)
        return 200, {"orders": found[:limit]}

    def _track(self, carrier: str, number: str) -> Found:
        every = (s for o in self.orders.values() for s in o.get("shipments", []))
        wanted = (carrier, number)
        return _or_absent(next((s for s in every if (s["carrier"], s["tracking_number"]) == wanted), None))

    def _refund(self, key: str, environ: Json, body: bytes) -> Found:
        asked = json.loads(body)
        if environ.get("HTTP_IDEMPOTENCY_KEY") != key or not _KEY.match(key) or not _is_request(asked):
            return 400, {"code": "malformed"}
        known = self.refunds.get(key)
        if known is not None:
            same = known["amount_fen"] == asked["amount_fen"]
            return (200, known) if same else (409, {"code": "key_used"})
        if asked["order_number"] not in self.orders:
            return 422, {"code": "order_absent"}
        if self.faults.refuse_refunds:
            return 422, {"code": self.faults.refuse_refunds}
        state = "pending" if self.faults.hold_refunds else "initiated"
        self.payments.append((key, asked["amount_fen"]))
        self.splits[key] = asked.get("parts", [])
        self.refunds[key] = {
            "key": key,
            "state": state,
            "amount_fen": asked["amount_fen"],
            "reference": f"pay-{len(self.payments)}",
            "at": datetime.now(UTC).isoformat(),
        }
        return 201, self.refunds[key]

    def _instruct(self, key: str, environ: Json, body: bytes) -> Found:
        asked = json.loads(body)
        if environ.get("HTTP_IDEMPOTENCY_KEY") != key or not _KEY.match(key) or not _is_instruction(asked):
            return 400, {"code": "malformed"}
        known = self.instructions.get(key)
        if known is not None:
            same = known["asked"] == asked
            return (200, _shown(known) or {}) if same else (409, {"code": "key_used"})
        against = self.faults.refuse_instructions or self._against(asked)
        if against:
            return 422, {"code": against}
        waits = self.faults.hold_instructions or asked["kind"] in _PARCELS
        self.instructions[key] = {"key": key, "state": "pending" if waits else "done", "asked": asked}
        self.carried_out.append((key, asked["kind"], asked["details"]))
        if asked["kind"] == "cancel_order" and not waits:
            self.orders[asked["order_number"]]["status"] = "cancelled"
        return 201, _shown(self.instructions[key]) or {}

    def _against(self, asked: Json) -> str:
        """Why it cannot be done, or nothing."""
        order = self.orders.get(asked["order_number"])
        if order is None:
            return "order_absent"
        if asked["kind"] in _UNSHIPPED and order["status"] not in ("placed", "paid"):
            return "cancelled" if order["status"] == "cancelled" else "shipped"
        wanted = (asked.get("carrier"), asked.get("tracking_number"))
        parcels = {(s["carrier"], s["tracking_number"]): s["state"] for s in order.get("shipments", [])}
        if asked["kind"] in _PARCELS:
            ended = parcels.get(wanted) in ("delivered", "returned", "refused", "lost")
            return "parcel_absent" if wanted not in parcels else "delivered" if ended else ""
        return ""

    def _grants(self, body: bytes) -> Found:
        asked = json.loads(body)
        rows = asked.get("grants") if isinstance(asked, dict) else None
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_GRANTS or not all(map(_is_grant, rows)):
            return 400, {"code": "malformed"}
        if len({row["key"] for row in rows}) != len(rows):
            return 400, {"code": "malformed"}
        return 200, {"grants": [self._grant(row) for row in rows]}

    def _grant(self, asked: Json) -> Json:
        """Each for itself: one that cannot be given keeps back no other."""
        key = asked["key"]
        known = self.grants.get(key)
        if known is not None:
            same = known["asked"] == asked
            return _shown(known) or {} if same else {"key": key, "state": "refused", "code": "key_used"}
        order = self.orders.get(asked["order_number"])
        ended = asked["kind"] == "validity" and order and order["status"] in ("cancelled", "completed")
        against = self.faults.refuse_grants or ("" if order else "order_absent") or ("ended" if ended else "")
        if against:
            return {"key": key, "state": "refused", "code": against}
        self.given.append((key, asked["order_number"]))
        state = "pending" if self.faults.hold_grants else "granted"
        reference = f"grant-{len(self.given)}"
        self.grants[key] = {"key": key, "state": state, "reference": reference, "asked": asked}
        return _shown(self.grants[key]) or {}

    def _pause(self, rest: list[str], body: bytes) -> Found:
        asked = json.loads(body)
        if rest[1] != "pause":
            return 404, {"code": "no_such_path"}
        if not isinstance(asked, dict) or not _CODE.match(str(asked.get("reason_code", ""))):
            return 400, {"code": "malformed"}
        lines = (line for o in self.orders.values() for line in o["lines"])
        if rest[0] not in {line["product"]["ref"] for line in lines}:
            return 404, {"code": "not_found"}
        self.paused.add(rest[0])
        return 200, {"product_ref": rest[0], "paused": True}


def _is_request(asked: Any) -> bool:
    if not isinstance(asked, dict) or not isinstance(asked.get("lines"), list):
        return False
    amount = asked.get("amount_fen")
    texts = all(isinstance(asked.get(name), str) for name in ("order_number", "currency", "reason_code"))
    whole = isinstance(amount, int) and not isinstance(amount, bool) and 0 < amount <= 10**12
    return texts and whole and asked.get("kind") in KINDS


def _is_instruction(asked: Any) -> bool:
    details = asked.get("details") if isinstance(asked, dict) else None
    if not isinstance(details, dict) or asked.get("kind") not in INSTRUCTIONS:
        return False
    told = all(name in _DETAILS and isinstance(text, str) and text for name, text in details.items())
    parcel = [asked.get(name) for name in ("carrier", "tracking_number")]
    named = all(text is None or (isinstance(text, str) and text) for text in parcel)
    order, reason = asked.get("order_number"), asked.get("reason_code")
    return told and named and isinstance(order, str) and bool(_CODE.match(str(reason or "")))


def _is_grant(asked: Any) -> bool:
    if not isinstance(asked, dict) or asked.get("kind") not in _GRANTS:
        return False
    days, worth = asked.get("days", 0), asked.get("amount_fen", 0)
    numbers = all(isinstance(one, int) and not isinstance(one, bool) for one in (days, worth))
    if not numbers or not 1 <= days <= 366 or not 0 <= worth <= 10**12:
        return False
    told = isinstance(asked.get("order_number"), str) and bool(_CODE.match(str(asked.get("reason_code", ""))))
    valued = (worth > 0) is (asked["kind"] == "voucher")
    return told and valued and isinstance(asked.get("key"), str) and bool(_KEY.match(asked["key"]))


def _shown(instruction: Json | None) -> Json | None:
    """Without what was asked: that may be personal data."""
    return {k: value for k, value in instruction.items() if k != "asked"} if instruction else None


def _or_absent(found: Json | None) -> Found:
    return (200, found) if found is not None else (404, {"code": "not_found"})


def _target(environ: Json) -> str:
    """Path and query as they were sent: the server's raw address where it gives one."""
    if raw := environ.get("RAW_URI"):
        return str(raw)
    query = environ.get("QUERY_STRING", "")
    return quote(environ["PATH_INFO"]) + (f"?{query}" if query else "")


def _body(environ: Json) -> bytes | None:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return environ["wsgi.input"].read(length) if length <= 1_000_000 else None


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> Json:
        environ: Json = super().get_environ()
        environ["RAW_URI"] = self.path
        return environ

    def log_message(self, format: str, *args: Any) -> None:
        """Silent; ``Reference.requests`` holds what was asked."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about."""


def serve(app: Reference, *, port: int = 0) -> WSGIServer:
    """A server on this machine only; ``serve_forever`` starts it, port 0 takes a free one."""
    return make_server("127.0.0.1", port, app, server_class=_Server, handler_class=_Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--orders", type=Path, help="JSON lines in the form of the contract's Order")
    parser.add_argument("--key-id", default="")
    parser.add_argument("--secret", default="")
    args = parser.parse_args()
    rows = args.orders.read_text("utf-8").splitlines() if args.orders else []
    orders = {row["number"]: row for row in map(json.loads, filter(str.strip, rows))}
    app = Reference(orders=orders, secrets={args.key_id: args.secret} if args.key_id else {})
    server = serve(app, port=args.port)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
