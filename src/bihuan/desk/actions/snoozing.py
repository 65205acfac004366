"""Putting a case aside for oneself, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.cases import queries as cases
from bihuan.desk import events
from bihuan.desk.actions.record import record
from bihuan.desk.models import Snooze
from bihuan.desk.permissions import D
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import Actor

LONGEST: Final = timedelta(days=60)
MOST: Final = 300
CLAUSE: Final = "ISH-2.2"


@transaction.atomic
def snooze(
    *, case_id: UUID, until_at: datetime, beyond: bool = False, actor: Actor, at: datetime
) -> datetime:
    """Out of the actor's own sight until then, or until something happens on the case; clocks run on.

    Past the strictest clock only with ``beyond`` said (ISH-2.2: an open case has somebody who works on
    it in time). Returns the time. Raises NotFound, Invalid, Refusal.
    """
    require(actor, D.WORK)
    case = cases.get_for(actor, case_id)
    _check_time(until_at, at)
    if not case.is_open:
        raise Refusal(
            "Case {number} is closed; there is nothing to put aside.",
            code="desk.closed",
            number=case.number,
            remedy="Leave it out.",
        )
    due = case.strictest_due_at
    is_beyond = due is not None and until_at >= due
    if is_beyond and not beyond:
        raise Refusal(
            "The strictest clock of case {number} ends before that time.",
            code="desk.beyond",
            number=case.number,
            clause=CLAUSE,
            remedy="Choose an earlier time, or say that it may lie behind the clock.",
        )
    _check_room(actor, case_id)
    Snooze.objects.update_or_create(
        person_id=actor.id,
        case_id=case_id,
        defaults={"version": case.version, "set_at": at, "until_at": until_at},
    )
    record(events.Snoozed(case_id=case_id, until_at=until_at, beyond=is_beyond), actor=actor, at=at)
    return until_at


@transaction.atomic
def wake(*, case_id: UUID, actor: Actor, at: datetime) -> None:
    """Back into sight at once; taking back what is not put aside changes nothing. Raises NotFound."""
    require(actor, D.WORK)
    cases.get_for(actor, case_id)
    if Snooze.objects.filter(person_id=actor.id, case_id=case_id).delete()[0]:
        record(events.Woken(case_id=case_id), actor=actor, at=at)


def _check_time(until_at: datetime, at: datetime) -> None:
    if not at < until_at <= at + LONGEST:
        raise Invalid(
            "A case is put aside for {days} days at most, and not into the past.",
            field="until_at",
            days=LONGEST.days,
            remedy="Choose a time between now and then.",
        )


def _check_room(actor: Actor, case_id: UUID) -> None:
    """Old ones are forgotten here, so that the table holds little more than what is in force."""
    mine = Snooze.objects.filter(person_id=actor.id)
    mine.filter(case__is_open=False).delete()
    if mine.exclude(case_id=case_id).count() >= MOST:
        raise Refusal(
            "{most} cases are put aside already.",
            code="desk.snoozes",
            most=MOST,
            remedy="Take some back.",
        )
