"""A leg while its steps are being looked at, and periods by whole days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from bihuan.engine.due import Roll, rolled
from bihuan.engine.eligibility.facts import Ask, Good, Promise
from bihuan.engine.eligibility.judgement import Deadline, Freight, Leg, RefusalGround, Result, State, Step
from bihuan.engine.facts import FrozenDict
from bihuan.engine.workdays import BeyondCalendar, WorkCalendar

# No arranged break is longer: a notice later than this after a provisional end is late in any case.
LONGEST_BREAK = 15
NOTHING: Mapping[str, Any] = FrozenDict()
LAST_ORDINAL = date(9998, 12, 1).toordinal()


class Matter:
    """What every leg looks at: demand, goods, calendar, and a promise to pay the way back."""

    __slots__ = ("ask", "calendar", "free_return", "good", "tested")

    def __init__(self, ask: Ask, good: Good, calendar: WorkCalendar, free_return: Promise | None) -> None:
        self.ask, self.good, self.calendar, self.free_return = ask, good, calendar, free_return
        self.tested: Draft | None = None


@lru_cache(maxsize=1024)
def _plain(code: str, result: Result, article: str) -> Step:
    """A step without facts is the same every time."""
    return Step(code, result, article, NOTHING)


@lru_cache(maxsize=1024)
def _of_one(code: str, result: Result, article: str, name: str, value: str) -> Step:
    return Step(code, result, article, FrozenDict({name: value}))


def _step(code: str, result: Result, article: str, data: dict[str, Any]) -> Step:
    """A step; those with no fact but a code are made once and shared, which their frozen facts allow."""
    if not data:
        return _plain(code, result, article)
    if len(data) == 1:
        ((name, value),) = data.items()
        if isinstance(value, str):
            return _of_one(code, result, article, name, value)
    return Step(code, result, article, data)


@lru_cache(maxsize=64)
def _freight(out: str, back: str) -> Freight:
    return Freight(out, back)


class Draft:
    """Collects the steps of one leg; a closed step outweighs a missing fact, a missing fact an open one."""

    closed = False
    closed_by: RefusalGround | None = None
    closed_facts: Mapping[str, Any] = {}
    deadline: Deadline | None = None
    promise: Promise | None = None

    def __init__(
        self, code: str, basis: str, article: str, *, out: str = "", back: str = "", formula: str = ""
    ) -> None:
        self.code, self.basis, self.article = code, basis, article
        self.out, self.back, self.formula = out, back, formula
        self.steps: list[Step] = []
        self.missing: list[str] = []
        self.conditions: list[str] = []

    def yes(self, code: str, article: str = "", /, **data: Any) -> None:
        """A condition that is met."""
        self.steps.append(_step(code, "yes", article or self.article, data))

    def note(self, code: str, article: str = "", /, **data: Any) -> None:
        """Something to know that decides nothing."""
        self.steps.append(_step(code, "note", article or self.article, data))

    def unknown(self, code: str, fact: str, article: str = "", /, **data: Any) -> None:
        """A fact without which the leg can't be judged."""
        self.steps.append(_step(code, "unknown", article or self.article, data))
        self.missing.append(fact)

    def no(self, code: str, article: str = "", /, **data: Any) -> None:
        """The leg is closed, though not by a ground on which anybody may be refused."""
        self.steps.append(_step(code, "no", article or self.article, data))
        self.closed = True

    def refuse(self, ground: RefusalGround, code: str, article: str, facts: dict[str, Any]) -> None:
        """The leg is closed by a lawful ground; the first one counts."""
        self.no(code, article, **facts)
        if self.closed_by is None:
            self.closed_by, self.closed_facts = ground, facts

    def under(self, promise: Promise) -> None:
        """The leg rests on this promise."""
        self.promise = promise
        data = {"by": promise.by, "what": promise.kind}
        if promise.days is not None:
            self.note("promise_days", "L-19", days=promise.days, **data)
        elif promise.months is not None:
            self.note("promise_months", "L-19", months=promise.months, **data)
        else:
            self.note("promise", "L-19", **data)

    def take(self, other: Draft) -> None:
        """Add what another draft found."""
        self.steps += other.steps
        self.missing += other.missing
        self.conditions += other.conditions
        if other.closed:
            self.closed = True
            if self.closed_by is None:
                self.closed_by, self.closed_facts = other.closed_by, other.closed_facts

    def done(self, matter: Matter) -> Leg:
        """The finished leg; a promise to pay the way back is applied to it."""
        state: State = "closed" if self.closed else "person" if self.missing else "open"
        freight = _freight(self.out, self.back)
        free = matter.free_return
        if free is not None and self.back == "consumer" and not self.closed:
            freight = Freight(self.out, free.by, free.amount)
            self.note("free_return", "L-19", by=free.by)
        return Leg(
            self.code,
            self.basis,
            self.article,
            state,
            tuple(self.steps),
            tuple(self.missing),
            self.deadline,
            freight,
            tuple(self.conditions),
            self.formula,
            self.promise,
            self.closed_by,
            self.closed_facts,
        )


@lru_cache(maxsize=4096)
def period(
    code: str,
    article: str,
    start: date,
    calendar: WorkCalendar,
    *,
    days: int = 0,
    months: int = 0,
    roll: Roll = "any_off_day",
) -> Deadline:
    """Months, then days after ``start``, which is not counted (C-02, C-04), rolled. Raises BeyondCalendar.

    What was counted is remembered: orders of the same days come together.
    """
    raw = (_months_later(start, months) if months else start.toordinal()) + days
    if raw > LAST_ORDINAL:
        raise BeyondCalendar(field="limit", limit=f"{months}mo {days}d")
    day = unrolled = date.fromordinal(raw)
    provisional = False
    if roll == "any_off_day" and calendar.is_workday(day):
        provisional = day.year not in calendar.years
    elif roll != "none":
        last, provisional = rolled(raw, calendar, roll)
        day = date.fromordinal(last)
    return Deadline(code, article, day, unrolled, roll, calendar.zone, provisional)


def _months_later(start: date, months: int) -> int:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > 9998:
        raise BeyondCalendar(field="limit", limit=f"{months}mo")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def within(draft: Draft, limit: Deadline, asked: date) -> bool | None:
    """Whether the notice came in time; None where only a published calendar can tell. Keeps the deadline."""
    draft.deadline = limit
    if limit.last_day != limit.unrolled:
        draft.note("rolled", "C-05", unrolled=limit.unrolled, last_day=limit.last_day)
    if asked <= limit.last_day:
        return True
    if limit.provisional and asked <= limit.last_day + timedelta(days=LONGEST_BREAK):
        return None
    return False
