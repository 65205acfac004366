"""Warnings, breach and escalation: each once, at its time, however late the worker comes."""

from __future__ import annotations

from datetime import datetime

from bihuan.engine.clock import Action, Clock, after_action, next_action
from bihuan.engine.tests.build import CALS, Case, clause
from bihuan.engine.tests.known import at

RULE = clause(warn=["50%", "-1wd"], escalate={"breach": "supervisor", "2h": "lead", "1wd": "manager"})


def drain(clock: Clock, now: datetime) -> tuple[Clock, list[Action]]:
    actions = []
    while action := next_action(clock, RULE, CALS, now):
        actions.append(action)
        clock = after_action(clock, RULE, CALS)
    return clock, actions


def started() -> Clock:
    case = Case(RULE)
    case.say("accepted", "2026-09-30 10:00")
    return case.clock


def test_each_action_has_its_time_and_role() -> None:
    clock, actions = drain(started(), at("2026-11-01 00:00"))
    assert [(action.kind, action.level, action.role, action.at) for action in actions] == [
        ("warn", "50%", None, at("2026-10-09 12:00")),
        ("warn", "-1wd", None, at("2026-10-10 00:00")),
        ("breach", "breach", "supervisor", at("2026-10-11 00:00")),
        ("escalate", "2h", "lead", at("2026-10-11 02:00")),
        ("escalate", "1wd", "manager", at("2026-10-13 00:00")),
    ]
    assert (clock.next_at, clock.stage) == (None, 5)


def test_the_breach_is_at_the_due_instant_whenever_the_worker_came() -> None:
    clock, _ = drain(started(), at("2026-12-24 18:00"))
    assert clock.breached_at == at("2026-10-11 00:00")


def test_before_its_time_there_is_nothing_to_do() -> None:
    clock = started()
    assert clock.next_at == at("2026-10-09 12:00")
    assert next_action(clock, RULE, CALS, at("2026-10-09 11:59:59")) is None


def test_a_day_counted_breach_comes_with_midnight_and_a_natural_one_after_the_instant() -> None:
    _, actions = drain(started(), at("2026-10-11 00:00"))
    assert [action.kind for action in actions] == ["warn", "warn", "breach"]
    rule = clause(limit={"2026-01-01": "24h"})
    case = Case(rule)
    case.say("accepted", "2026-10-09 10:00")
    assert next_action(case.clock, rule, CALS, at("2026-10-10 10:00")) is None
    late = next_action(case.clock, rule, CALS, at("2026-10-10 10:00:00.000001"))
    assert late is not None
    assert (late.kind, late.at) == ("breach", at("2026-10-10 10:00"))


def test_a_warning_after_the_end_is_marked_stale() -> None:
    _, actions = drain(started(), at("2026-10-12 00:00"))
    assert [action.stale for action in actions] == [True, True, False, False]


def test_a_stopped_clock_asks_for_nothing() -> None:
    case = Case(RULE)
    case.say("accepted", "2026-09-30 10:00")
    case.say("findings_recorded", "2026-10-08 10:00")
    assert case.clock.next_at is None
    assert next_action(case.clock, RULE, CALS, at("2027-01-01 00:00")) is None


def test_resolved_late_between_two_runs_is_still_late() -> None:
    case = Case(RULE)
    case.say("accepted", "2026-09-30 10:00")
    case.say("findings_recorded", "2026-10-11 00:00")
    assert (case.clock.verdict, case.clock.breached_at) == ("late", at("2026-10-11 00:00"))


def test_a_warning_that_would_lie_before_the_start_is_left_out() -> None:
    case = Case(clause(limit={"2026-01-01": "1h"}, warn=["-2h", "50%"]))
    case.say("accepted", "2026-10-09 10:00")
    assert case.clock.warn_at == (at("2026-10-09 10:30"),)
