"""When a limit ends: natural time, days, working days, months and business hours (C-01 to C-06).

Natural time runs from the moment. Days of either kind, months and years do not count the day of
the start and end at 24:00 of the last day, which is written as 00:00 of the day after.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from bihuan.engine.duration import Duration, Unit
from bihuan.engine.errors import Invalid
from bihuan.engine.hours import BusinessHours
from bihuan.engine.workdays import MAX_ORDINAL, BeyondCalendar, WorkCalendar

Roll = Literal["none", "statutory_holiday", "any_off_day"]
ROLLS = ("none", "statutory_holiday", "any_off_day")
LISTED_DAYS = 400
_LAST_DAY = date(9998, 12, 31).toordinal()


class NaiveTime(Invalid):
    """A time without its zone."""

    code = "time.naive"
    message = "The time {at} has no time zone."
    remedy = "Give the offset too, as in 2026-09-30T10:00:00+08:00."


class NoHours(Invalid):
    """Business hours without a calendar that says which hours those are."""

    code = "hours.missing"
    message = "The limit {limit} needs business hours, and none were given."
    remedy = "Name the clause's business hours in 'hours' and define them."


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the count: a code, the date or instant concerned, and its data."""

    code: str
    on: date | datetime | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """The end ``at`` (aware), whether a year without arrangement was touched, and the steps on demand."""

    at: datetime
    provisional: bool
    trace: Callable[[], tuple[Step, ...]] = field(compare=False, repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Each counted and skipped day with its reason, the roll and the end."""
        return self.trace()


def due_at(
    start: datetime,
    limit: Duration,
    calendar: WorkCalendar,
    hours: BusinessHours | None = None,
    roll: Roll = "none",
) -> Due:
    """End of ``limit`` from ``start`` (aware). ``roll`` moves the last day of d, mo, y only.

    Raises NaiveTime, NoHours, BeyondCalendar.
    """
    if start.tzinfo is None:
        raise NaiveTime(field="start", at=start.isoformat())
    unit = limit.unit
    if unit is Unit.WORKDAY:
        return _workdays(start, limit.value, calendar)
    if unit is Unit.BUSINESS_HOUR:
        return _business(start, limit, hours)
    if limit.day_counted:
        return _days(start, limit, calendar, roll)
    return _natural(start, limit, calendar)


def end_of(ordinal: int, calendar: WorkCalendar) -> datetime:
    """24:00 of the day with this ordinal, as 00:00 of the next one."""
    return datetime.fromordinal(ordinal + 1).replace(tzinfo=calendar.zone)


def last_day(due: datetime, calendar: WorkCalendar) -> date:
    """The day at whose 24:00 a day-counted deadline ends."""
    return due.astimezone(calendar.zone).date() - timedelta(days=1)


def add_seconds(start: datetime, seconds: float, calendar: WorkCalendar) -> datetime:
    """``start`` plus real seconds, in the calendar's zone. Raises BeyondCalendar."""
    try:
        return (start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(calendar.zone)
    except OverflowError:
        raise BeyondCalendar(field="limit", limit=f"{seconds}s") from None


def _natural(start: datetime, limit: Duration, calendar: WorkCalendar) -> Due:
    at = add_seconds(start, limit.seconds, calendar)

    def trace() -> tuple[Step, ...]:
        return (Step("start", start), Step("elapsed", None, {"limit": str(limit)}), Step("end", at))

    return Due(at, False, trace)


def _business(start: datetime, limit: Duration, hours: BusinessHours | None) -> Due:
    if hours is None:
        raise NoHours(field="hours", limit=str(limit))
    at = hours.add(start, limit.seconds)
    first, last = start.astimezone(hours.zone).date(), at.astimezone(hours.zone).date()

    def trace() -> tuple[Step, ...]:
        return (Step("start", start), *_business_steps(start, at, hours), Step("end", at))

    return Due(at, hours.is_provisional(first, last), trace)


def _business_steps(start: datetime, at: datetime, hours: BusinessHours) -> list[Step]:
    steps: list[Step] = []
    day, last = start.astimezone(hours.zone).date(), at.astimezone(hours.zone).date()
    while day <= last and len(steps) < LISTED_DAYS:
        spans = [(max(opens, start), min(closes, at)) for opens, closes in hours.open_on(day)]
        seconds = sum((end - begin).total_seconds() for begin, end in spans if end > begin)
        steps.append(Step("open" if seconds else "closed", day, {"seconds": int(seconds)}))
        day += timedelta(days=1)
    return steps


def _workdays(start: datetime, count: int, calendar: WorkCalendar) -> Due:
    first = start.astimezone(calendar.zone).toordinal()
    last = calendar.nth(calendar.rank(first) + count) if count else first
    if last >= MAX_ORDINAL - 1:
        raise BeyondCalendar(field="limit", limit=f"{count}wd")
    at = datetime.fromordinal(last + 1).replace(tzinfo=calendar.zone)
    provisional = calendar.is_provisional(date.fromordinal(first + 1), at - timedelta(days=1))

    def trace() -> tuple[Step, ...]:
        return _workday_steps(start, first, last, at, calendar)

    return Due(at, provisional, trace)


def _workday_steps(
    start: datetime, first: int, last: int, at: datetime, calendar: WorkCalendar
) -> tuple[Step, ...]:
    steps = [Step("start", start), Step("start_day_not_counted", date.fromordinal(first))]
    number = 0
    for ordinal in range(first + 1, min(last, first + LISTED_DAYS) + 1):
        day = date.fromordinal(ordinal)
        data: dict[str, Any] = {"kind": calendar.kind(day), "name": calendar.names.get(day, "")}
        if calendar.is_workday(day):
            number += 1
            data["number"] = number
        steps.append(Step("counted" if calendar.is_workday(day) else "skipped", day, data))
    if last > first + LISTED_DAYS:
        steps.append(Step("more_days", date.fromordinal(last), {"count": last - first - LISTED_DAYS}))
    return (*steps, Step("end", at))


def _days(start: datetime, limit: Duration, calendar: WorkCalendar, roll: Roll) -> Due:
    first = start.astimezone(calendar.zone).date()
    raw = _corresponding(first, limit)
    last, provisional = rolled(raw, calendar, roll)
    at = end_of(last, calendar)

    def trace() -> tuple[Step, ...]:
        return _day_steps(start, first, raw, last, at, limit, calendar, roll)

    return Due(at, provisional, trace)


def _corresponding(first: date, limit: Duration) -> int:
    """Ordinal of the last day: the n-th day after, or the corresponding day of the month (C-04)."""
    try:
        if limit.unit is Unit.DAY:
            ordinal = first.toordinal() + limit.value
        else:
            months = limit.value * (12 if limit.unit is Unit.YEAR else 1)
            year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
            day = min(first.day, monthrange(year, month + 1)[1])
            ordinal = date(year, month + 1, day).toordinal()
    except (ValueError, OverflowError):
        ordinal = _LAST_DAY + 1
    if ordinal > _LAST_DAY:
        raise BeyondCalendar(field="limit", limit=str(limit))
    return ordinal


def rolled(raw: int, calendar: WorkCalendar, roll: Roll) -> tuple[int, bool]:
    """Last day after rolling, and whether that touched a year without arrangement (C-05, C-06).

    ``statutory_holiday`` rolls off the days of the published arrangement only; ``any_off_day`` off
    ordinary weekends too.
    """
    if roll == "none":
        return raw, False
    day = date.fromordinal(raw)
    while _is_rest(day, calendar, roll):
        day += timedelta(days=1)
    return day.toordinal(), calendar.is_provisional(date.fromordinal(raw), day)


def _is_rest(day: date, calendar: WorkCalendar, roll: Roll) -> bool:
    return day in calendar.rest if roll == "statutory_holiday" else not calendar.is_workday(day)


def _day_steps(
    start: datetime,
    first: date,
    raw: int,
    last: int,
    at: datetime,
    limit: Duration,
    calendar: WorkCalendar,
    roll: Roll,
) -> tuple[Step, ...]:
    steps = [Step("start", start), Step("start_day_not_counted", first)]
    steps.append(Step("days", date.fromordinal(raw), {"limit": str(limit)}))
    for ordinal in range(raw, last):
        day = date.fromordinal(ordinal)
        data = {"kind": calendar.kind(day), "name": calendar.names.get(day, ""), "policy": roll}
        steps.append(Step("rolled", day, data))
    return (*steps, Step("end", at))
