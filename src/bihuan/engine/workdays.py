"""Chinese working days: Monday to Friday, changed by the yearly holiday arrangement (C-08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from bihuan.engine.errors import Invalid

MAX_ORDINAL = date.max.toordinal()
WEEKDAYS = 5


class BadCalendar(Invalid):
    """A calendar that contradicts itself or can't be read."""

    code = "calendar.invalid"
    message = "The calendar can't be used: {problem}."
    remedy = "Correct the calendar's data and load it again."


class BeyondCalendar(Invalid):
    """A date further away than any calendar reaches (before year 1 or after year 9999)."""

    code = "calendar.beyond"
    message = "The end of {limit} lies beyond the calendar."
    remedy = "Give a shorter limit."


def weekdays_until(ordinal: int) -> int:
    """Number of Mondays to Fridays from 0001-01-01 to the day with this ordinal."""
    return 5 * (ordinal // 7) + min(ordinal % 7, WEEKDAYS)


def nth_weekday(number: int) -> int:
    """Ordinal of the number-th Monday-to-Friday day since 0001-01-01; inverse of weekdays_until."""
    weeks, rest = divmod(number - 1, WEEKDAYS)
    return 7 * weeks + rest + 1


@dataclass(frozen=True)
class WorkCalendar:
    """Off days, make-up working days and published years, under a version that clocks are stamped with.

    ``off`` holds every day off of the arrangement, ``statutory`` the holidays proper among them as
    far as known, ``work`` the working weekends. A year that is not in ``years`` counts Monday to
    Friday, and whatever touches it is provisional. ``names`` gives holiday names for explanations.
    """

    version: str
    off: frozenset[date]
    work: frozenset[date]
    statutory: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    tz: str = "Asia/Shanghai"
    names: Mapping[date, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        both = (self.off | self.statutory) & self.work
        if both:
            raise BadCalendar(field="work", problem=f"{min(both)} is a day off and a working day at once")
        try:
            ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadCalendar(field="tz", problem=f"time zone {self.tz!r} is unknown") from error

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and end."""
        return ZoneInfo(self.tz)

    @cached_property
    def rest(self) -> frozenset[date]:
        """All days off that the arrangement names."""
        return self.off | self.statutory

    @cached_property
    def base(self) -> int:
        """Ordinal of the first day of the prepared window (whole years around the known ones)."""
        return date(max(min(self._known_years()) - 1, 1), 1, 1).toordinal()

    @cached_property
    def days(self) -> list[int]:
        """Ordinals of the working days of the window, ascending."""
        end = date(min(max(self._known_years()) + 2, 9998), 12, 31).toordinal()
        return [day for day in range(self.base, end + 1) if self.is_workday(date.fromordinal(day))]

    @cached_property
    def counts(self) -> list[int]:
        """For each day of the window: how many working days of the window lie at or before it."""
        end = date(min(max(self._known_years()) + 2, 9998), 12, 31).toordinal()
        working, counts, total = set(self.days), [], 0
        for day in range(self.base, end + 1):
            total += day in working
            counts.append(total)
        return counts

    @cached_property
    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """``counts`` and ``days`` as numpy arrays, for the batch form."""
        return np.array(self.counts, dtype=np.int64), np.array(self.days, dtype=np.int64)

    def _known_years(self) -> set[int]:
        return set(self.years) | {day.year for day in self.rest | self.work} or {2026}

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day (a date, not a datetime)."""
        return day in self.work or (day.weekday() < WEEKDAYS and day not in self.rest)

    def kind(self, day: date) -> str:
        """``workday``, ``makeup`` (working weekend), ``holiday`` (arranged day off) or ``weekend``."""
        if day in self.work:
            return "makeup" if day.weekday() >= WEEKDAYS else "workday"
        if day in self.rest:
            return "holiday"
        return "workday" if day.weekday() < WEEKDAYS else "weekend"

    def rank(self, ordinal: int) -> int:
        """Number of the last working day at or before this day, from the window's first; may be negative."""
        place = ordinal - self.base
        if place < 0:
            return weekdays_until(ordinal) - weekdays_until(self.base - 1)
        counts = self.counts
        if place < len(counts):
            return counts[place]
        last = self.base + len(counts) - 1
        return counts[-1] + weekdays_until(ordinal) - weekdays_until(last)

    def nth(self, rank: int) -> int:
        """Ordinal of the working day with this rank; inverse of ``rank``. Raises BeyondCalendar."""
        days = self.days
        if 0 < rank <= len(days):
            return days[rank - 1]
        if rank <= 0:
            found = nth_weekday(weekdays_until(self.base - 1) + rank)
        else:
            last = self.base + len(self.counts) - 1
            found = nth_weekday(weekdays_until(last) + rank - len(days))
        if not 0 < found < MAX_ORDINAL:
            raise BeyondCalendar(field="limit", limit=f"{rank}wd")
        return found

    def shift(self, ordinal: int, workdays: int) -> int:
        """Ordinal of the ``workdays``-th working day after this day (negative: before; 0: itself)."""
        if workdays > 0:
            return self.nth(self.rank(ordinal) + workdays)
        if workdays < 0:
            return self.nth(self.rank(ordinal - 1) + 1 + workdays)
        return ordinal

    def add_workdays(self, day: date, workdays: int) -> date:
        """The ``workdays``-th working day after ``day``, which itself is not counted; negative goes back."""
        return date.fromordinal(self.shift(day.toordinal(), workdays))

    def workdays_between(self, first: date, end: date) -> int:
        """Working days from ``first`` to the day before ``end``; 0 when ``end`` is not later."""
        if end <= first:
            return 0
        return self.rank(end.toordinal() - 1) - self.rank(first.toordinal() - 1)

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a year from ``first`` to ``last`` has no published arrangement (clocks.md 6)."""
        years = self.years
        if first.year == last.year:
            return first.year not in years
        return any(year not in years for year in range(first.year, last.year + 1))

    def extended(self, *others: WorkCalendar, version: str) -> WorkCalendar:
        """A calendar under a new version; what a later calendar says about a day wins."""
        off, work, statutory = set(self.off), set(self.work), set(self.statutory)
        years, names = set(self.years), dict(self.names)
        for other in others:
            off = (off - other.work) | other.off
            statutory = (statutory - other.work) | other.statutory
            work = (work - other.rest) | other.work
            years |= other.years
            names.update(other.names)
        parts = (frozenset(off), frozenset(work), frozenset(statutory), frozenset(years))
        return WorkCalendar(version, *parts, tz=self.tz, names=names)
