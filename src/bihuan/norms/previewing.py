"""What the import of a calendar year would change, day by day, before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.engine.clock import Calendars
from bihuan.norms import arrangement, cache
from bihuan.norms.arrangement import Year
from bihuan.norms.models import CalendarYear


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that would change: ``before`` and ``after`` are off, work (make-up) or empty (as usual)."""

    day: date
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """What an import would do. ``same``: nothing; ``first``: the year has no complete version yet."""

    year: int
    days: int
    version: int
    first: bool
    same: bool
    changes: tuple[DayChange, ...]
    calendars: Calendars


def preview(data: Mapping[str, Any], *, complete: bool = True) -> CalendarPreview:
    """Read a year in the public form and compare it with what is in force. Raises BadCalendar."""
    year = arrangement.from_public_json(data)
    new = Year(year.year, year.days, complete)
    before = {each.year: each for each in cache.stored_years()}
    old = before.get(year.year)
    others = [each for each in before.values() if each.year != new.year]
    row = CalendarYear.objects.filter(year=year.year).order_by("-version").first()
    return CalendarPreview(
        year=new.year,
        days=len(new.days),
        version=row.version + 1 if row else 1,
        first=old is None or not old.complete,
        same=old is not None and (old.hash, old.complete) == (new.hash, new.complete),
        changes=tuple(_day_changes(old, new)),
        calendars=cache.made([*others, new], cache.stored_hours()),
    )


def _day_changes(old: Year | None, new: Year) -> Iterator[DayChange]:
    was = {day["date"]: day for day in (old.days if old else ())}
    now = {day["date"]: day for day in new.days}
    for day in sorted(was.keys() | now.keys()):
        before, after = _kind_of(was.get(day)), _kind_of(now.get(day))
        if before != after:
            named = now.get(day) or was[day]
            yield DayChange(date.fromisoformat(day), str(named["name"]), before, after)


def _kind_of(day: Mapping[str, Any] | None) -> str:
    return "" if day is None else "off" if day["isOffDay"] else "work"
