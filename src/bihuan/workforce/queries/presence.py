"""Who is there at which hour, and how long work takes: what staffing is compared from (ASM-2.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bihuan.accounts.models.people import PersonState
from bihuan.workforce.models import ENOUGH, Absence, Certificate, Effort, Shift, Worker

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class There:
    """Somebody who may be given work in an hour; ``planned``: by a shift, not round the clock."""

    person_id: UUID
    skills: frozenset[str]
    planned: bool


def there(*, start: datetime, hours: int, team_ids: Collection[UUID] | None = None) -> list[Sequence[There]]:
    """For each hour from ``start`` on who is on duty in all of it: hired, certified, on shift, not absent.

    ``team_ids`` None: everybody. Five round trips for however many hours.
    """
    end = start + hours * HOUR
    found = Worker.objects.filter(left_at=None, education__in=ENOUGH, person__state=PersonState.ACTIVE)
    if team_ids is not None:
        found = found.filter(person__team_id__in=list(team_ids))
    workers = list(found.order_by("number"))
    ids = [worker.person_id for worker in workers]
    shifts = _periods(Shift.objects.filter(worker_id__in=ids), start, end)
    absences = _periods(Absence.objects.filter(worker_id__in=ids), start, end)
    certified = _periods(Certificate.objects.filter(worker_id__in=ids, revoked_at=None), start, end)
    return [
        [
            There(w.person_id, frozenset(w.skills), not w.round_the_clock)
            for w in workers
            if _on_duty(w, at, shifts, absences, certified)
        ]
        for at in (start + n * HOUR for n in range(hours))
    ]


_Periods = dict[UUID, list[tuple[datetime, datetime]]]


def _periods(rows: QuerySet[Any], start: datetime, end: datetime) -> _Periods:
    found: _Periods = {}
    met = rows.filter(from_at__lt=end, until_at__gt=start)
    for worker_id, since, until in met.values_list("worker_id", "from_at", "until_at"):
        found.setdefault(worker_id, []).append((since, until))
    return found


def _on_duty(worker: Worker, at: datetime, shifts: _Periods, absences: _Periods, certified: _Periods) -> bool:
    """In the whole hour; whoever is absent for a part of it is not counted."""
    end, who = at + HOUR, worker.person_id
    if not any(a <= at and b >= end for a, b in certified.get(who, ())):
        return False
    if any(a < end and b > at for a, b in absences.get(who, ())):
        return False
    return worker.round_the_clock or any(a <= at and b >= end for a, b in shifts.get(who, ()))


def efforts(*, day: date) -> dict[str, int]:
    """Minutes by kind that this platform set itself, as they hold on a day."""
    rows = Effort.objects.filter(from_date__lte=day).order_by("kind", "-from_date", "-id").distinct("kind")
    return {kind: minutes for kind, minutes in rows.values_list("kind", "minutes") if minutes is not None}


def effort_history(*, limit: int = 50) -> list[Effort]:
    """What was set, the latest day first."""
    return list(Effort.objects.order_by("-from_date", "-id")[:limit])
