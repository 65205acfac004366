"""Holds: added in the clock's own unit, lost on nothing."""

from __future__ import annotations

import pytest

from bihuan.engine.calendar import BusinessHours
from bihuan.engine.clock import Calendars, plain_verdict
from bihuan.engine.tests.build import Case, clause
from bihuan.engine.tests.known import CAL, at

PAUSE = {"pauses_on": "complaint.step_opened", "resumes_on": "complaint.step_done"}
DESK = BusinessHours({day: [("09:00", "18:00")] for day in range(5)}, calendar=CAL, name="desk")
HOURS = Calendars(CAL, {"desk": DESK})


def held(limit: str, begin: str, end: str, **more: object) -> Case:
    case = Case(clause(limit={"2026-01-01": limit}, hours="desk", **PAUSE, **more), calendars=HOURS)
    case.say("accepted", "2026-09-28 10:00")
    case.say("step_opened", begin)
    case.say("step_done", end)
    return case


@pytest.mark.parametrize(
    ("limit", "begin", "end", "due"),
    [
        ("24h", "2026-09-28 20:00:00", "2026-09-29 21:30:30", "2026-09-30 11:30:30"),
        ("3wd", "2026-09-29 10:00", "2026-09-30 15:00", "2026-10-10 00:00"),
        ("3wd", "2026-09-29 10:00", "2026-09-29 23:59", "2026-10-09 00:00"),
        ("3wd", "2026-09-28 11:00", "2026-09-29 09:00", "2026-10-09 00:00"),
        ("3wd", "2026-09-30 10:00", "2026-10-12 09:00", "2026-10-14 00:00"),
        ("3d", "2026-09-29 10:00", "2026-10-05 09:00", "2026-10-08 00:00"),
        ("1mo", "2026-10-01 10:00", "2026-10-04 09:00", "2026-11-01 00:00"),
        ("9bh", "2026-09-28 17:00", "2026-09-29 10:00", "2026-09-29 12:00"),
        ("9bh", "2026-09-28 19:00", "2026-09-28 23:00", "2026-09-29 10:00"),
    ],
)
def test_a_hold_adds_its_own_units(limit: str, begin: str, end: str, due: str) -> None:
    case = held(limit, begin, end)
    if limit == "3wd" and begin.startswith("2026-09-30"):
        assert case.clock.held == ((at(begin), at(end)),)
    assert case.clock.due_at == at(due)
    assert case.clock.state == "running"


def test_rolling_is_done_after_the_hold() -> None:
    case = held("5d", "2026-09-29 10:00", "2026-09-30 10:00", roll="any_off_day")
    assert case.clock.due_at == at("2026-10-09 00:00")


def test_a_stop_while_held_ends_the_hold_and_keeps_it() -> None:
    case = Case(clause(limit={"2026-01-01": "24h"}, **PAUSE))
    case.say("accepted", "2026-10-09 10:00")
    case.say("step_opened", "2026-10-09 12:00")
    case.say("findings_recorded", "2026-10-20 12:00")
    assert (case.clock.verdict, case.clock.due_at) == ("met", at("2026-10-21 10:00"))
    assert case.clock.held == ((at("2026-10-09 12:00"), at("2026-10-20 12:00")),)


def test_a_held_clock_never_becomes_overdue_and_asks_for_nothing() -> None:
    case = Case(clause(limit={"2026-01-01": "24h"}, warn=["50%"], **PAUSE))
    case.say("accepted", "2026-10-09 10:00")
    case.say("step_opened", "2026-10-09 12:00")
    assert (case.clock.state, case.clock.next_at) == ("held", None)
    assert plain_verdict(case.clock, at("2027-01-01 00:00")) == "held"


def test_what_is_overdue_is_not_held() -> None:
    case = Case(clause(limit={"2026-01-01": "24h"}, **PAUSE))
    case.say("accepted", "2026-10-09 10:00")
    assert case.say("step_opened", "2026-10-10 10:00:01") == []


def test_only_the_named_step_holds() -> None:
    case = Case(clause(when={"step": "appraisal"}, **PAUSE))
    case.say("accepted", "2026-10-09 10:00")
    assert case.say("step_opened", "2026-10-09 12:00", params={"step": "interview"}) == []
    case.say("step_opened", "2026-10-09 12:00", params={"step": "appraisal"})
    assert case.say("step_done", "2026-10-09 13:00", params={"step": "interview"}) == []
    assert case.clock.state == "held"


def test_of_two_holds_the_later_end_counts() -> None:
    case = Case(clause(limit={"2026-01-01": "24h"}, **PAUSE))
    case.say("accepted", "2026-10-09 10:00")
    for name, hour in (("step_opened", 11), ("step_opened", 12), ("step_done", 13)):
        case.say(name, f"2026-10-09 {hour}:00")
    assert case.clock.state == "held"
    case.say("step_done", "2026-10-09 15:00")
    assert case.clock.held == ((at("2026-10-09 11:00"), at("2026-10-09 15:00")),)
    assert case.clock.due_at == at("2026-10-10 14:00")


def test_a_hold_set_back_gains_nothing_and_a_late_note_of_its_end_neither() -> None:
    case = Case(clause(limit={"2026-01-01": "24h"}, **PAUSE))
    case.say("accepted", "2026-10-09 10:00")
    case.say("step_opened", "2026-10-09 10:00", recorded="2026-10-09 12:00")
    case.say("step_done", "2026-10-09 13:00", recorded="2026-10-09 18:00")
    assert case.clock.due_at == at("2026-10-10 11:00")


def test_warnings_move_with_the_hold() -> None:
    case = Case(clause(limit={"2026-01-01": "10h"}, warn=["20%", "50%"], **PAUSE))
    case.say("accepted", "2026-10-09 10:00")
    case.say("step_opened", "2026-10-09 13:00")
    case.say("step_done", "2026-10-09 14:00")
    assert case.clock.warn_at == (at("2026-10-09 12:00"), at("2026-10-09 16:00"))
