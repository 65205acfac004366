"""Calendars: kinds of days, the public JSON form, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bihuan.engine.calendar import BadCalendar, WorkCalendar, from_holiday_json
from bihuan.engine.tests.known import CAL

YEAR: dict[str, Any] = {
    "year": 2026,
    "days": [
        {"name": "元旦", "date": "2026-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2026-01-04", "isOffDay": False},
    ],
}


def test_the_four_kinds_of_days() -> None:
    days = [(10, 9), (10, 10), (10, 1), (10, 11)]
    assert [CAL.kind(date(2026, *day)) for day in days] == ["workday", "makeup", "holiday", "weekend"]


def test_the_public_form_is_read() -> None:
    calendar = from_holiday_json(YEAR)
    assert calendar.off == {date(2026, 1, 1)}
    assert calendar.work == {date(2026, 1, 4)}
    assert calendar.years == {2026}
    assert calendar.names[date(2026, 1, 1)] == "元旦"
    assert calendar.version == "2026-" + from_holiday_json(YEAR).version[5:]
    assert len(calendar.version) == 17


def test_the_version_follows_the_content_not_the_order() -> None:
    turned = {**YEAR, "days": YEAR["days"][::-1]}
    changed = {**YEAR, "days": YEAR["days"][:1]}
    assert from_holiday_json(turned).version == from_holiday_json(YEAR).version
    assert from_holiday_json(changed).version != from_holiday_json(YEAR).version
    assert from_holiday_json(YEAR, version="gov-2026").version == "gov-2026"


def test_days_beyond_the_turn_of_the_year_belong_to_the_arrangement() -> None:
    rows = [{"name": "元旦", "date": "2018-12-29", "isOffDay": False}]
    assert from_holiday_json({"year": 2019, "days": rows}).work == {date(2018, 12, 29)}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "'year' with four digits"),
        ([], "'year' with four digits"),
        ({"year": "2026", "days": []}, "'year' with four digits"),
        ({"year": 2026}, "list 'days'"),
        ({"year": 2026, "days": []}, "list 'days'"),
        ({"year": 2026, "days": [{"date": "2026-01-01"}]}, "'isOffDay' true or false"),
        ({"year": 2026, "days": [{"date": "1 Jan", "isOffDay": True}]}, "'1 Jan' is not a date"),
        ({"year": 2026, "days": [{"date": None, "isOffDay": True}]}, "None is not a date"),
        ({"year": 2026, "days": [{"date": "2025-06-01", "isOffDay": True}]}, "does not belong to 2026"),
        ({"year": 2026, "days": YEAR["days"] * 2}, "2026-01-01 stands twice"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(data: Any, problem: str) -> None:
    with pytest.raises(BadCalendar) as caught:
        from_holiday_json(data)
    assert problem in caught.value.data["problem"]


def test_a_day_off_and_working_at_once_is_refused() -> None:
    day = frozenset({date(2026, 1, 1)})
    with pytest.raises(BadCalendar):
        WorkCalendar("x", day, day)
    with pytest.raises(BadCalendar):
        WorkCalendar("x", frozenset(), frozenset(), tz="Mars/Base")


def test_a_calendar_without_any_year_counts_monday_to_friday_and_says_so() -> None:
    empty = WorkCalendar("none", frozenset(), frozenset())
    assert empty.add_workdays(date(2026, 9, 30), 5) == date(2026, 10, 7)
    assert empty.is_provisional(date(2026, 1, 1), date(2026, 1, 2)) is True
