"""A clause as the engine holds it: frozen, hashed, its values by date of effect."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast
from zoneinfo import ZoneInfo

from bihuan.engine.due import Roll
from bihuan.engine.duration import Duration
from bihuan.engine.errors import Refusal
from bihuan.engine.facts import FrozenDict

ZONE = ZoneInfo("Asia/Shanghai")
NATURES = ("statutory", "norm", "contract", "editorial")
STATUSES = ("carried", "planned")
KINDS = ("deadline", "check", "control", "duty", "record", "target", "phrase", "remedy", "sanction")


class LimitUnknown(Refusal):
    """A limit is chosen by a fact that is missing or has a value the clause does not know."""

    code = "clause.limit_unknown"
    message = "The limit of {clause_id} depends on {fact}, and '{value}' is not one of: {known}."
    remedy = "Give {fact} first, or give the clause 'known_on' or a 'default'."


@dataclass(frozen=True, slots=True)
class LimitValue:
    """One value of a limit: fixed, chosen ``by`` a fact, or carried by a parameter of the start event."""

    fixed: Duration | None = None
    by: str | None = None
    choices: Mapping[str, Duration] = field(default_factory=FrozenDict)
    default: Duration | None = None
    from_param: str | None = None

    def choose(self, clause_id: str, facts: Mapping[str, Any]) -> Duration:
        """The duration for these facts. Raises LimitUnknown."""
        if self.fixed is not None:
            return self.fixed
        value = facts.get(self.by or "")
        found = self.choices.get(str(value), self.default) if value is not None else self.default
        if found is None:
            known = ", ".join(self.choices)
            raise LimitUnknown(clause=clause_id, clause_id=clause_id, fact=self.by, value=value, known=known)
        return found


@dataclass(frozen=True, slots=True)
class Warn:
    """A warning: at a share of the limit in per cent, or a duration before the end."""

    text: str
    percent: int | None = None
    before: Duration | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told at the breach (``after`` None) or some time after it."""

    text: str
    role: str
    after: Duration | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """The event that lengthens a limit, the classes or durations it may reach, and who approves."""

    on: str
    to: tuple[str, ...]
    approver: str


@dataclass(frozen=True)
class Clause:
    """One clause of a rulebook. ``canonical`` is its JSON, from which the same clause is parsed again."""

    id: str
    book: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    source: Mapping[str, str]
    nature: str
    verified: bool
    status: str
    kind: str
    since: date
    canonical: str
    hash: str
    until: date | None = None
    applies: Mapping[str, tuple[Any, ...]] = field(default_factory=FrozenDict)
    starts_on: tuple[str, ...] = ()
    known_on: tuple[str, ...] = ()
    stops_on: tuple[str, ...] = ()
    cancels_on: tuple[str, ...] = ()
    gives_way_on: tuple[str, ...] = ()
    pauses_on: tuple[str, ...] = ()
    resumes_on: tuple[str, ...] = ()
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=FrozenDict)
    key: str | None = None
    limits: tuple[tuple[date, LimitValue], ...] = ()
    values: tuple[tuple[date, Mapping[str, Any]], ...] = ()
    roll: Roll = "none"
    hours: str | None = None
    extension: ExtensionRule | None = None
    follows: tuple[str, ...] = ()
    warn: tuple[Warn, ...] = ()
    escalate: tuple[Escalation, ...] = ()
    evidence: str | None = None
    note: Mapping[str, str] | None = None
    assumed: bool = False

    @property
    def has_clock(self) -> bool:
        """Whether events start a clock for this clause."""
        return bool(self.starts_on and self.limits)

    def in_force(self, at: datetime | date) -> bool:
        """Whether the clause binds on that day (an instant is taken in Asia/Shanghai)."""
        day = local_day(at)
        return self.since <= day and (self.until is None or day < self.until)

    def value_at(self, at: datetime | date) -> LimitValue | Mapping[str, Any] | None:
        """The limit (or, without one, the ``values``) in force on that day; None before the first."""
        return self.limit_at(at) if self.limits else self.params_at(at)

    def limit_at(self, at: datetime | date) -> LimitValue | None:
        """The limit in force on that day; None before the first."""
        day = local_day(at)
        if len(self.limits) == 1:
            since, value = self.limits[0]
            return value if since <= day else None
        return cast("LimitValue | None", _latest(self.limits, self._limit_days, day))

    def params_at(self, at: datetime | date) -> Mapping[str, Any] | None:
        """The ``values`` in force on that day; None before the first."""
        days = [day for day, _ in self.values]
        return cast("Mapping[str, Any] | None", _latest(self.values, days, local_day(at)))

    def matches(self, facts: Mapping[str, Any]) -> bool:
        """Whether the facts fit ``applies``; a fact that is missing does not fit."""
        for name, allowed in self._applies:  # noqa: SIM110 (every event asks this of many clauses)
            if facts.get(name) not in allowed:
                return False
        return True

    @cached_property
    def fact_names(self) -> tuple[str, ...]:
        """The facts that a clock of this clause keeps."""
        by = {value.by for _, value in self.limits if value.by}
        return tuple(sorted(set(self.applies) | by))

    @cached_property
    def counted_as(self) -> str:
        """Equal for clauses whose clocks of one limit and start have the same end and warnings."""
        return "|".join((self.roll, self.hours or "", *(warn.text for warn in self.warn)))

    @cached_property
    def _applies(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        return tuple(self.applies.items())

    @cached_property
    def _limit_days(self) -> list[date]:
        return [day for day, _ in self.limits]


def local_day(at: datetime | date) -> date:
    """The day of an instant in Asia/Shanghai; a date is itself."""
    return at.astimezone(ZONE).date() if isinstance(at, datetime) else at


def _latest(rows: tuple[tuple[date, Any], ...], days: list[date], day: date) -> Any:
    place = bisect_right(days, day)
    return rows[place - 1][1] if place else None
