"""Setting up to which sum a role pays alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bihuan.accounts import actions as accounts
from bihuan.accounts.permissions import require
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.money import events
from bihuan.money.limits import DEFAULT, UNLIMITED
from bihuan.money.models import Limit
from bihuan.money.permissions import RefundPermission as May

ROLES: Final = tuple(str(role) for role in DEFAULT)


def set_limit(
    *, actor: Actor, at: datetime, role: str, most_fen: int | None, from_date: date, reason: str
) -> Limit:
    """Set the limit of a role from a day to come; ``most_fen`` None means no limit. In fen.

    Nobody widens it for a payment of today. What was set before stays as history.
    """
    require(actor, May.LIMIT)
    _check(role, most_fen, from_date, at)
    subject = Subject.named("limit", role)
    with transaction.atomic():
        why = accounts.keep_reason(reason, subject=subject, actor=actor, at=at, needed=True)
        row = Limit(role=role, most_fen=most_fen, from_date=from_date, set_by=actor.id, set_at=at)
        row.reason_id = cast("UUID", why)
        row.save()
        said = events.LimitSet(role=role, most=most_fen, from_date=from_date, reason_id=row.reason_id)
        append([Draft(subject=subject, event=said, actor=actor, occurred_at=at)])
    return row


def _check(role: str, most_fen: int | None, from_date: date, at: datetime) -> None:
    if role not in ROLES:
        raise Invalid("{role} pays nothing alone.", field="role", role=role)
    if most_fen is not None and not 0 <= most_fen < UNLIMITED:
        raise Invalid("The limit must not be below 0.", field="most_fen")
    if from_date <= timezone.localdate(at):
        raise Refusal(
            "A limit binds from a day to come, not from {day}.",
            code="money.limit_day",
            day=from_date.isoformat(),
            remedy="Choose tomorrow or a later day.",
        )
