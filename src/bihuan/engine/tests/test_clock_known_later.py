"""Clauses whose facts are only known after their start event."""

from __future__ import annotations

from bihuan.engine.tests.build import Case, clause
from bihuan.engine.tests.known import at

RULE = clause(
    id="CRP-1.2.a",
    applies={"type": "service"},
    starts_on="complaint.received",
    known_on="complaint.classified",
    stops_on="complaint.contacted",
    cancels_on="complaint.withdrawn",
    limit={"2026-01-01": "24h"},
)


def test_the_clock_starts_at_the_earlier_event() -> None:
    case = Case(RULE)
    assert case.say("received", "2026-10-09 10:00") == []
    case.facts["type"] = "service"
    case.say("classified", "2026-10-09 15:00")
    assert (case.clock.started_at, case.clock.due_at) == (at("2026-10-09 10:00"), at("2026-10-10 10:00"))


def test_facts_that_turn_out_not_to_fit_start_nothing() -> None:
    case = Case(RULE)
    case.say("received", "2026-10-09 10:00")
    case.facts["type"] = "quality"
    assert case.say("classified", "2026-10-09 15:00") == []


def test_a_stop_that_came_between_is_not_lost() -> None:
    case = Case(RULE)
    case.say("received", "2026-10-09 10:00")
    case.say("contacted", "2026-10-09 11:00")
    case.facts["type"] = "service"
    (change,) = case.say("classified", "2026-10-10 15:00")
    assert (change.op, change.before) == ("start", None)
    assert (change.after.verdict, change.after.stopped_at) == ("met", at("2026-10-09 11:00"))


def test_a_cancel_that_came_between_is_not_lost() -> None:
    case = Case(RULE)
    case.say("received", "2026-10-09 10:00")
    case.say("withdrawn", "2026-10-09 11:00")
    case.facts["type"] = "service"
    case.say("classified", "2026-10-09 15:00")
    assert case.clock.verdict == "cancelled"


def test_classifying_twice_starts_one_clock() -> None:
    case = Case(RULE, type="service")
    case.say("received", "2026-10-09 10:00")
    case.say("classified", "2026-10-09 15:00")
    case.say("contacted", "2026-10-09 16:00")
    assert case.say("classified", "2026-10-09 17:00") == []


def test_once_known_a_later_start_event_starts_at_once() -> None:
    rule = clause(
        starts_on=["complaint.received", "complaint.supplemented"],
        known_on="complaint.classified",
        stops_on="complaint.contacted",
    )
    case = Case(rule)
    case.say("received", "2026-10-09 10:00")
    case.say("classified", "2026-10-09 10:01")
    case.say("contacted", "2026-10-09 10:02")
    case.say("supplemented", "2026-10-10 10:00")
    assert [clock.started_at for clock in case.clocks] == [at("2026-10-09 10:00"), at("2026-10-10 10:00")]
