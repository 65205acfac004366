"""Calendars that the tests share: the official arrangements of 2025 (part) and 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bihuan.engine.calendar import WorkCalendar

CN = ZoneInfo("Asia/Shanghai")
OFF_2026 = [
    ((1, 1), (1, 3)),
    ((2, 15), (2, 23)),
    ((4, 4), (4, 6)),
    ((5, 1), (5, 5)),
    ((6, 19), (6, 21)),
    ((9, 25), (9, 27)),
    ((10, 1), (10, 7)),
]
WORK_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]


def at(text: str) -> datetime:
    """``2026-09-30 10:00`` in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=CN)


def days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def calendar_2026() -> WorkCalendar:
    off = set().union(*(days(date(2026, *a), date(2026, *b)) for a, b in OFF_2026))
    work = {date(2026, *day) for day in WORK_2026}
    names = {day: "国庆节" for day in off if day.month == 10}
    return WorkCalendar("cn-2026", frozenset(off), frozenset(work), years=frozenset({2026}), names=names)


def calendar_autumn_2025() -> WorkCalendar:
    off = days(date(2025, 10, 1), date(2025, 10, 8))
    work = frozenset({date(2025, 9, 28), date(2025, 10, 11)})
    return WorkCalendar("cn-2025", frozenset(off), work, years=frozenset({2025}))


CAL = calendar_2026()


def moments(first_year: int, last_year: int) -> st.SearchStrategy[datetime]:
    """Any instant from the first day of one year to the first of another, in Shanghai."""
    low, high = (datetime.fromisoformat(f"{year}-01-01") for year in (first_year, last_year))
    return st.datetimes(low, high, timezones=st.just(CN))
