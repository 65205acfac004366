"""What a person books: deposits, receipts, draws on a deposit, who bears a cost, undoing a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.ledger import events, queries
from bihuan.ledger.actions.posting import About, Line, When, account_id, post
from bihuan.ledger.chart import BEARERS, BY_HAND, CLAIMS, Account, What
from bihuan.ledger.events import BookedByHand
from bihuan.ledger.models import Posting
from bihuan.ledger.permissions import LedgerPermission as May

MOST_FEN = 10**12


@dataclass(frozen=True, slots=True)
class Booked:
    """The words and numbers that every posting by hand has."""

    amount_fen: int
    reference: str = ""
    reason: str = ""
    case_id: UUID | None = None


def deposit_in(*, actor: Actor, at: datetime, organisation_id: UUID, given: Booked) -> int:
    """A merchant paid a deposit in. The number of the posting."""
    _check(actor, given, organisation_id, reference=True)
    lines = [
        Line(Account.CLEARING, given.amount_fen),
        Line(Account.DEPOSIT, -given.amount_fen, organisation_id),
    ]
    return _booked(What.DEPOSIT_IN, events.DepositIn, lines, given, organisation_id, actor, at)


def deposit_out(*, actor: Actor, at: datetime, organisation_id: UUID, given: Booked) -> int:
    """A deposit, or a part of it, goes back to the merchant. Refused above what is held."""
    _check(actor, given, organisation_id, reference=True)
    lines = [
        Line(Account.DEPOSIT, given.amount_fen, organisation_id),
        Line(Account.CLEARING, -given.amount_fen),
    ]
    held = [(Account.DEPOSIT, organisation_id)]
    return _booked(What.DEPOSIT_OUT, events.DepositOut, lines, given, organisation_id, actor, at, held=held)


def draw_deposit(*, actor: Actor, at: datetime, organisation_id: UUID, given: Booked) -> int:
    """Recourse on the deposit (remedies R9): what the merchant owes is taken from what is held."""
    _check(actor, given, organisation_id, reason=True)
    lines = [
        Line(Account.DEPOSIT, given.amount_fen, organisation_id),
        Line(Account.MERCHANT, -given.amount_fen, organisation_id),
    ]
    held = [(Account.DEPOSIT, organisation_id), (Account.MERCHANT, organisation_id)]
    return _booked(
        What.DEPOSIT_DRAWN, events.DepositDrawn, lines, given, organisation_id, actor, at, held=held
    )


def receive(*, actor: Actor, at: datetime, owed: str, organisation_id: UUID | None, given: Booked) -> int:
    """A merchant or carrier paid what it owed, or it was settled with its sales; never above what is owed."""
    kind = _kind(owed, CLAIMS)
    _check(actor, given, organisation_id, reference=True)
    lines = [Line(Account.CLEARING, given.amount_fen), Line(kind, -given.amount_fen, organisation_id)]
    return _booked(
        What.RECEIVED, events.Received, lines, given, organisation_id, actor, at,
        held=[(kind, organisation_id)], owed=str(kind),
    )  # fmt: skip


def move(
    *,
    actor: Actor,
    at: datetime,
    from_bearer: str,
    from_id: UUID | None,
    to_bearer: str,
    to_id: UUID | None,
    given: Booked,
) -> int:
    """Somebody else bears it: recourse on a carrier, a cost that the platform takes over or hands on.

    Refused above what the first bears, in the case where one is named.
    """
    giver, taker = _kind(from_bearer, BEARERS), _kind(to_bearer, BEARERS)
    _check(actor, given, from_id or to_id, reason=True)
    if account_id(giver, from_id) == account_id(taker, to_id):
        raise Invalid("The one who bears it already is named twice.", field="to_bearer")
    if taker is Account.CARRIER and to_id is None:
        raise Invalid("Name the carrier.", field="to_id")
    lines = [Line(taker, given.amount_fen, to_id), Line(giver, -given.amount_fen, from_id)]
    return _booked(
        What.MOVED, events.Moved, lines, given, from_id or to_id, actor, at, held=[(giver, from_id)],
        from_bearer=str(giver), to_bearer=str(taker), from_id=from_id, to_id=to_id,
    )  # fmt: skip


def reverse(*, actor: Actor, at: datetime, posting_id: int, reason: str) -> int:
    """Undo a posting that a person made, by a new one; what follows from a refund is not undone here."""
    require(actor, May.REVERSE)
    with transaction.atomic():
        row = Posting.objects.filter(id=posting_id).first()
        if row is None:
            raise NotFound(kind="posting", id=str(posting_id))
        _reversible(row)
        legs = list(row.legs.select_related("account").order_by("id"))
        lines = [Line(Account(leg.account.kind), -leg.amount_fen, leg.account.owner_id) for leg in legs]
        currency = legs[0].account.currency
        amount = sum(leg.amount_fen for leg in legs if leg.amount_fen > 0)
        taken = [(line.kind, line.owner_id) for line in lines if line.kind is Account.DEPOSIT]
        enough(taken, amount, None, currency)
        given = Booked(amount, reason=reason, case_id=row.case_id)
        about = About(case_id=row.case_id, organisation_id=row.organisation_id, reverses_id=row.pk)
        return said_and_posted(
            What.REVERSED, events.Reversed, lines, given, about, actor, at, currency=currency, posting=row.pk
        )


def _reversible(row: Posting) -> None:
    if row.what not in BY_HAND:
        raise Refusal(
            "What follows from a refund is not undone by hand.",
            code="ledger.from_refund",
            remedy="Settle the refund; its events book themselves. To change who bears it, move it.",
        )
    if Posting.objects.filter(reverses=row).exists():
        raise Refusal("Posting {number} is reversed already.", code="ledger.reversed", number=row.pk)


def _check(
    actor: Actor,
    given: Booked,
    organisation_id: UUID | None,
    *,
    reference: bool = False,
    reason: bool = False,
) -> None:
    owners = frozenset({organisation_id} if organisation_id else ())
    require(actor, May.BOOK, Resource(organisation_ids=owners))
    if isinstance(given.amount_fen, bool) or not 0 < given.amount_fen <= MOST_FEN:
        raise Invalid("The amount must be above 0 fen.", field="amount_fen")
    if reference and not queries.REFERENCE.match(given.reference):
        raise Invalid("Give the number under which the payment is found.", field="reference")
    if reason and not given.reason.strip():
        raise Invalid("Say why.", field="reason")


def _kind(name: str, among: Sequence[Account]) -> Account:
    found = next((kind for kind in among if kind == name), None)
    if found is None:
        raise Invalid("{name} is no account for this.", field="account", name=name)
    return found


def _booked(
    what: What,
    said: type[BookedByHand],
    lines: Sequence[Line],
    given: Booked,
    organisation_id: UUID | None,
    actor: Actor,
    at: datetime,
    *,
    held: Sequence[tuple[Account, UUID | None]] = (),
    **more: Any,
) -> int:
    with transaction.atomic():
        enough(held, given.amount_fen, given.case_id)
        about = About(case_id=given.case_id, organisation_id=organisation_id, reference=given.reference)
        return said_and_posted(what, said, lines, given, about, actor, at, **more)


def said_and_posted(
    what: What,
    said: type[BookedByHand],
    lines: Sequence[Line],
    given: Booked,
    about: About,
    actor: Actor,
    at: datetime,
    *,
    currency: str = "CNY",
    **more: Any,
) -> int:
    """The event into the journal and the posting that belongs to it, in the caller's transaction."""
    owner = about.organisation_id
    subject = Subject("organisation", owner) if owner else Subject.named("ledger", "books")
    reason = accounts.keep_reason(given.reason, subject=subject, actor=actor, at=at)
    event = said(
        amount=given.amount_fen,
        currency=currency,
        case_id=about.case_id,
        reference=about.reference or None,
        reason_id=reason,
        **more,
    )
    written = append([Draft(subject=subject, event=event, actor=actor, occurred_at=at)])[0]
    full = About(
        case_id=about.case_id,
        organisation_id=owner,
        reference=about.reference,
        reason_id=reason,
        reverses_id=about.reverses_id,
    )
    number = post(what, lines, full, When(written.id, at, at, actor.id), currency=currency)
    if number is None:
        raise RuntimeError("an entry of the journal was booked before it was written")
    return number


def lock(account_ids: Iterable[UUID]) -> None:
    """Until the end of the transaction nobody else takes from these accounts."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(map(str, account_ids))])


_LOCK = "SELECT pg_advisory_xact_lock(hashtext('ledger.account'), hashtext(k)) FROM unnest(%s::text[]) AS k"


def enough(
    held: Sequence[tuple[Account, UUID | None]],
    amount: int,
    case_id: UUID | None,
    currency: str = "CNY",
) -> None:
    """Refuse more than an account holds, in the case where one is named; the accounts stay locked."""
    if not held:
        return
    ids = {account_id(kind, owner, currency): kind for kind, owner in held}
    lock(ids)
    sums = queries.sums(list(ids), case_id=None)
    in_case = queries.sums(list(ids), case_id=case_id) if case_id else {}
    for one, kind in ids.items():
        there = -sums.get(one, 0) if kind is Account.DEPOSIT else sums.get(one, 0)
        if case_id and kind is not Account.DEPOSIT:
            there = min(there, in_case.get(one, 0))
        if amount > there:
            raise Refusal(
                "{amount} fen is more than the {there} fen that stand there.",
                code="ledger.not_enough",
                amount=amount,
                there=max(0, there),
                account=str(kind),
                remedy="At most {there} fen can be taken.",
            )
