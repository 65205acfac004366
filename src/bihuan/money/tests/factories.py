"""Refunds over a marketplace on a real socket, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bihuan.accounts.permissions import Role
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.marketplace.tests.factories import AT, actor, line, record, take
from bihuan.money import actions
from bihuan.money.models import LineBalance, Refund

AGENT = actor(Role.AGENT)
SUPERVISOR = actor(Role.SUPERVISOR)
MANAGER = actor(Role.MANAGER)
SYSTEM = actor(Role.SYSTEM)
CASE = UUID("11111111-1111-4111-8111-111111111111")
__all__ = ["AGENT", "AT", "CASE", "MANAGER", "SUPERVISOR", "SYSTEM", "actor", "line", "record", "take"]


def order(*lines: dict[str, Any], number: str = "A1", **more: Any) -> None:
    """An order with two lines, 100 and 50 yuan, and 6 yuan freight."""
    take(record(number, *(lines or (line(1, 10_000), line(2, 5_000))), **({"freight_fen": 600} | more)))


def ask(amount_fen: int = 700, *, key: str = "refund-0001", **more: Any) -> Refund:
    given = {"actor": AGENT, "at": AT, "order_number": "A1", "kind": "price", "case_id": CASE}
    return actions.request_refund(key=key, amount_fen=amount_fen, **(given | more))


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def send(row: Refund, at: datetime = AT) -> str:
    return actions.send(actor=PROGRAM, at=at, refund_id=row.id)


def poll(row: Refund, at: datetime) -> str:
    return actions.poll(actor=PROGRAM, at=at, refund_id=row.id)


def state(row: Refund) -> str:
    return Refund.objects.get(id=row.id).state


def committed() -> dict[int, int]:
    """Line number → fen that count against it, where any do."""
    rows = LineBalance.objects.filter(committed_fen__gt=0)
    return dict(rows.values_list("number", "committed_fen"))


def said(row: Refund) -> list[str]:
    """Names of the events of a refund, without their module."""
    names = Entry.objects.filter(subject_id=row.id).order_by("sequence").values_list("event", flat=True)
    return [name.removeprefix("money.") for name in names]
