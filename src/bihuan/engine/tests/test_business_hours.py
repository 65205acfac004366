"""Business time: breaks, exceptions, closed seasons, seconds and the change of clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.calendar import BadHours, BusinessHours, NeverOpen
from bihuan.engine.due import due_at
from bihuan.engine.duration import parse_duration
from bihuan.engine.tests.known import CAL, at, calendar_autumn_2025, moments
from bihuan.engine.workdays import BeyondCalendar

WEEK = {day: [("09:00", "18:00")] for day in range(5)}
PLAIN = BusinessHours(WEEK)
NATIONAL = BusinessHours(WEEK, calendar=calendar_autumn_2025())
LUNCH = BusinessHours(WEEK, breaks=[("12:00", "13:30")], calendar=CAL)
NY = ZoneInfo("America/New_York")


def test_five_days_of_nine_hours_over_the_october_holiday_of_2025() -> None:
    due = due_at(at("2025-09-25 10:00"), parse_duration("45bh"), calendar_autumn_2025(), NATIONAL)
    assert (due.at, due.provisional) == (at("2025-10-09 10:00"), False)


def test_seconds_are_kept_over_closing_time() -> None:
    assert PLAIN.add(at("2026-10-09 17:59:30"), 60) == at("2026-10-12 09:00:30")


def test_time_used_up_at_closing_ends_there_and_not_next_morning() -> None:
    assert PLAIN.add(at("2026-10-09 10:00"), 8 * 3600) == at("2026-10-09 18:00")


def test_before_opening_nothing_counts() -> None:
    assert PLAIN.add(at("2026-10-10 03:00"), 1) == at("2026-10-12 09:00:01")


def test_the_evidence_rule_of_a_marketplace() -> None:
    every_day = BusinessHours({day: [("09:00", "18:00")] for day in range(7)})
    due = due_at(at("2026-10-09 14:01"), parse_duration("4bh"), CAL, every_day)
    assert due.at == at("2026-10-10 09:01")


def test_a_lunch_break_is_no_business_time() -> None:
    assert LUNCH.add(at("2026-10-12 11:00"), 2 * 3600) == at("2026-10-12 14:30")
    assert LUNCH.elapsed(at("2026-10-12 00:00"), at("2026-10-13 00:00")) == 7.5 * 3600


def test_make_up_days_open_with_hours_of_their_own() -> None:
    hours = BusinessHours(WEEK, calendar=CAL, makeup=[("10:00", "16:00")])
    assert hours.add(at("2026-10-09 17:00"), 2 * 3600) == at("2026-10-10 11:00")
    assert BusinessHours(WEEK, calendar=CAL).add(at("2026-10-09 17:00"), 7200) == at("2026-10-10 10:00")


def test_a_date_may_be_closed_or_extra() -> None:
    hours = BusinessHours(WEEK, overrides={date(2026, 10, 12): [], date(2026, 10, 11): [("20:00", "24:00")]})
    assert hours.add(at("2026-10-11 12:00"), 5 * 3600) == at("2026-10-13 10:00")


def test_hours_may_differ_by_weekday() -> None:
    hours = BusinessHours({0: [("08:00", "12:00"), ("14:00", "18:00")], 2: [("10:00", "11:00")]})
    assert hours.add(at("2026-10-12 11:00"), 6 * 3600) == at("2026-10-14 11:00")


def test_a_closed_season_of_twelve_years_is_passed() -> None:
    closed = {date(2026, 1, 1) + timedelta(days=n): [] for n in range(365 * 12)}
    assert BusinessHours(WEEK, overrides=closed).add(at("2026-01-01 00:00"), 3600) == at("2037-12-29 10:00")


def test_never_open_again_is_a_clear_error() -> None:
    hours = BusinessHours({}, overrides={date(2026, 10, 9): [("09:00", "10:00")]}, name="fair")
    assert hours.add(at("2026-10-01 00:00"), 3600) == at("2026-10-09 10:00")
    with pytest.raises(NeverOpen, match="fair have no opening time"):
        hours.add(at("2026-10-01 00:00"), 3601)


def test_a_limit_of_centuries_is_a_clear_error() -> None:
    with pytest.raises(BeyondCalendar):
        PLAIN.add(at("2026-10-01 00:00"), 10**12)


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        (datetime(2026, 3, 8, 0, tzinfo=NY), 4 * 3600, datetime(2026, 3, 8, 5, tzinfo=NY)),
        (datetime(2026, 11, 1, 0, tzinfo=NY), 4 * 3600, datetime(2026, 11, 1, 3, tzinfo=NY)),
    ],
)
def test_a_day_on_which_clocks_change_has_its_real_length(
    start: datetime, seconds: int, end: datetime
) -> None:
    hours = BusinessHours({6: [("00:00", "24:00")]}, tz="America/New_York")
    assert hours.add(start, seconds) == end
    assert hours.elapsed(start, end) == seconds


def test_wall_clock_times_that_do_not_exist_are_not_counted_twice() -> None:
    hours = BusinessHours({6: [("02:00", "02:30"), ("03:00", "04:00")]}, tz="America/New_York")
    day = datetime(2026, 3, 8, tzinfo=NY)
    assert hours.elapsed(day, day + timedelta(days=1)) == 3600


@pytest.mark.parametrize(
    "intervals",
    [
        [("18:00", "09:00")],
        [("09:00", "12:00"), ("11:00", "13:00")],
        [("9:00", "18:00")],
        [("09:00", "24:01")],
        [("09:00", "09:00")],
        [("09:60", "10:00")],
        [("22:00", "02:00")],
    ],
)
def test_intervals_that_make_no_sense_are_refused(intervals: list[tuple[str, str]]) -> None:
    with pytest.raises(BadHours):
        BusinessHours({0: intervals})


def test_unknown_zones_and_weekdays_are_refused() -> None:
    with pytest.raises(BadHours):
        BusinessHours(WEEK, tz="Asia/Nowhere")
    with pytest.raises(BadHours):
        BusinessHours({7: [("09:00", "18:00")]})


def test_hours_that_follow_a_calendar_are_provisional_where_it_ends() -> None:
    start = at("2026-12-31 17:00")
    assert due_at(start, parse_duration("1bh"), CAL, LUNCH).provisional is False
    assert due_at(start, parse_duration("2bh"), CAL, LUNCH).provisional is True
    assert due_at(start, parse_duration("2bh"), CAL, PLAIN).provisional is False


MOMENTS = moments(2026, 2027)


@settings(max_examples=150, deadline=None)
@given(MOMENTS, st.integers(1, 2_000_000))
def test_adding_elapses_what_was_added_and_subtracting_undoes_it(start: datetime, seconds: int) -> None:
    end = LUNCH.add(start, seconds)
    assert LUNCH.elapsed(start, end) == seconds
    assert LUNCH.elapsed(LUNCH.subtract(end, seconds), end) == seconds
    assert LUNCH.subtract(end, seconds) >= start


@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.integers(1, 500_000), st.integers(1, 500_000))
def test_adding_in_two_parts_is_adding_the_sum(start: datetime, one: int, two: int) -> None:
    assert LUNCH.add(LUNCH.add(start, one), two) == LUNCH.add(start, one + two)
