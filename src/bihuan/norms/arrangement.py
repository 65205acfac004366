"""Holiday arrangements as rows by year, and the working calendar they make together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version as package_version
from typing import Any, Final

from chinese_calendar import constants as published

from bihuan.engine.calendar import WorkCalendar, from_holiday_json
from bihuan.norms.statutory import statutory_days

Day = dict[str, Any]
NAMES: Final = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


@dataclass(frozen=True, slots=True)
class Year:
    """One year's days as stored: ``[{"date", "name", "isOffDay", "statutory"}]`` by date.

    What touches a year that is not ``complete`` stays provisional.
    """

    year: int
    days: Sequence[Day]
    complete: bool = True

    @property
    def hash(self) -> str:
        """SHA-256 of the content, whatever version number it has here."""
        text = json.dumps(list(self.days), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(f"{self.year}:{text}".encode()).hexdigest()


def from_public_json(data: Mapping[str, Any]) -> Year:
    """Read the public form; holidays proper are marked by our own table. Raises BadCalendar."""
    calendar = from_holiday_json(data)
    return _year(next(iter(calendar.years)), calendar.off, calendar.work, calendar.names)


@lru_cache(maxsize=1)
def shipped() -> tuple[Year, ...]:
    """The years of the ``chinesecalendar`` package: 2004 to 2026 and whatever later releases add."""
    names = {**published.workdays, **published.holidays}
    years = sorted({day.year for day in published.holidays})
    return tuple(
        _year(
            year,
            frozenset(day for day in published.holidays if day.year == year),
            frozenset(day for day in published.workdays if day.year == year),
            {day: NAMES.get(str(name), str(name)) for day, name in names.items()},
        )
        for year in years
    )


def shipped_source() -> str:
    """What the shipped years were taken from."""
    return f"chinesecalendar {package_version('chinesecalendar')}"


def combined(years: Iterable[Year], hours: Mapping[str, int] | None = None) -> WorkCalendar:
    """One calendar over all years; its version is a digest of their contents and of the ``hours`` in use."""
    ordered = sorted(years, key=lambda year: year.year)
    parts = [f"{year.hash}{'' if year.complete else '?'}" for year in ordered]
    parts += [f"{name}={number}" for name, number in sorted((hours or {}).items())]
    version = "cn-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return WorkCalendar(version, frozenset(), frozenset()).extended(*map(_of_year, ordered), version=version)


def _of_year(year: Year) -> WorkCalendar:
    off = {_date(day) for day in year.days if day["isOffDay"]}
    return WorkCalendar(
        str(year.year),
        off=frozenset(off),
        work=frozenset(_date(day) for day in year.days if not day["isOffDay"]),
        statutory=frozenset(_date(day) for day in year.days if day["statutory"]),
        years=frozenset({year.year} if year.complete else ()),
        names={_date(day): day["name"] for day in year.days},
    )


def _date(day: Day) -> date:
    return date.fromisoformat(day["date"])


def _year(year: int, off: frozenset[date], work: frozenset[date], names: Mapping[date, str]) -> Year:
    statutory = statutory_days(year)
    every = off | work | (statutory.keys() - work)
    return Year(
        year,
        tuple(
            {
                "date": day.isoformat(),
                "name": names.get(day) or statutory.get(day, ""),
                "isOffDay": day not in work,
                "statutory": day in statutory and day not in work,
            }
            for day in sorted(every)
        ),
    )
