"""The second pair of eyes, and taking back what was not sent yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor
from bihuan.money import events
from bihuan.money.actions.common import GRACE, enqueue, locked, made, resource, say, step
from bihuan.money.limits import limit_of
from bihuan.money.models import Refund
from bihuan.money.permissions import RefundPermission as May
from bihuan.money.workflow import REFUND


def approve(*, actor: Actor, at: datetime, refund_id: UUID) -> Refund:
    """Approve a held payment. Refused to the person who asked for it and above the own limit."""
    with transaction.atomic():
        row = locked(refund_id)
        require(actor, May.APPROVE, resource(row))
        step(row, "approve")
        _may_approve(actor, row, at)
        row.approved_by, row.approved_at, row.next_at = actor.id, at, at + GRACE
        row.save(update_fields=["state", "approved_by", "approved_at", "next_at"])
        say(row, made(events.RefundApproved, row, approver_id=actor.id), actor, at)
        enqueue(row)
    return row


def reject(*, actor: Actor, at: datetime, refund_id: UUID, reason_code: str) -> Refund:
    """Refuse a held payment; its amount is free again."""
    with transaction.atomic():
        row = locked(refund_id)
        require(actor, May.APPROVE, resource(row))
        _end(row, "reject", reason_code, at)
        say(row, made(events.RefundRejected, row, reason=reason_code), actor, at)
    return row


def cancel(*, actor: Actor, at: datetime, refund_id: UUID, reason_code: str) -> Refund:
    """Take back a payment that was not sent yet; what was sent cannot be taken back."""
    with transaction.atomic():
        row = locked(refund_id)
        require(actor, May.CANCEL, resource(row))
        _end(row, "cancel", reason_code, at)
        say(row, made(events.RefundCancelled, row, reason=reason_code), actor, at)
    return row


def _end(row: Refund, name: str, reason_code: str, at: datetime) -> None:
    REFUND.check(row.state, name, reason_code)
    step(row, name)
    row.ended_at, row.end_code, row.next_at = at, reason_code, None
    row.save(update_fields=["state", "ended_at", "end_code", "next_at"])


def _may_approve(actor: Actor, row: Refund, at: datetime) -> None:
    if actor.id == row.requested_by:
        raise Refusal(
            "Nobody approves a payment that they asked for.",
            code="money.four_eyes",
            remedy="Let another person approve it.",
        )
    limit = limit_of(actor, at)
    if row.amount_fen > limit:
        raise Refusal(
            "{amount} fen is above your limit of {limit} fen.",
            code="money.above_limit",
            amount=row.amount_fen,
            limit=limit,
            remedy="Let a person with a higher limit approve it.",
        )
