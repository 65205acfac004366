"""Refunds and books for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bihuan.accounts.permissions import Role
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.journal.models import Entry
from bihuan.ledger import actions, queries
from bihuan.ledger.actions import Booked
from bihuan.ledger.models import Leg
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import actions as money
from bihuan.money.models import Refund
from bihuan.money.tests.factories import AT, CASE, MANAGER, SUPERVISOR, SYSTEM, actor, ask, later, order, send

AUDITOR = actor(Role.AUDITOR)
MERCHANT = UUID("33333333-3333-4333-8333-333333333333")
CARRIER = UUID("44444444-4444-4444-8444-444444444444")
WAYS = [("wechat", 10_000, "wx-1"), ("points", 4_000, ""), ("voucher", 1_600, "v-9")]

__all__ = [
    "AT", "AUDITOR", "CARRIER", "CASE", "MANAGER", "MERCHANT", "PROGRAM", "SUPERVISOR", "SYSTEM", "Booked",
    "actor", "ask", "book_all", "books", "credit", "fail", "given", "later", "merchant_person", "order",
    "paid_order", "send", "sent",
]  # fmt: skip


def paid_order() -> None:
    """156 yuan, in three ways."""
    order(payments=[{"way": w, "amount_fen": fen, "reference": ref} for w, fen, ref in WAYS])


def sent(amount: int = 1_560, **more: Any) -> Refund:
    """A refund of the merchant's order that the payment side has initiated."""
    row = ask(amount, **more)
    Refund.objects.filter(id=row.id).update(organisation_id=MERCHANT)
    send(row)
    return row


def credit(row: Refund, minutes: int = 5) -> None:
    _told(row, RefundState.CREDITED, minutes)


def fail(row: Refund, minutes: int = 5) -> None:
    _told(row, RefundState.FAILED, minutes)


def _told(row: Refund, state: RefundState, minutes: int) -> None:
    answer = RefundAnswer(row.key, state, row.amount_fen, code="refused", at=later(minutes))
    money.take_callback(actor=SYSTEM, at=later(minutes + 1), answer=answer)


def book_all(order: int = 1) -> None:
    """What the reactions would do, in the order of the entries or (-1) the other way round."""
    entries = list(Entry.objects.filter(event__in=queries.BOOKED_EVENTS).order_by("id"))
    for entry in entries[::order]:
        actions.book(entry_id=entry.id, actor=PROGRAM, at=later(60))


def books() -> dict[str, int]:
    """Account → fen, without those that stand at nothing."""
    found: dict[str, int] = {}
    for leg in Leg.objects.select_related("account"):
        found[leg.account.kind] = found.get(leg.account.kind, 0) + leg.amount_fen
    return {kind: fen for kind, fen in sorted(found.items()) if fen}


def given(amount: int, **more: Any) -> Booked:
    return Booked(amount, **({"reference": "bank-1", "reason": "按保证金协议"} | more))


def merchant_person(organisation_id: UUID = MERCHANT) -> Actor:
    return actor(Role.MERCHANT_ADMIN, organisation_id=organisation_id)
