"""A leg while its steps are being looked at, and periods by whole days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, cast

from bihuan.engine.due import Roll, rolled
from bihuan.engine.eligibility.facts import Ask, Good, Promise
from bihuan.engine.eligibility.legs import NOTHING, Deadline, Freight, Leg, RefusalGround, State, Step
from bihuan.engine.facts import FrozenDict
from bihuan.engine.workdays import BeyondCalendar, WorkCalendar

# No arranged break is longer: a notice later than this after a provisional end is late in any case.
LONGEST_BREAK = timedelta(days=15)
LAST_ORDINAL = date(9998, 12, 1).toordinal()
P = ParamSpec("P")


class Matter(NamedTuple):
    """What every leg looks at: demand, goods, calendar, and a promise to pay the way back."""

    ask: Ask
    good: Good
    calendar: WorkCalendar
    free_return: Promise | None


class Part(NamedTuple):
    """Some steps of a leg and what they come to, never changed."""

    steps: tuple[Step, ...]
    missing: tuple[str, ...]
    conditions: tuple[str, ...]
    closed: bool
    closed_by: RefusalGround | None
    closed_facts: Mapping[str, Any]


class Draft:
    """Collects the steps of one leg; a closed step outweighs a missing fact, a missing fact an open one."""

    closed = False
    closed_by: RefusalGround | None = None
    closed_facts: Mapping[str, Any] = NOTHING
    deadline: Deadline | None = None
    promise: Promise | None = None

    def __init__(
        self, code: str, basis: str, article: str, out: str = "", back: str = "", formula: str = ""
    ) -> None:
        self.code, self.basis, self.article = code, basis, article
        self.out, self.back, self.formula = out, back, formula
        self.steps: list[Step] = []
        self.missing: list[str] = []
        self.conditions: list[str] = []

    def yes(self, code: str, article: str = "", /, **data: Any) -> None:
        """A condition that is met."""
        self.steps.append(Step(code, "yes", article or self.article, data or NOTHING))

    def note(self, code: str, article: str = "", /, **data: Any) -> None:
        """Something to know that decides nothing."""
        self.steps.append(Step(code, "note", article or self.article, data or NOTHING))

    def unknown(self, code: str, fact: str, article: str = "", /, **data: Any) -> None:
        """A fact without which the leg can't be judged."""
        self.steps.append(Step(code, "unknown", article or self.article, data or NOTHING))
        self.missing.append(fact)

    def no(self, code: str, article: str = "", /, **data: Any) -> None:
        """The leg is closed, though not by a ground on which anybody may be refused."""
        self.steps.append(Step(code, "no", article or self.article, data or NOTHING))
        self.closed = True

    def refuse(self, ground: RefusalGround, code: str, article: str, facts: dict[str, Any]) -> None:
        """The leg is closed by a lawful ground; the first one counts."""
        self.no(code, article, **facts)
        if self.closed_by is None:
            self.closed_by, self.closed_facts = ground, facts

    def under(self, promise: Promise) -> None:
        """The leg rests on this promise."""
        self.promise = promise
        self.take(_promised("L-19", promise.by, promise.kind, promise.days, promise.months))

    def take(self, part: Part) -> None:
        """Add what was found by itself."""
        self.steps += part.steps
        self.missing += part.missing
        self.conditions += part.conditions
        if part.closed:
            self.closed = True
            if self.closed_by is None:
                self.closed_by, self.closed_facts = part.closed_by, part.closed_facts

    def part(self) -> Part:
        """What was found so far, frozen to be shared."""
        steps = tuple(step._replace(data=FrozenDict(step.data)) for step in self.steps)
        facts = FrozenDict(self.closed_facts)
        return Part(steps, tuple(self.missing), tuple(self.conditions), self.closed, self.closed_by, facts)

    def done(self, free_return: Promise | None = None) -> Leg:
        """The finished leg; a promise to pay the way back is applied to it."""
        state: State = "closed" if self.closed else "person" if self.missing else "open"
        freight = _freight(self.out, self.back)
        if free_return is not None and self.back == "consumer" and not self.closed:
            freight = Freight(self.out, free_return.by, free_return.amount)
            self.note("free_return", "L-19", by=free_return.by)
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


def shared(look: Callable[Concatenate[Draft, P], None]) -> Callable[Concatenate[str, P], Part]:
    """Steps that rest on codes alone, found once for all judgements with the same codes (never on a date).

    Called with the article that steps have of themselves, then the codes.
    """

    @lru_cache(maxsize=4096)
    @wraps(look)
    def found(article: str, *codes: P.args, **named: P.kwargs) -> Part:
        draft = Draft("", "", article)
        look(draft, *codes, **named)
        return draft.part()

    return cast(Callable[Concatenate[str, P], Part], found)


@lru_cache(maxsize=64)
def _freight(out: str, back: str) -> Freight:
    return Freight(out, back)


@shared
def _promised(draft: Draft, by: str, what: str, days: int | None, months: int | None) -> None:
    if days is not None:
        draft.note("promise_days", days=days, by=by, what=what)
    elif months is not None:
        draft.note("promise_months", months=months, by=by, what=what)
    else:
        draft.note("promise", by=by, what=what)


@lru_cache(maxsize=4096)
def period(
    code: str,
    article: str,
    start: date,
    calendar: WorkCalendar,
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
    last_day = limit.last_day
    if last_day != limit.unrolled:
        draft.note("rolled", "C-05", unrolled=limit.unrolled, last_day=last_day)
    if asked <= last_day:
        return True
    if limit.provisional and asked <= last_day + LONGEST_BREAK:
        return None
    return False
