"""What a case page of any flow shows of clocks and history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.cases import queries
from bihuan.cases.labels import told
from bihuan.cases.models import Case
from bihuan.cases.permissions import P
from bihuan.clocks import queries as clocks
from bihuan.engine.clausetypes import Clause
from bihuan.engine.clock import Clock, verdict_at
from bihuan.engine.errors import NotFound
from bihuan.engine.explain import ExplainStep
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.journal.models import Entry
from bihuan.norms import queries as norms


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock as pages and API show it; ``verdict`` as of the time asked."""

    id: UUID
    clause: str
    key: str
    generation: int
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    state: str
    verdict: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the timeline."""

    sequence: int
    event: str
    at: datetime
    recorded_at: datetime
    by: str
    by_label: str
    zh: str
    en: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """A clock with its clause's text and every step of its counting."""

    case: Case
    clock: Clock
    clause: Clause
    verdict: str
    steps: tuple[ExplainStep, ...]


def clock_lines(case_id: UUID, at: datetime) -> tuple[ClockLine, ...]:
    """All clocks of a case, with their verdicts as of a time."""
    return tuple(
        ClockLine(
            id=s.id,
            clause=s.clock.clause_id,
            key=s.clock.key,
            generation=s.clock.generation,
            started_at=s.clock.started_at,
            due_at=s.clock.due_at,
            stopped_at=s.clock.stopped_at,
            state=s.clock.state,
            verdict=verdict_at(s.clock, at),
            provisional=s.clock.provisional,
        )
        for s in clocks.of(case_id)
    )


def timeline(case_id: UUID, seen: Callable[[Entry], bool] = lambda _entry: True) -> tuple[Happened, ...]:
    """What happened to a case, as far as ``seen`` lets the reader see it."""
    entries = [e for e in journal.entries_of(case_id) if seen(e)]
    names = accounts.labels({e.actor_id for e in entries}, get_language() or "zh-hans")
    return tuple(
        Happened(
            sequence=e.sequence,
            event=e.event,
            at=e.occurred_at,
            recorded_at=e.recorded_at,
            by=e.actor_kind,
            by_label=names.get(e.actor_id, ""),
            zh=told(e.event, e.data, "zh"),
            en=told(e.event, e.data, "en"),
            data=e.data,
        )
        for e in entries
    )


def explained(actor: Actor, case_id: UUID, clock_id: UUID, *, at: datetime) -> ExplainedClock:
    """Why a clock of a case ends when it does. Raises NotFound also where the actor may not know the case."""
    case = queries.get_for(actor, case_id)
    require(actor, P.READ, case.resource)
    row, stored = clocks.one(clock_id)
    if row.subject_id != case.id:
        raise NotFound(kind="clock", id=str(clock_id))
    clause = norms.clause_text(stored.clock.clause_hash)
    verdict = verdict_at(stored.clock, at)
    return ExplainedClock(case, stored.clock, clause, verdict, tuple(norms.explain(stored.clock)))
