"""Clocks and what moves them: values only, no counting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from bihuan.engine.due import NaiveTime
from bihuan.engine.duration import parse_duration
from bihuan.engine.facts import FrozenDict
from bihuan.engine.hours import BusinessHours
from bihuan.engine.workdays import WorkCalendar

State = Literal["running", "held", "stopped", "cancelled"]
Verdict = Literal["met", "late", "cancelled"]
Op = Literal["start", "stop", "cancel", "hold", "resume", "extend", "shorten"]
Hold = tuple[datetime, datetime | None]
LIVE = ("running", "held")


@dataclass(frozen=True, slots=True)
class Happening:
    """One recorded event: when the fact was, when the database wrote it, and what it carries.

    ``proven`` says that a stamp from outside (provider, carrier, bank) is attached. ``facts`` are the
    subject's facts after the event. Raises NaiveTime for times without a zone.
    """

    name: str
    occurred_at: datetime
    recorded_at: datetime
    proven: bool = False
    params: Mapping[str, Any] = field(default_factory=FrozenDict)
    facts: Mapping[str, Any] = field(default_factory=FrozenDict)
    generation: int = 1
    imported: bool = False

    def __post_init__(self) -> None:
        if self.occurred_at.tzinfo is None or self.recorded_at.tzinfo is None:
            raise NaiveTime(field=self.name, at=str(self.occurred_at))

    @property
    def start_time(self) -> datetime:
        """The time by which this event starts clocks: the fact's (clocks.md, how it counts, 1)."""
        return self.occurred_at

    @property
    def stop_time(self) -> datetime:
        """The time by which it stops them: the database's, or the fact's when proven or imported."""
        return self.occurred_at if self.proven or self.imported else self.recorded_at


History = Callable[[str], Happening | None]


@dataclass(frozen=True)
class Clock:
    """One running or finished deadline of one subject.

    ``limit`` is the chosen length (``3wd``), or ``@`` and the instant (``@2026-10-13T18:00:00+08:00``)
    or day (``@2026-10-13``) that the start event carried. ``held`` lists (from, to); an entry whose end
    is None is a second hold within a running one. ``warn_at`` ascends; ``stage`` counts the actions
    (warnings, breach, escalations) already taken and ``next_at`` is when the next one is due.
    """

    clause_id: str
    clause_hash: str
    key: str
    generation: int
    round: int
    facts: Mapping[str, Any]
    limit: str
    calendar_version: str
    started_at: datetime
    due_at: datetime
    warn_at: tuple[datetime, ...] = ()
    next_at: datetime | None = None
    stage: int = 0
    state: State = "running"
    stopped_at: datetime | None = None
    verdict: Verdict | None = None
    held_since: datetime | None = None
    held: tuple[Hold, ...] = ()
    extended: tuple[Mapping[str, Any], ...] = ()
    provisional: bool = False
    imported: bool = False
    breached_at: datetime | None = None

    @property
    def identity(self) -> tuple[str, str, int, int]:
        """What tells clocks of one subject apart: clause, key, generation, round."""
        return (self.clause_id, self.key, self.generation, self.round)

    @property
    def live(self) -> bool:
        """Whether it is neither stopped nor cancelled."""
        return self.state in LIVE


def evolved(clock: Clock, **changes: Any) -> Clock:
    """``dataclasses.replace`` without its cost, for the path that every event takes."""
    new = object.__new__(Clock)
    new.__dict__.update(clock.__dict__)
    new.__dict__.update(changes)
    return new


@dataclass(frozen=True, slots=True)
class Change:
    """What one event did to one clock; ``before`` is None for a start.

    A start may come out already stopped or cancelled: the facts that choose the clause became known
    only after the event that ends it.
    """

    op: Op
    before: Clock | None
    after: Clock


@dataclass(frozen=True, slots=True)
class Calendars:
    """The working-day calendar and the named business hours."""

    work: WorkCalendar
    hours: Mapping[str, BusinessHours] = field(default_factory=FrozenDict)

    def named(self, name: str | None) -> BusinessHours | None:
        """The business hours of that name; None for no or an unknown name."""
        return self.hours.get(name) if name else None


@lru_cache(maxsize=4096)
def day_counted(limit: str) -> bool:
    """Whether the limit ends at 24:00, so that a stop must come before ``due_at``."""
    return len(limit) == len("@2026-10-13") if limit.startswith("@") else parse_duration(limit).day_counted


def is_past(clock: Clock, at: datetime) -> bool:
    """Whether the clock's end has passed at that instant; a held clock is judged where it was held."""
    moment = clock.held_since if clock.state == "held" and clock.held_since else at
    return moment >= clock.due_at if day_counted(clock.limit) else moment > clock.due_at


def plain_verdict(clock: Clock, instant: datetime) -> str:
    """``running``, ``held``, ``overdue``, ``met``, ``late`` or ``cancelled`` as of that instant."""
    if clock.verdict and clock.stopped_at and clock.stopped_at <= instant:
        return clock.verdict
    if is_past(clock, instant):
        return "overdue"
    return "held" if clock.state == "held" else "running"


def verdict_at(clock: Clock, instant: datetime) -> str:
    """The same, but ``provisional`` where met, late or overdue rests on a year without arrangement."""
    verdict = plain_verdict(clock, instant)
    return "provisional" if clock.provisional and verdict in ("met", "late", "overdue") else verdict


def strictest(clocks: Iterable[Clock]) -> Clock | None:
    """The live clock that ends first; None where none runs. Ties go by clause id and key."""
    return min((clock for clock in clocks if clock.live), key=_order, default=None)


def latest(clocks: Iterable[Clock]) -> Clock | None:
    """The live clock that ends last: the one that counts for a consumer's right."""
    return max((clock for clock in clocks if clock.live), key=_order, default=None)


def _order(clock: Clock) -> tuple[Any, ...]:
    return (clock.due_at, clock.clause_id, clock.key, clock.round)
