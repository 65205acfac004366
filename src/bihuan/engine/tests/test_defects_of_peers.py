"""One test for each defect that other systems have in counting deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bihuan.engine.calendar import BusinessHours, WorkCalendar
from bihuan.engine.clock import Calendars, after_action, next_action, plain_verdict
from bihuan.engine.due import due_at
from bihuan.engine.duration import parse_duration
from bihuan.engine.tests.build import CALS, Case, clause
from bihuan.engine.tests.known import CAL, at, calendar_autumn_2025

WEEK = {day: [("09:00", "18:00")] for day in range(5)}
PAUSE = {"pauses_on": "complaint.step_opened", "resumes_on": "complaint.step_done"}
DAY = clause(limit={"2026-01-01": "24h"})


def test_five_working_days_of_nine_hours_from_25_september_2025() -> None:
    autumn = calendar_autumn_2025()
    due = due_at(at("2025-09-25 10:00"), parse_duration("45bh"), autumn, BusinessHours(WEEK, calendar=autumn))
    assert due.at == at("2025-10-09 10:00")


def test_working_weekends_count_in_working_days_too() -> None:
    due = due_at(at("2025-09-25 10:00"), parse_duration("5wd"), calendar_autumn_2025())
    assert due.at == at("2025-10-10 00:00")


def test_a_year_without_arrangement_is_never_counted_in_silence() -> None:
    assert due_at(at("2027-02-01 10:00"), parse_duration("3wd"), CAL).provisional is True


def test_several_intervals_a_day_with_a_break() -> None:
    hours = BusinessHours({0: [("09:00", "12:00"), ("13:00", "18:00")]})
    assert hours.add(at("2026-10-12 11:30"), 3600) == at("2026-10-12 13:30")


def test_hours_of_one_weekday_differ_from_anothers() -> None:
    hours = BusinessHours({4: [("09:00", "12:00")], 5: [("10:00", "11:00")]})
    assert hours.add(at("2026-10-16 11:00"), 5400) == at("2026-10-17 10:30")


def test_a_hold_is_added_in_business_time_not_by_the_wall_clock() -> None:
    desk = Calendars(CAL, {"desk": BusinessHours(WEEK, calendar=CAL)})
    case = Case(clause(limit={"2026-01-01": "4bh"}, hours="desk", **PAUSE), calendars=desk)
    case.say("accepted", "2026-10-12 16:00")
    case.say("step_opened", "2026-10-12 17:00")
    case.say("step_done", "2026-10-13 10:00")
    assert case.clock.due_at == at("2026-10-13 13:00")


def test_a_hold_is_not_lost_when_held_turns_into_resolved() -> None:
    case = Case(clause(limit={"2026-01-01": "24h"}, **PAUSE))
    case.say("accepted", "2026-10-12 10:00")
    case.say("step_opened", "2026-10-12 11:00")
    case.say("findings_recorded", "2026-10-15 11:00")
    assert (case.clock.due_at, case.clock.verdict) == (at("2026-10-16 10:00"), "met")


def test_one_minute_from_half_a_minute_before_closing() -> None:
    hours = BusinessHours(WEEK, calendar=CAL)
    assert hours.add(at("2026-09-30 17:59:30"), 60) == at("2026-10-08 09:00:30")


def test_resolved_late_between_two_polls_is_late() -> None:
    case = Case(DAY)
    case.say("accepted", "2026-10-12 10:00")
    case.say("findings_recorded", "2026-10-13 10:00:01")
    assert (case.clock.verdict, case.clock.breached_at) == ("late", at("2026-10-13 10:00"))


def test_a_clock_does_not_run_on_after_its_stop() -> None:
    case = Case(DAY)
    case.say("accepted", "2026-10-12 10:00")
    case.say("findings_recorded", "2026-10-12 11:00")
    assert next_action(case.clock, DAY, CALS, at("2027-01-01 00:00")) is None
    assert plain_verdict(case.clock, at("2027-01-01 00:00")) == "met"


def test_the_viewers_time_zone_changes_nothing() -> None:
    start = at("2026-10-09 00:30")
    for zone in (UTC, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")):
        due = due_at(start.astimezone(zone), parse_duration("1wd"), CAL)
        assert due.at == at("2026-10-11 00:00")


def test_holidays_never_make_a_deadline_or_its_escalation_earlier() -> None:
    plain = WorkCalendar("plain", frozenset(), frozenset(), years=frozenset({2026}))
    closed = WorkCalendar("closed", CAL.off, frozenset(), years=frozenset({2026}))
    for day in range(1, 28):
        start = datetime(2026, 9, day, 10, tzinfo=UTC)
        assert (
            due_at(start, parse_duration("5wd"), closed).at >= due_at(start, parse_duration("5wd"), plain).at
        )


def test_a_closed_season_longer_than_any_search_window() -> None:
    season = {date(2026, 10, 1) + timedelta(days=day): [] for day in range(1500)}
    assert BusinessHours(WEEK, overrides=season).add(at("2026-10-01 08:00"), 1) == at("2030-11-11 09:00:01")


def test_a_new_calendar_or_rule_does_not_rewrite_what_runs() -> None:
    case = Case(clause())
    case.say("accepted", "2026-09-30 10:00")
    before = case.clock
    case.calendars = Calendars(WorkCalendar("other", frozenset(), frozenset(), years=frozenset({2026})))
    case.say("findings_recorded", "2026-10-09 10:00")
    assert (case.clock.due_at, case.clock.calendar_version) == (before.due_at, "cn-2026")
    assert case.clock.verdict == "met"


def test_a_pending_clock_does_not_escalate_the_moment_it_wakes() -> None:
    rule = clause(limit={"2026-01-01": "24h"}, warn=["80%"], **PAUSE)
    case = Case(rule)
    case.say("accepted", "2026-10-12 10:00")
    case.say("step_opened", "2026-10-12 11:00")
    case.say("step_done", "2026-10-20 11:00")
    assert next_action(case.clock, rule, CALS, at("2026-10-20 11:00")) is None
    assert case.clock.next_at == at("2026-10-21 05:12")


def test_a_breach_is_taken_once_however_often_it_is_asked() -> None:
    case = Case(DAY)
    case.say("accepted", "2026-10-12 10:00")
    now = at("2026-10-14 00:00")
    assert next_action(case.clock, DAY, CALS, now) == next_action(case.clock, DAY, CALS, now)
    assert next_action(after_action(case.clock, DAY, CALS), DAY, CALS, now) is None
