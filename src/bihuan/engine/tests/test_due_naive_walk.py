"""Every day of three years, compared with a walk from day to day that a child could check."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bihuan.engine.due import due_at
from bihuan.engine.duration import Duration, Unit
from bihuan.engine.tests.known import CAL, CN

STARTS = [date(2025, 6, 1) + timedelta(days=n) for n in range(1000)]


def walk(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        weekend = day.weekday() in (5, 6)
        if (weekend and day in CAL.work) or (not weekend and day not in CAL.off):
            count -= 1
    return day


def test_working_days_equal_the_walk() -> None:
    for day in STARTS:
        start = datetime(day.year, day.month, day.day, 17, 30, tzinfo=CN)
        for count in (1, 2, 3, 5, 10, 15, 63):
            end = walk(day, count) + timedelta(days=1)
            expected = datetime(end.year, end.month, end.day, tzinfo=CN)
            assert due_at(start, Duration(count, Unit.WORKDAY), CAL).at == expected


def test_far_outside_the_known_years_monday_to_friday_counts() -> None:
    for year in (1995, 2150):
        for offset in range(14):
            day = date(year, 3, 1) + timedelta(days=offset)
            for count in (1, 4, 5, 6, 300):
                assert CAL.add_workdays(day, count) == walk(day, count)


def test_going_back_undoes_going_forward_from_a_working_day() -> None:
    for day in STARTS:
        if CAL.is_workday(day):
            for count in (1, 7, 400):
                assert CAL.add_workdays(CAL.add_workdays(day, count), -count) == day


def test_counting_between_two_days_equals_the_walk() -> None:
    for day in STARTS[::7]:
        for span in (0, 1, 9, 700):
            end = day + timedelta(days=span)
            worked = sum(CAL.is_workday(day + timedelta(days=n)) for n in range(span))
            assert CAL.workdays_between(day, end) == worked


def test_2026_has_248_working_days() -> None:
    assert CAL.workdays_between(date(2026, 1, 1), date(2027, 1, 1)) == 248
