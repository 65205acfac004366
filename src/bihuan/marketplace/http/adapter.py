"""The port over the contract: each answer is checked before anything is concluded from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from bihuan.engine.errors import Invalid
from bihuan.marketplace import port, records, store
from bihuan.marketplace import values as v
from bihuan.marketplace.grant import Grant, GrantAnswer, GrantState
from bihuan.marketplace.http.client import Answer, Client
from bihuan.marketplace.instruction import Instruction, InstructionAnswer, InstructionState
from bihuan.marketplace.port import Check, Unknown, Why

VERSION: Final = "v1"
_T = TypeVar("_T")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9._:\-]{0,64}\Z")


class HttpMarketplace:
    """``digest`` makes the keyed digest of a phone number, so that numbers never get further."""

    name = "http"

    def __init__(self, client: Client, *, digest: records.Digest) -> None:
        self._client = client
        self._digest = digest

    def find_order(self, number: str) -> port.Order | Unknown | None:
        found = self._get(lambda body: records.order_from(body, digest=self._digest), "orders", number)
        if isinstance(found, port.Order) and found.number != number:
            return Unknown(Why.MALFORMED)
        return found

    def orders_of(self, buyer_ref: str, *, limit: int = 50) -> tuple[port.Order, ...] | Unknown:
        answer = self._client.call(
            "GET", VERSION, "buyers", buyer_ref, "orders", query={"limit": str(min(limit, 50))}
        )
        found = _checked(answer, self._orders)
        return () if found is None else found

    def order_log(self, number: str) -> tuple[port.LogEntry, ...] | Unknown | None:
        return self._get(records.log_from, "orders", number, "log")

    def track(self, carrier: str, tracking_number: str) -> port.Shipment | Unknown | None:
        return self._get(records.shipment_from, "shipments", carrier, tracking_number)

    def is_party(self, number: str, claimant: port.Claimant) -> Check:
        order = self.find_order(number)
        if isinstance(order, Unknown):
            return Check.UNKNOWN
        return store.party(order.buyer, claimant) if order else Check.FAIL

    def is_registered(self, buyer_ref: str) -> Check:
        found = self._get(_registered, "buyers", buyer_ref)
        if isinstance(found, Unknown):
            return Check.UNKNOWN
        return Check.PASS if found else Check.FAIL

    def request_refund(self, request: port.RefundRequest) -> port.RefundAnswer | Unknown:
        body = {
            "order_number": request.order_number,
            "amount_fen": request.amount_fen,
            "currency": request.currency,
            "kind": request.kind,
            "reason_code": request.reason_code,
            "lines": [{"number": line.number, "amount_fen": line.amount_fen} for line in request.lines],
            "parts": [
                {"way": part.way, "amount_fen": part.amount_fen, "reference": part.reference}
                for part in request.parts
            ],
        }
        answer = self._client.call("PUT", VERSION, "refunds", request.key, body=body, key=request.key)
        if isinstance(answer, Answer) and answer.status == 422:
            return _refused(request.key, answer.body)
        found = _checked(answer, lambda body: _refund(request.key, body))
        return Unknown(Why.MALFORMED) if found is None else found

    def refund_status(self, key: str) -> port.RefundAnswer | Unknown:
        found = self._get(lambda body: _refund(key, body), "refunds", key)
        return port.RefundAnswer(key, port.RefundState.ABSENT) if found is None else found

    def instruct(self, instruction: Instruction) -> InstructionAnswer | Unknown:
        key = instruction.key
        body: dict[str, Any] = {
            "order_number": instruction.order_number,
            "kind": str(instruction.kind),
            "reason_code": instruction.reason_code,
            "details": dict(instruction.details),
        }
        if instruction.parcel:
            body["carrier"] = instruction.parcel.carrier
            body["tracking_number"] = instruction.parcel.tracking_number
        answer = self._client.call("PUT", VERSION, "instructions", key, body=body, key=key)
        if isinstance(answer, Answer) and answer.status == 422:
            code = _final_code(answer.body)
            refused = InstructionAnswer(key, InstructionState.REFUSED, code or "")
            return refused if code else Unknown(Why.MALFORMED)
        found = _checked(answer, lambda body: _instruction(key, body))
        return Unknown(Why.MALFORMED) if found is None else found

    def instruction_status(self, key: str) -> InstructionAnswer | Unknown:
        found = self._get(lambda body: _instruction(key, body), "instructions", key)
        return InstructionAnswer(key, InstructionState.ABSENT) if found is None else found

    def grant(self, grants: Sequence[Grant]) -> tuple[GrantAnswer, ...] | Unknown:
        body = {"grants": [_asked(one) for one in grants]}
        answer = self._client.call("PUT", VERSION, "grants", body=body)
        found = _checked(answer, lambda body: _granted([one.key for one in grants], body))
        return Unknown(Why.MALFORMED) if found is None else found

    def pause_product(
        self, key: str, product_ref: str, reason_code: str
    ) -> port.PauseAnswer | Unknown | None:
        answer = self._client.call(
            "PUT", VERSION, "products", product_ref, "pause", body={"reason_code": reason_code}, key=key
        )
        return _checked(answer, lambda body: _paused(product_ref, body))

    def health(self) -> port.Health:
        answer = self._client.call("GET", VERSION, "health")
        if isinstance(answer, Unknown):
            return port.Health(ok=False, why=answer.why)
        return port.Health(ok=answer.status == 200, why=None if answer.status == 200 else Why.MALFORMED)

    def _get(self, read: Callable[[Mapping[str, Any]], _T], *path: str) -> _T | Unknown | None:
        return _checked(self._client.call("GET", VERSION, *path), read)

    def _orders(self, body: Mapping[str, Any]) -> tuple[port.Order, ...]:
        rows = v.listed(body, "orders", most=50)
        return tuple(records.order_from(row, digest=self._digest) for row in rows)


def _checked(answer: Answer | Unknown, read: Callable[[Mapping[str, Any]], _T]) -> _T | Unknown | None:
    """What was read; None for 404; Unknown for everything that the contract does not foresee.

    A 404 counts only with the contract's own code: that of a proxy on the way says nothing.
    """
    if isinstance(answer, Unknown):
        return answer
    if answer.status == 404 and answer.body.get("code") == "not_found":
        return None
    if answer.status not in (200, 201, 202):
        return Unknown(Why.MALFORMED)
    try:
        return read(answer.body)
    except Invalid:
        return Unknown(Why.MALFORMED)


def _registered(body: Mapping[str, Any]) -> bool:
    if not isinstance(body.get("registered"), bool):
        raise v.wrong("registered", "{field} must be true or false.")
    return bool(body["registered"])


def _refund(key: str, body: Mapping[str, Any]) -> port.RefundAnswer:
    state = v.choice(body, "state", port.RefundState)
    if body.get("key") != key or state is port.RefundState.ABSENT:
        raise v.wrong("key", "The answer speaks of another refund.")
    return port.RefundAnswer(
        key=key,
        state=state,
        amount_fen=v.integer(body, "amount_fen", least=1, most=v.MOST_FEN),
        reference=_own_number(body),
        code=v.code(body["code"], "code") if body.get("code") else "",
        at=v.moment(body, "at"),
    )


def _refused(key: str, body: Mapping[str, Any]) -> port.RefundAnswer | Unknown:
    code = _final_code(body)
    return port.RefundAnswer(key, port.RefundState.FAILED, code=code) if code else Unknown(Why.MALFORMED)


def _final_code(body: Mapping[str, Any]) -> str | None:
    """A refusal is final only when the contract's own form says so, with a code."""
    try:
        return v.code(body.get("code"), "code")
    except Invalid:
        return None


def _instruction(key: str, body: Mapping[str, Any]) -> InstructionAnswer:
    state = v.choice(body, "state", InstructionState)
    if body.get("key") != key or state is InstructionState.ABSENT:
        raise v.wrong("key", "The answer speaks of another instruction.")
    code = v.code(body["code"], "code") if body.get("code") else ""
    if state is InstructionState.REFUSED and not code:
        raise v.wrong("code", "A refusal tells why.")
    return InstructionAnswer(
        key=key, state=state, code=code, reference=_own_number(body), at=v.moment(body, "at")
    )


def _asked(one: Grant) -> dict[str, Any]:
    worth = {"amount_fen": one.amount_fen, "currency": one.currency} if one.amount_fen else {}
    return {
        "key": one.key,
        "kind": str(one.kind),
        "order_number": one.order_number,
        "days": one.days,
        "reason_code": one.reason_code,
        **worth,
    }


def _granted(keys: Sequence[str], body: Mapping[str, Any]) -> tuple[GrantAnswer, ...]:
    """An answer for each key that was asked, or none counts."""
    rows = [v.mapping(row, "grants") for row in v.listed(body, "grants", most=len(keys))]
    found = {str(row.get("key")): _grant(row) for row in rows}
    if set(found) != set(keys) or len(rows) != len(keys):
        raise v.wrong("grants", "The answer speaks of other grants.")
    return tuple(found[key] for key in keys)


def _grant(row: Mapping[str, Any]) -> GrantAnswer:
    state = v.choice(row, "state", GrantState)
    code = v.code(row["code"], "code") if row.get("code") else ""
    if state is GrantState.REFUSED and not code:
        raise v.wrong("code", "A refusal tells why.")
    return GrantAnswer(
        key=str(row["key"]), state=state, code=code, reference=_own_number(row), at=v.moment(row, "at")
    )


def _own_number(body: Mapping[str, Any]) -> str:
    reference = str(body.get("reference", ""))
    if not _REFERENCE.match(reference):
        raise v.wrong("reference", "{field} must be a code.")
    return reference


def _paused(product_ref: str, body: Mapping[str, Any]) -> port.PauseAnswer:
    if body.get("product_ref") != product_ref or body.get("paused") is not True:
        raise v.wrong("product_ref", "The answer speaks of another product.")
    return port.PauseAnswer(product_ref, paused=True)
