"""Business hours: intervals per date, with breaks, closed days, extra days and a time zone.

Seconds are kept. Time is counted in real seconds between opening and closing, so that a day on
which the clocks change is as long as it really is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bihuan.engine.errors import Invalid
from bihuan.engine.workdays import MAX_ORDINAL, BeyondCalendar, WorkCalendar

Interval = tuple[str, str]
DAY_SECONDS = 86_400
HORIZON_DAYS = 36_600


class BadHours(Invalid):
    """Opening hours that overlap, run backwards or can't be read."""

    code = "hours.invalid"
    message = "The business hours can't be used: {problem}."
    remedy = "Give intervals as ('09:00', '18:00') in order; split one that passes midnight at 24:00."


class NeverOpen(Invalid):
    """Nothing is open any more after the moment asked about."""

    code = "hours.never_open"
    message = "The business hours {name} have no opening time after {at}."
    remedy = "Add opening hours to the calendar, or use another unit for the limit."


def _second(text: str) -> int:
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(part.isdecimal() and len(part) == 2 for part in parts):
        raise BadHours(field="intervals", problem=f"'{text}' is not a time of day")
    hour, minute, second = (*map(int, parts), 0)[:3]
    total = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or total > DAY_SECONDS:
        raise BadHours(field="intervals", problem=f"'{text}' is not a time of day")
    return total


def _spans(intervals: Iterable[Interval]) -> tuple[tuple[int, int], ...]:
    spans = tuple((_second(start), _second(end)) for start, end in intervals)
    previous = 0
    for start, end in spans:
        if start < previous or end <= start:
            raise BadHours(
                field="intervals", problem=f"the interval ending {end // 3600:02d}h is out of order"
            )
        previous = end
    return spans


def _without(
    spans: Sequence[tuple[int, int]], breaks: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    kept = list(spans)
    for pause, back in breaks:
        halves = [half for start, end in kept for half in ((start, min(end, pause)), (max(start, back), end))]
        kept = [(start, end) for start, end in halves if end > start]
    return tuple(kept)


@dataclass(frozen=True)
class BusinessHours:
    """Weekly intervals (key 0 = Monday), breaks taken out of every day, and dates that differ.

    An empty ``overrides`` entry closes that date, a filled one replaces the week's hours (breaks
    included). With ``calendar``, the days off of the arrangement are closed and its make-up days
    have the hours ``makeup`` (by default those of the first open day of the week).
    """

    weekly: Mapping[int, Sequence[Interval]]
    overrides: Mapping[date, Sequence[Interval]] = field(default_factory=dict)
    breaks: Sequence[Interval] = ()
    tz: str = "Asia/Shanghai"
    calendar: WorkCalendar | None = None
    makeup: Sequence[Interval] | None = None
    name: str = "business"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadHours(field="tz", problem=f"time zone {self.tz!r} is unknown") from error
        if set(self.weekly) - set(range(7)):
            raise BadHours(field="weekly", problem="days of the week are 0 (Monday) to 6 (Sunday)")
        _ = self._week, self._dates, self._makeup

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the opening hours."""
        return ZoneInfo(self.tz)

    @cached_property
    def _week(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        pauses = _spans(self.breaks)
        return tuple(_without(_spans(self.weekly.get(day, ())), pauses) for day in range(7))

    @cached_property
    def _dates(self) -> dict[date, tuple[tuple[int, int], ...]]:
        return {day: _spans(intervals) for day, intervals in self.overrides.items()}

    @cached_property
    def _makeup(self) -> tuple[tuple[int, int], ...]:
        if self.makeup is not None:
            return _without(_spans(self.makeup), _spans(self.breaks))
        return next((spans for spans in self._week if spans), ())

    @cached_property
    def _last_exception(self) -> date:
        """After this date the week repeats without exception."""
        named = set(self.overrides)
        if self.calendar is not None:
            named |= self.calendar.rest | self.calendar.work
        return max(named, default=date.min)

    @cached_property
    def _opened(self) -> dict[date, tuple[tuple[datetime, datetime], ...]]:
        return {}

    def spans_on(self, day: date) -> tuple[tuple[int, int], ...]:
        """Opening intervals of a date in seconds of its wall clock (0 to 86,400)."""
        if day in self._dates:
            return self._dates[day]
        if self.calendar is not None:
            if day in self.calendar.work:
                return self._makeup
            if day in self.calendar.rest:
                return ()
        return self._week[day.weekday()]

    def open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The same intervals as instants in UTC; wall-clock times that do not exist are moved."""
        found = self._opened.get(day)
        if found is None:
            found = self._opened[day] = self._instants(day)
        return found

    def _instants(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        result: list[tuple[datetime, datetime]] = []
        for start, end in self.spans_on(day):
            opens, closes = self._instant(day, start), self._instant(day, end)
            if result:
                opens = max(opens, result[-1][1])
            if closes > opens:
                result.append((opens, closes))
        return tuple(result)

    def _instant(self, day: date, second: int) -> datetime:
        if second == DAY_SECONDS:
            day, second = day + timedelta(days=1), 0
        clock = time(second // 3600, second // 60 % 60, second % 60)
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def _days_from(self, at: datetime, step: int) -> Iterator[date]:
        ordinal = at.astimezone(self.zone).date().toordinal()
        never = not any(self._week)
        for count in range(HORIZON_DAYS):
            if not 1 < ordinal + step * count < MAX_ORDINAL:
                break
            day = date.fromordinal(ordinal + step * count)
            if never and step > 0 and day > self._last_exception:
                raise NeverOpen(field="hours", name=self.name, at=at.isoformat())
            yield day
        raise BeyondCalendar(field="limit", limit=f"business time from {at.isoformat()}")

    def add(self, start: datetime, seconds: float) -> datetime:
        """The instant at which ``seconds`` of business time have passed since ``start``.

        Time before opening does not count; when the time is used up at closing, that is the end.
        Raises NeverOpen, BeyondCalendar (after 100 years). Closed seasons may have any length.
        """
        left = timedelta(seconds=seconds)
        if left <= timedelta(0):
            return start
        for day in self._days_from(start, 1):
            for opens, closes in self.open_on(day):
                begin = max(opens, start)
                if closes - begin >= left:
                    return (begin + left).astimezone(self.zone)
                left -= max(closes - begin, timedelta(0))
        raise AssertionError("unreachable")  # pragma: no cover

    def subtract(self, end: datetime, seconds: float) -> datetime:
        """The latest instant from which ``seconds`` of business time pass until ``end``."""
        left = timedelta(seconds=seconds)
        if left <= timedelta(0):
            return end
        for day in self._days_from(end, -1):
            for opens, closes in reversed(self.open_on(day)):
                until = min(closes, end)
                if until - opens >= left:
                    return (until - left).astimezone(self.zone)
                left -= max(until - opens, timedelta(0))
        raise AssertionError("unreachable")  # pragma: no cover

    def elapsed(self, start: datetime, end: datetime) -> float:
        """Seconds of business time from ``start`` to ``end``; 0 when ``end`` is not later."""
        if end <= start:
            return 0.0
        last, total = end.astimezone(self.zone).date(), timedelta(0)
        day = start.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self.open_on(day):
                total += max(min(closes, end) - max(opens, start), timedelta(0))
            day += timedelta(days=1)
        return total.total_seconds()

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether the hours follow a calendar that lacks a year from ``first`` to ``last``."""
        return self.calendar is not None and self.calendar.is_provisional(first, last)
