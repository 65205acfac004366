"""What a conformity report is made of: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from bihuan.engine.clause import Clause
from bihuan.engine.clock import Clock as CountedClock
from bihuan.engine.explain import ExplainStep

NOBODY: Final = UUID(int=0)
"""In a filter: the clocks that belong to no merchant, team or owner."""


class By(StrEnum):
    """What the figures of a clause are told apart by."""

    CLAUSE = "clause"
    MERCHANT = "merchant"
    TEAM = "team"
    OWNER = "owner"


class Outcome(StrEnum):
    """The one place in which each clock of a period is counted, in order of precedence."""

    IMPORTED = "imported"
    CANCELLED = "cancelled"
    PROVISIONAL = "provisional"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    OPEN = "open"


COUNTED = (Outcome.MET, Outcome.LATE, Outcome.OVERDUE)
"""These make the rate; the others are listed apart."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a report to one merchant, team, owner (``NOBODY``: to none), rulebook or some clauses."""

    merchant_id: UUID | None = None
    team_id: UUID | None = None
    owner_id: UUID | None = None
    book: str | None = None
    clause_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Clocks of a period by outcome."""

    counts: Mapping[Outcome, int]

    def __getitem__(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    @property
    def counted(self) -> int:
        """met + late + overdue and open."""
        return sum(self[outcome] for outcome in COUNTED)

    @property
    def rate(self) -> Fraction | None:
        """met / (met + late + overdue and open); None where nothing counts."""
        return Fraction(self[Outcome.MET], self.counted) if self.counted else None


@dataclass(frozen=True, slots=True)
class Off:
    """A time within the period during which a clause was switched off, and why."""

    off_from: datetime
    on_again_from: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Where this operator's rules are otherwise than the shipped ones, and why.

    ``kind``: ``off`` (started no clocks), ``limit`` (own figure, ``value`` from the day ``since`` on),
    ``text`` (own text in the place of the shipped one), ``added`` (a clause of the operator's own).
    ``reason`` is empty where none was given.
    """

    kind: str
    clause_id: str
    clause: Clause | None
    reason: str
    from_at: datetime | None = None
    until_at: datetime | None = None
    since: date | None = None
    value: Any = None
    shipped: Clause | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One clause (and one merchant, team or owner).

    ``clause`` is None where clocks name a clause that no rulebook holds any more. ``evidence`` is the
    number of records of the period that prove a clause which is not a deadline; None for deadlines.
    """

    clause_id: str
    clause: Clause | None
    group_id: UUID | None
    figures: Figures
    evidence: int | None = None
    off: tuple[Off, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the figures rest on: the instant they were taken, calendar and rulebook versions."""

    as_of: datetime
    calendar: str
    provisional_years: tuple[int, ...]
    rulebooks: Mapping[str, str]
    program: str


@dataclass(frozen=True, slots=True)
class Report:
    """Conformity of [start, end), clause by clause."""

    start: datetime
    end: datetime
    by: By
    filters: Filters
    lines: tuple[Line, ...]
    exposure: Exposure
    departures: tuple[Departure, ...] = ()
    total: Figures = field(default_factory=lambda: Figures({}))


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock behind a figure; ``key`` pages on from it."""

    key: str
    id: UUID
    subject_kind: str
    subject_id: UUID
    clause_id: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    outcome: Outcome
    merchant_id: UUID | None
    team_id: UUID | None
    owner_id: UUID | None


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """A clock with the text it was counted by, the steps, the entries that started and stopped it."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    clock: CountedClock
    clause: Clause
    verdict: str
    steps: tuple[ExplainStep, ...]
    entries: tuple[int, int | None]
    revisions: tuple[tuple[int, str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A clause with what carries it: in fact or planned, scenarios, time of the last record, switched off."""

    clause: Clause
    carried: bool
    scenarios: int
    last_at: datetime | None
    off: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of clocks; ``next`` is the key to go on with, empty at the end."""

    rows: tuple[ClockRow, ...]
    next: str
