"""What happens to a refund is booked: one posting for each of its events, in whatever order they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.journal.models import Entry
from bihuan.ledger import queries
from bihuan.ledger.actions.posting import About, Line, When, post
from bihuan.ledger.actions.recourse import DUE, claim_back
from bihuan.ledger.chart import Account, What, bearer_of, side_of, what_of
from bihuan.ledger.permissions import LedgerPermission as May
from bihuan.money import queries as money
from bihuan.money.queries import Paid

PIECE: Final = 500


def book(*, entry_id: int, actor: Actor, at: datetime) -> int | None:
    """Book one event of a refund; the number of the posting, None where there is nothing (more) to book."""
    require(actor, May.BOOK)
    with transaction.atomic():
        return _book(journal.entry(entry_id), actor, at)


def catch_up(*, actor: Actor, at: datetime, since: datetime) -> int:
    """Book what no reaction booked yet, of all events recorded since; how many postings that made."""
    require(actor, May.BOOK)
    entries = journal.recorded_between(since, at, events=queries.BOOKED_EVENTS)
    made = 0
    for start in range(0, len(entries), PIECE):
        piece = entries[start : start + PIECE]
        known = queries.booked_entries([entry.id for entry in piece])
        with transaction.atomic():
            made += sum(_book(entry, actor, at) is not None for entry in piece if entry.id not in known)
    for entry in journal.recorded_between(since, at, events=[DUE]):
        made += len(claim(entry_id=entry.id, actor=actor, at=at))
    return made


def claim(*, entry_id: int, actor: Actor, at: datetime) -> list[int]:
    """A loss in transit was decided: book the recourse, if the consumer has the money already."""
    require(actor, May.BOOK)
    with transaction.atomic():
        return claim_back(case_id=journal.entry(entry_id).subject_id, actor=actor, at=at)


def _book(entry: Entry, actor: Actor, at: datetime) -> int | None:
    paid = money.paid(entry.subject_id)
    if entry.event == "money.refund_sent" and entry.data.get("attempt", 1) != 1:
        return None
    about = About(
        case_id=paid.case_id,
        refund_id=paid.refund_id,
        order_number=paid.order_number,
        organisation_id=paid.organisation_id,
        reference=paid.reference,
    )
    when = When(entry.id, entry.occurred_at, at, actor.id)
    what, lines = _LEGS[entry.event](paid)
    number = post(what, lines, about, when, currency=paid.currency)
    if what is What.CREDITED and number is not None and paid.case_id:
        claim_back(case_id=paid.case_id, actor=actor, at=at)
    return number


_Legs = tuple[What, list[Line]]


def _sent(paid: Paid) -> _Legs:
    """It is owed to the consumer from now on, and somebody bears it."""
    return what_of(paid.kind), [_borne(paid, paid.amount_fen), Line(Account.CONSUMER, -paid.amount_fen)]


def _initiated(paid: Paid) -> _Legs:
    return What.INITIATED, [Line(Account.CONSUMER, paid.amount_fen), Line(Account.TRANSIT, -paid.amount_fen)]


def _credited(paid: Paid) -> _Legs:
    """It left the payment side; points and vouchers left in kind."""
    sides: dict[Account, int] = {}
    for way, amount in paid.parts:
        sides[side_of(way)] = sides.get(side_of(way), 0) + amount
    lines = [Line(side, -amount) for side, amount in sorted(sides.items())]
    return What.CREDITED, [Line(Account.TRANSIT, paid.amount_fen), *lines]


def _failed(paid: Paid) -> _Legs:
    """Nothing was paid: whoever bore it bears it no more."""
    waits = Account.TRANSIT if paid.initiated else Account.CONSUMER
    return What.FAILED, [Line(waits, paid.amount_fen), _borne(paid, -paid.amount_fen)]


def _borne(paid: Paid, amount: int) -> Line:
    return Line(bearer_of(paid.kind, paid.rule), amount, paid.organisation_id)


_LEGS: Final[Mapping[str, Callable[[Paid], _Legs]]] = {
    "money.refund_sent": _sent,
    "money.refund_initiated": _initiated,
    "money.refund_credited": _credited,
    "money.refund_failed": _failed,
}
