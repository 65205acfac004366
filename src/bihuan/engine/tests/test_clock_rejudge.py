"""A provisional clock is judged again once the year's arrangement is known; no other ever is."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.engine.calendar import from_holiday_json
from bihuan.engine.clock import Calendars, NotProvisional, after_action, next_action, rejudge
from bihuan.engine.tests.build import CALS, Case, clause
from bihuan.engine.tests.known import CAL, at

Y2027 = from_holiday_json(
    {"year": 2027, "days": [{"name": "元旦", "date": f"2027-01-0{n}", "isOffDay": True} for n in (1, 4)]}
)
NEW = Calendars(CAL.extended(Y2027, version="cn-2"))
RULE = clause()


def clock_over_new_year(stop: str | None = None) -> Case:
    case = Case(RULE)
    case.say("accepted", "2026-12-31 10:00")
    if stop:
        case.say("findings_recorded", stop)
    return case


def test_a_late_verdict_becomes_met_in_a_new_revision() -> None:
    old = clock_over_new_year("2027-01-06 10:00").clock
    new = rejudge(old, RULE, NEW)
    assert (old.due_at, old.verdict) == (at("2027-01-06 00:00"), "late")
    assert (new.due_at, new.verdict, new.provisional) == (at("2027-01-08 00:00"), "met", False)
    assert (new.calendar_version, new.breached_at, old.calendar_version) == ("cn-2", None, "cn-2026")


def test_a_breach_said_too_early_is_said_again_at_the_new_end() -> None:
    clock = clock_over_new_year().clock
    assert next_action(clock, RULE, CALS, at("2027-01-06 00:00")) is not None
    fresh = rejudge(after_action(clock, RULE, CALS), RULE, NEW)
    assert (fresh.breached_at, fresh.next_at) == (None, at("2027-01-08 00:00"))


def test_a_clock_that_is_not_provisional_is_left_alone() -> None:
    case = Case(RULE)
    case.say("accepted", "2026-10-09 10:00")
    with pytest.raises(NotProvisional):
        rejudge(case.clock, RULE, NEW)


def test_a_later_calendar_wins_over_an_earlier_one() -> None:
    assert NEW.work.kind(date(2027, 1, 4)) == "holiday"
    assert NEW.work.years == frozenset({2026, 2027})
    assert NEW.work.kind(date(2026, 10, 10)) == "makeup"
