"""The worked dates of the law book's counting rules, and each rule by itself."""

from __future__ import annotations

from datetime import UTC

import pytest

from bihuan.engine.due import NaiveTime, NoHours, due_at
from bihuan.engine.duration import parse_duration
from bihuan.engine.tests.known import CAL, CN, at
from bihuan.engine.workdays import BeyondCalendar

WORKDAYS = [
    ("2026-01-01", "3wd", "2026-01-06"),
    ("2026-02-13", "3wd", "2026-02-25"),
    ("2026-02-13", "5wd", "2026-02-27"),
    ("2026-02-14", "3wd", "2026-02-26"),
    ("2026-02-12", "10wd", "2026-03-04"),
    ("2026-04-30", "3wd", "2026-05-08"),
    ("2026-09-18", "3wd", "2026-09-22"),
    ("2026-09-24", "5wd", "2026-10-09"),
    ("2026-09-30", "5wd", "2026-10-13"),
    ("2026-09-30", "10wd", "2026-10-20"),
    ("2026-09-30", "15wd", "2026-10-27"),
    ("2026-10-09", "1wd", "2026-10-10"),
]


@pytest.mark.parametrize(("start", "limit", "last"), WORKDAYS)
@pytest.mark.parametrize("clock", ["00:00:00", "10:00:00", "23:59:59"])
def test_working_days(start: str, limit: str, last: str, clock: str) -> None:
    due = due_at(at(f"{start} {clock}"), parse_duration(limit), CAL)
    assert (due.at - at(f"{last} 00:00")).total_seconds() == 86_400
    assert due.provisional is False


@pytest.mark.parametrize(
    ("start", "roll", "last"),
    [
        ("2026-02-09", "none", "2026-02-17"),
        ("2026-02-09", "statutory_holiday", "2026-02-25"),
        ("2026-02-09", "any_off_day", "2026-02-25"),
        ("2026-11-14", "none", "2026-11-22"),
        ("2026-11-14", "statutory_holiday", "2026-11-22"),
        ("2026-11-14", "any_off_day", "2026-11-24"),
        ("2026-09-13", "any_off_day", "2026-09-21"),
    ],
)
def test_seven_natural_days_with_each_roll(start: str, roll: str, last: str) -> None:
    due = due_at(at(f"{start} 09:00"), parse_duration("7d"), CAL, roll=roll)  # type: ignore[arg-type]
    assert due.at == at(f"{last} 00:00")


def test_hours_run_from_the_moment_and_no_holiday_stops_them() -> None:
    due = due_at(at("2026-02-14 22:15"), parse_duration("24h"), CAL, roll="any_off_day")
    assert due.at == at("2026-02-15 22:15")


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-01-31 12:00", "1mo", "2026-03-01"),
        ("2024-02-29 12:00", "1y", "2025-03-01"),
        ("2026-01-15 00:00", "6mo", "2026-07-16"),
        ("2023-08-31 23:59", "6mo", "2024-03-01"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_months_last(start: str, limit: str, end: str) -> None:
    assert due_at(at(start), parse_duration(limit), CAL).at == at(f"{end} 00:00")


def test_the_day_of_the_start_is_the_day_in_shanghai() -> None:
    start = at("2026-10-09 00:30").astimezone(UTC)
    assert start.day == 8
    assert due_at(start, parse_duration("1wd"), CAL).at == at("2026-10-11 00:00")
    assert due_at(start, parse_duration("1wd"), CAL).at.tzinfo is CN


def test_a_year_without_arrangement_makes_the_end_provisional() -> None:
    assert due_at(at("2026-12-30 10:00"), parse_duration("1wd"), CAL).provisional is False
    late = due_at(at("2026-12-31 10:00"), parse_duration("1wd"), CAL)
    assert (late.at, late.provisional) == (at("2027-01-02 00:00"), True)
    assert due_at(at("2026-12-31 10:00"), parse_duration("9d"), CAL).provisional is False
    assert due_at(at("2026-12-31 10:00"), parse_duration("9d"), CAL, roll="any_off_day").provisional is True


def test_bad_input_is_refused() -> None:
    with pytest.raises(NaiveTime):
        due_at(at("2026-01-01 00:00").replace(tzinfo=None), parse_duration("1h"), CAL)
    with pytest.raises(NoHours):
        due_at(at("2026-01-01 00:00"), parse_duration("1bh"), CAL)


@pytest.mark.parametrize("limit", ["9999y", "9999999999wd", "9999999999d", "9999999999mo", "9999999999h"])
def test_an_end_beyond_all_calendars_is_a_clear_error(limit: str) -> None:
    with pytest.raises(BeyondCalendar):
        due_at(at("2026-01-01 00:00"), parse_duration(limit), CAL)
