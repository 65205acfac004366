"""A year's holiday arrangement in its public form: ``{"year", "days": [{"name", "date", "isOffDay"}]}``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.engine.workdays import BadCalendar, WorkCalendar

FIRST_YEAR, LAST_YEAR = 1949, 9000


def from_holiday_json(data: Mapping[str, Any], *, version: str | None = None) -> WorkCalendar:
    """Read one published year.

    Days of the neighbouring December and January may stand in it, as arrangements reach over the
    turn of the year. Without ``version`` it is ``<year>-<first 12 hex digits of the content>``.
    Raises BadCalendar with the first thing that is wrong; an empty list of days is wrong too.
    """
    year, rows = _year(data), _rows(data)
    days: dict[date, tuple[str, bool]] = {}
    for row in rows:
        day, name, off = _row(row, year)
        if day in days:
            raise _bad("days", f"{day} stands twice")
        days[day] = (name, off)
    return WorkCalendar(
        version or f"{year}-{_digest(days)}",
        off=frozenset(day for day, (_, off) in days.items() if off),
        work=frozenset(day for day, (_, off) in days.items() if not off),
        years=frozenset({year}),
        names={day: name for day, (name, _) in days.items()},
    )


def _bad(where: str, problem: str) -> BadCalendar:
    return BadCalendar(field=where, problem=problem)


def _year(data: Mapping[str, Any]) -> int:
    year = data.get("year") if isinstance(data, Mapping) else None
    if not isinstance(year, int) or isinstance(year, bool) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise _bad("year", "it needs a 'year' with four digits")
    return year


def _rows(data: Mapping[str, Any]) -> list[Any]:
    rows = data.get("days")
    if not isinstance(rows, list) or not rows:
        raise _bad("days", "it needs a list 'days' that is not empty")
    return rows


def _row(row: Any, year: int) -> tuple[date, str, bool]:
    if not isinstance(row, Mapping) or not isinstance(row.get("isOffDay"), bool):
        raise _bad("days", f"each day needs 'date' and 'isOffDay' true or false, not {row!r}")
    try:
        day = date.fromisoformat(row.get("date", ""))
    except (TypeError, ValueError):
        raise _bad("days", f"{row.get('date')!r} is not a date") from None
    if not date(year - 1, 12, 1) <= day <= date(year + 1, 1, 31):
        raise _bad("days", f"{day} does not belong to {year}")
    return day, str(row.get("name", "")), row["isOffDay"]


def _digest(days: Mapping[date, tuple[str, bool]]) -> str:
    rows = sorted((day.isoformat(), off) for day, (_, off) in days.items())
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]
