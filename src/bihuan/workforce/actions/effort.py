"""Setting how long a case of a kind takes somebody (ASM-2.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction

from bihuan.accounts.actions import keep_reason
from bihuan.accounts.permissions import require
from bihuan.engine.clausetypes import local_day
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.workforce import events
from bihuan.workforce.models import Effort
from bihuan.workforce.permissions import WorkPermission

MOST: Final = 1440


@transaction.atomic
def set_effort(
    *, kind: str, minutes: int | None, from_date: date, reason: str, actor: Actor, at: datetime
) -> Effort:
    """Minutes of work that a case of this kind takes, from a day on; None takes the own figure back.

    Raises NotAllowed, Invalid, Refusal (a day that has passed).
    """
    require(actor, WorkPermission.ORGANISE)
    if minutes is not None and not 1 <= minutes <= MOST:
        raise Invalid(field="minutes", remedy="Give a whole number from 1 to 1440.")
    if from_date < local_day(at):
        raise Refusal(
            "A figure of staffing counts from today or a later day, not from {day}.",
            code="staffing.day",
            clause="ASM-2.3",
            day=from_date.isoformat(),
            remedy="Choose today or a later day.",
        )
    subject = Subject.named("effort", kind)
    why = cast("UUID", keep_reason(reason, subject=subject, actor=actor, at=at, needed=True))
    made = Effort.objects.create(
        kind=kind, minutes=minutes, from_date=from_date, set_by=actor.id, set_at=at, reason=why
    )
    said = events.EffortSet(work=kind, minutes=minutes, from_date=from_date, reason_id=why)
    journal.append([Draft(subject, said, actor, at)])
    return made
