"""Cases that somebody has put aside and that have not come back yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bihuan.desk.models import Snooze
from bihuan.journal.models import Entry

WAKING = ("clock.warned", "clock.breached", "clock.escalated")
"""What the worker says of a case without changing it; everything else moves the case's version."""


def snoozed(person_id: UUID, *, at: datetime) -> list[UUID]:
    """Ids of cases out of the person's sight now; nothing has to run for a case to come back."""
    return list(_active(person_id, at).values_list("case_id", flat=True))


def snooze_of(person_id: UUID, case_id: UUID, *, at: datetime) -> Snooze | None:
    """How long the person has put this case aside, if it still is."""
    return _active(person_id, at).filter(case_id=case_id).first()


def _active(person_id: UUID, at: datetime) -> QuerySet[Snooze]:
    said = Entry.objects.filter(
        subject_id=OuterRef("case_id"), event__in=WAKING, recorded_at__gt=OuterRef("set_at")
    )
    found = Snooze.objects.filter(person_id=person_id, until_at__gt=at, version=F("case__version"))
    due = Q(case__strictest_due_at__gt=F("set_at"), case__strictest_due_at__lte=at)
    return found.exclude(due).exclude(Exists(said))
