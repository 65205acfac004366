"""Giving a claim up: one person asks with a reason, another one decides."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts.permissions import require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.ledger import events
from bihuan.ledger.actions.handing import MOST_FEN, Booked, enough, said_and_posted
from bihuan.ledger.actions.posting import About, Line
from bihuan.ledger.chart import CLAIMS, What
from bihuan.ledger.chart import Account as Kind
from bihuan.ledger.models import Account, WriteOff
from bihuan.ledger.permissions import LedgerPermission as May


def ask_write_off(
    *,
    actor: Actor,
    at: datetime,
    account_id: UUID,
    amount_fen: int,
    reason: str,
    case_id: UUID | None = None,
) -> WriteOff:
    """Ask that a part of what a merchant or carrier owes be given up. Refused above what is owed."""
    require(actor, May.WRITE_OFF)
    account = _claim(account_id)
    if isinstance(amount_fen, bool) or not 0 < amount_fen <= MOST_FEN:
        raise Invalid("The amount must be above 0 fen.", field="amount_fen")
    subject = _subject(account)
    with transaction.atomic():
        enough([(Kind(account.kind), account.owner_id)], amount_fen, case_id, account.currency)
        why = accounts.keep_reason(reason, subject=subject, actor=actor, at=at, needed=True)
        row = WriteOff(
            account=account, amount_fen=amount_fen, case_id=case_id, asked_by=actor.id, asked_at=at
        )
        row.reason_id = cast("UUID", why)
        row.save()
        said = events.WriteOffAsked(
            amount=amount_fen, currency=account.currency, case_id=case_id, reason_id=why, write_off_id=row.id
        )
        append([Draft(subject=subject, event=said, actor=actor, occurred_at=at)])
    return row


def approve_write_off(*, actor: Actor, at: datetime, write_off_id: UUID, reason: str = "") -> WriteOff:
    """Give the claim up. Refused to the person who asked for it, and where less is owed meanwhile."""
    require(actor, May.DECIDE)
    with transaction.atomic():
        row = _open(write_off_id, actor)
        account = row.account
        kind, owner = Kind(account.kind), account.owner_id
        enough([(kind, owner)], row.amount_fen, row.case_id, account.currency)
        row.state, row.decided_by, row.decided_at = "approved", actor.id, at
        row.save(update_fields=["state", "decided_by", "decided_at"])
        lines = [Line(Kind.WRITE_OFF, row.amount_fen), Line(kind, -row.amount_fen, owner)]
        said_and_posted(
            What.WRITTEN_OFF,
            events.WriteOffApproved,
            lines,
            Booked(row.amount_fen, reason=reason, case_id=row.case_id),
            About(case_id=row.case_id, organisation_id=owner),
            actor,
            at,
            currency=account.currency,
            write_off_id=row.id,
        )
    return row


def reject_write_off(*, actor: Actor, at: datetime, write_off_id: UUID, reason: str) -> WriteOff:
    """The claim stays."""
    require(actor, May.DECIDE)
    with transaction.atomic():
        row = _open(write_off_id, actor)
        subject = _subject(row.account)
        row.why_id = accounts.keep_reason(reason, subject=subject, actor=actor, at=at, needed=True)
        row.state, row.decided_by, row.decided_at = "rejected", actor.id, at
        row.save(update_fields=["state", "decided_by", "decided_at", "why_id"])
        said = events.WriteOffRejected(
            amount=row.amount_fen,
            currency=row.account.currency,
            case_id=row.case_id,
            reason_id=row.why_id,
            write_off_id=row.id,
        )
        append([Draft(subject=subject, event=said, actor=actor, occurred_at=at)])
    return row


def _claim(account_id: UUID) -> Account:
    account = Account.objects.filter(id=account_id).first()
    if account is None:
        raise NotFound(kind="account", id=str(account_id))
    if account.kind not in CLAIMS:
        raise Invalid("Only what a merchant or carrier owes can be given up.", field="account")
    return account


def _open(write_off_id: UUID, actor: Actor) -> WriteOff:
    found = WriteOff.objects.select_for_update(of=("self",)).select_related("account")
    row = found.filter(id=write_off_id).first()
    if row is None:
        raise NotFound(kind="write-off", id=str(write_off_id))
    if row.state != "asked":
        raise Refusal("This write-off is decided already.", code="ledger.decided", state=row.state)
    if row.asked_by == actor.id:
        raise Refusal(
            "Nobody decides on a write-off that they asked for.",
            code="ledger.four_eyes",
            remedy="Let another person decide.",
        )
    return row


def _subject(account: Account) -> Subject:
    if account.owner_id is None:
        return Subject.named("ledger", "books")
    return Subject("organisation", account.owner_id)
