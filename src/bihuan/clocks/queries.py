"""Reading clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bihuan.clocks import store
from bihuan.clocks.models import Clock as Row
from bihuan.clocks.models import Revision
from bihuan.clocks.store import Stored
from bihuan.engine.clock import Calendars, rejudge
from bihuan.engine.errors import NotFound
from bihuan.norms import queries as norms


def of(subject_id: UUID) -> list[Stored]:
    """All clocks of a subject, every generation: open ones first by due time, then the ended ones."""
    rows = Row.objects.filter(subject_id=subject_id)
    found = [store.stored(row) for row in rows]
    return sorted(found, key=lambda s: (s.clock.verdict is not None, s.clock.due_at))


def one(clock_id: UUID) -> tuple[Row, Stored]:
    """A clock by its id. Raises NotFound."""
    row = Row.objects.filter(id=clock_id).first()
    if row is None:
        raise NotFound(kind="clock", id=str(clock_id))
    return row, store.stored(row)


def revisions(clock_id: UUID) -> list[Revision]:
    """Earlier judgements of a clock, oldest first."""
    return list(Revision.objects.filter(clock_id=clock_id).order_by("revision"))


def ending(clause_id: str, *, after: datetime, until: datetime, limit: int, ended: bool = False) -> list[Row]:
    """Clocks of a clause whose end lies in (after, until], the earliest first; ``ended``: met ones too."""
    found = Row.objects.filter(clause_id=clause_id, subject_kind="case", due_at__gt=after, due_at__lte=until)
    if not ended:
        found = found.filter(verdict=None, state="running")
    return list(found.order_by("due_at", "id")[:limit])


def due_before(moment: datetime, limit: int) -> list[Row]:
    """Clocks that have something to do by this instant, the longest waiting first."""
    return list(Row.objects.filter(next_at__lte=moment).order_by("next_at")[:limit])


@dataclass(frozen=True, slots=True)
class Rejudged:
    """How many provisional clocks other calendars would judge anew; ``more``: not all were looked at."""

    looked: int
    changed: int
    running: int
    more: bool


def rejudged_by(calendars: Calendars, *, limit: int = 2000) -> Rejudged:
    """What loading these calendars would change, counted by the engine; nothing is written."""
    rows = list(Row.objects.filter(provisional=True).order_by("id")[: limit + 1])
    changed = [row for row in rows[:limit] if _changes(row, calendars)]
    running = sum(row.state in ("running", "held") for row in changed)
    return Rejudged(min(len(rows), limit), len(changed), running, len(rows) > limit)


def _changes(row: Row, calendars: Calendars) -> bool:
    clock = store.stored(row).clock
    clause = norms.rules().text_of(row.clause_id, row.clause_hash)
    return clause is not None and rejudge(clock, clause, calendars) != clock
