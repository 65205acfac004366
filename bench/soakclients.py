"""The load of a soak: consumers who upload and submit, supervisors who investigate, all until told to stop."""

from __future__ import annotations

import argparse
import hashlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from bench.soakcheck import Ledger

PASSWORD = "soak-password-2026"
DESK = ("supervisor", "other_supervisor")
COURSE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("send_message", {"text": "您好，您反映的问题已收到，正在核实。"}),
    ("open_investigation", {}),
    ("draw_records", {}),
    ("decide_liability", {"party": "merchant", "ground": "first_view", "reason": "按订单记录初步认定"}),
    ("record_findings", {"result": "substantiated", "reason": "核对记录和双方陈述后作出结论"}),
)
AGAIN = ("case.changed", "complaint.no_owner")


@dataclass
class Clients:
    """What the clients share: where to send, what was acknowledged, which answers they got."""

    given: argparse.Namespace
    ledger: Ledger = field(default_factory=Ledger)
    answers: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0
    key: str = ""
    orders: list[dict[str, Any]] = field(default_factory=list)

    def _consumers(self, number: int) -> None:
        """Uploads two files and submits with them, again and again; withdraws one in twenty."""
        chance = random.Random(f"{self.given.seed}-{number}")
        with self._client() as client:
            client.headers["Authorization"] = f"Bearer {self.key}"
            while not self.stop.is_set():
                files = [self._upload(client) for _ in range(2)]
                if None in files:
                    continue
                receipt = self._submit(client, chance, [str(f) for f in files])
                if receipt and chance.random() < 0.05:
                    self._step(client, receipt, "withdraw", {"reason": "已自行解决"})

    def _upload(self, client: httpx.Client) -> str | None:
        content = f"聊天记录 {uuid4()}".encode()
        kept = {"file": ("note.txt", content, "text/plain")}
        body = self._until_known(
            lambda key: client.post(
                "/api/v1/evidence", files=kept, data={"party": "consumer"}, headers={"Idempotency-Key": key}
            )
        )
        if body is None:
            return None
        if body["sha256"] != hashlib.sha256(content).hexdigest():
            self.answers["wrong digest acknowledged"] += 1
        with self.lock:
            self.ledger.files[body["id"]] = body["sha256"]
        return str(body["id"])

    def _submit(self, client: httpx.Client, chance: random.Random, files: list[str]) -> str | None:
        order, token = chance.choice(self.orders), f"soak-{uuid4()}"
        line = order["lines"][0]
        said = {
            "channel": "api",
            "consumer": {"reference": order["buyer"]["ref"]},
            "type": "quality",
            "matter": f"收到的商品破损，要求退款（{token}）",
            "demand": "refund",
            "demand_amount": line["paid_fen"],
            "order_number": order["number"],
            "transaction_record": token,
            "evidence": files,
            "items": [
                {
                    "matter": "quality",
                    "demand": "refund",
                    "amount": line["paid_fen"],
                    "order_line": str(line["number"]),
                }
            ],
        }
        body = self._until_known(
            lambda key: client.post("/api/v1/complaints", json=said, headers={"Idempotency-Key": key})
        )
        if body is None:
            return None
        with self.lock:
            self.ledger.cases[body["id"]] = {"number": body["number"], "token": token, "files": files}
        return str(body["id"])

    def _step(self, client: httpx.Client, case_id: str, step: str, data: dict[str, Any]) -> bool:
        path = f"/api/v1/complaints/{case_id}/steps/{step}"
        body = self._until_known(
            lambda key: client.post(path, json=data, headers={"Idempotency-Key": key, **_token(client)})
        )
        if body is None:
            return False
        with self.lock:
            self.ledger.steps[(case_id, step)] += 1
        return True

    def _desk(self, number: int, of: int) -> None:
        """A supervisor, signed in, takes every case of their share through the investigation."""
        done: set[str] = set()
        with self._client() as client:
            self._sign_in(client, DESK[number % len(DESK)])
            while not self.stop.is_set():
                with self.lock:
                    mine = [c for c in self.ledger.cases if c not in done and int(c[-2:], 16) % of == number]
                if not mine:
                    time.sleep(0.2)
                for case_id in mine[:20]:
                    done.add(case_id)
                    for step, data in COURSE:
                        if self.stop.is_set() or not self._step(client, case_id, step, data):
                            break

    def _sign_in(self, client: httpx.Client, name: str) -> None:
        while not self.stop.is_set():
            with suppress(httpx.HTTPError):
                client.get("/sign-in")
                form = {
                    "login": name,
                    "password": PASSWORD,
                    "csrfmiddlewaretoken": client.cookies.get("csrftoken", ""),
                }
                client.post("/sign-in", data=form)
                if client.cookies.get("sessionid"):
                    return
            time.sleep(0.3)

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=15)

    def _until_known(self, send: Callable[[str], httpx.Response]) -> dict[str, Any] | None:
        """Repeat the very same request until its answer is definite; None when it was refused."""
        key, end = str(uuid4()), time.monotonic() + 170
        while time.monotonic() < end:
            try:
                answer = send(key)
            except httpx.HTTPError:
                self._count("no answer, repeated")
                time.sleep(0.1)
                continue
            if answer.status_code < 300:
                self._count(
                    "acknowledged again" if "Idempotent-Replayed" in answer.headers else "acknowledged"
                )
                body: dict[str, Any] = answer.json()
                return body
            code = _code(answer)
            if answer.status_code in (429, 502, 503, 504) or answer.status_code == 500 or code in AGAIN:
                if code in AGAIN and self.stop.is_set():
                    break  # it waits for a job; nothing was acknowledged
                self._count(f"{answer.status_code} {code}, repeated")
                time.sleep(0.5)
                continue
            self._count(f"refused {answer.status_code} {code}")
            if "/steps/" not in str(answer.url):
                self._count("refused, although nothing was wrong with it")
            return None
        self._count("left" if self.stop.is_set() else "gave up")
        return None

    def _count(self, what: str) -> None:
        with self.lock:
            self.answers[what] += 1


def _code(answer: httpx.Response) -> str:
    with suppress(ValueError):
        return str(answer.json().get("code", ""))
    return ""


def _token(client: httpx.Client) -> dict[str, str]:
    token = client.cookies.get("csrftoken")
    return {"X-CSRFToken": token} if token else {}
