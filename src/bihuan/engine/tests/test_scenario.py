"""Scenarios are read strictly, and say in words what came out otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.engine.rulebook import RuleIndex
from bihuan.engine.scenario import ScenarioInvalid, parse_scenario, run_scenario
from bihuan.engine.tests.build import CALS, clause

BY = {"2026-01-01": {"by": "complexity", "general": "3wd", "complex": "5wd", "special": "10wd"}}
RULE = clause(limit=BY, extension={"on": "complaint.extended", "to": ["special"], "approver": "supervisor"})
INDEX = RuleIndex([RULE])
HOUSE: dict[str, Any] = {
    "name": {"zh": "国庆", "en": "October"},
    "clauses": ["PCN-3.2.3"],
    "facts": {"complexity": "complex"},
    "events": [
        {"at": "2026-09-30T10:00:00+08:00", "event": "complaint.accepted"},
        {"at": "2026-10-13T18:20:00+08:00", "event": "complaint.findings_recorded"},
    ],
    "expect": [{"clause": "PCN-3.2.3", "due_at": "2026-10-14T00:00:00+08:00", "verdict": "met"}],
}


def mismatches(**changes: Any) -> list[str]:
    return list(run_scenario({**HOUSE, **changes}, INDEX, CALS).mismatches)


def test_the_example_of_the_house_comes_out() -> None:
    assert run_scenario(HOUSE, INDEX, CALS).ok is True


def test_what_differs_is_told() -> None:
    row = {"clause": "PCN-3.2.3", "due_at": "2026-10-14T00:00:01+08:00", "verdict": "late", "state": "held"}
    assert mismatches(expect=[row]) == [
        "PCN-3.2.3: due_at is 2026-10-14T00:00:00+08:00, expected 2026-10-14T00:00:01+08:00",
        "PCN-3.2.3: verdict is met, expected late",
        "PCN-3.2.3: state is stopped, expected held",
    ]


def test_a_clock_that_should_not_run_or_does_not() -> None:
    assert mismatches(expect=[{"clause": "PCN-3.2.3", "verdict": "none"}]) == [
        "PCN-3.2.3: 0 clocks expected, 1 ran"
    ]
    assert mismatches(expect=[{"clause": "PCN-3.2.3", "generation": 2}]) == [
        "PCN-3.2.3 (generation 2): no clock ran"
    ]
    assert mismatches(expect=[{"clause": "XYZ-1"}]) == ["there is no clause XYZ-1"]
    assert mismatches(expect=[{"clause": "PCN-3.2.3", "count": 1, "verdict": "met"}]) == []


def test_two_clocks_must_be_told_apart() -> None:
    again = [*HOUSE["events"], {"at": "2026-10-15T10:00:00+08:00", "event": "complaint.accepted"}]
    assert mismatches(events=again) == ["PCN-3.2.3: 2 clocks ran; name the key, generation or round"]
    row = {"clause": "PCN-3.2.3", "round": 2, "verdict": "running", "limit": "5wd"}
    assert mismatches(events=again, expect=[row]) == []


def test_verdicts_of_open_clocks_are_read_when_asked() -> None:
    first = HOUSE["events"][:1]
    for asked, verdict in (
        ("2026-10-13T23:59:59+08:00", "running"),
        ("2026-10-14T00:00:00+08:00", "overdue"),
    ):
        row = {"clause": "PCN-3.2.3", "verdict": verdict}
        assert mismatches(events=first, asked_at=asked, expect=[row]) == []


def test_facts_may_change_with_an_event_and_a_stop_may_be_proven() -> None:
    events = [
        {
            "at": "2026-09-30T10:00:00+08:00",
            "event": "complaint.accepted",
            "facts": {"complexity": "general"},
        },
        {
            "at": "2026-10-10T23:00:00+08:00",
            "recorded_at": "2026-10-12T09:00:00+08:00",
            "proven": True,
            "event": "complaint.findings_recorded",
        },
    ]
    assert mismatches(events=events, expect=[{"clause": "PCN-3.2.3", "verdict": "met"}]) == []


@pytest.mark.parametrize(
    "expect", ["refused", {"refused": "PCN-3.2.3"}, {"refused": "clock.extension_refused"}]
)
def test_a_refused_event_may_be_expected(expect: Any) -> None:
    late = {"at": "2026-10-14T00:00:00+08:00", "event": "complaint.extended", "params": {"to": "special"}}
    events = [HOUSE["events"][0], {**late, "expect": expect}]
    row = {"clause": "PCN-3.2.3", "due_at": "2026-10-14T00:00:00+08:00", "verdict": "overdue"}
    assert mismatches(events=events, expect=[row]) == []
    assert "was refused" in mismatches(events=[HOUSE["events"][0], late], expect=[row])[0]
    early = {**late, "at": "2026-10-13T00:00:00+08:00", "expect": "refused"}
    told = mismatches(events=[HOUSE["events"][0], early], expect=[{"clause": "PCN-3.2.3"}])
    assert told == ["complaint.extended at 2026-10-13T00:00:00+08:00 should have been refused"]


def decision(name: str, facts: dict[str, Any], **expect: Any) -> list[str]:
    return list(run_scenario({"decide": name, "facts": facts, "expect": expect}, INDEX, CALS).mismatches)


def test_decisions_are_compared_by_their_fields_and_amounts() -> None:
    facts = {"price": 16_667, "fraud": True}
    assert decision("remedy.R1", facts, punitive=50_001, total=66_668, articles=["L-14"]) == []
    assert decision("remedy.R1", facts, total=1) == ["remedy.R1: total is 66668, expected 1"]
    assert decision("remedy.R3", {"loss": 5, "known_defect": True, "harm": "death"}, cap=10) == []
    assert decision("remedy.R7", {"price": 30_000, "promised_times": 10}, due=300_000) == []
    assert decision("liability", {"type": "quality"}, colour="red") == [
        "liability: there is no 'colour' in the result"
    ]


def test_a_refused_decision_may_be_expected() -> None:
    facts = {"ground": "消法 26"}
    assert decision("refusal_ground", facts, refused="PCN-3.3.2.c") == []
    assert "was refused" in decision("refusal_ground", facts, result="lawful")[0]
    assert decision("liability", {"type": "quality"}, refused="PCN-3.2.1") == [
        "liability should have been refused: PCN-3.2.1"
    ]


def test_acts_are_read_but_not_run_here() -> None:
    acts = [
        {
            "at": "2026-03-02T10:00:00+08:00",
            "who": "agent",
            "does": "close",
            "expect": {"refused": "ISH-1.2.a"},
        }
    ]
    read = parse_scenario({"name": {"zh": "闭环"}, "clauses": ["ISH-1.2.a"], "acts": acts})
    assert (read.family, read.acts[0]["does"]) == ("acts", "close")
    with pytest.raises(ScenarioInvalid):
        run_scenario(read, INDEX, CALS)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"colour": 1}, "unknown key 'colour'"),
        ({"decide": "remedy.R1"}, "it needs exactly one of events, decide and acts"),
        ({"events": None}, "it needs exactly one of events, decide and acts"),
        ({"expect": []}, "'expect' needs at least one row"),
        ({"expect": [{"verdict": "met"}]}, "expect: 'clause' is missing"),
        ({"expect": [{"clause": "x", "verdict": "fine"}]}, "expect: 'fine' is not one of"),
        ({"events": [{"at": "2026-09-30", "event": "a.b"}]}, "'at' needs a time with its offset"),
        ({"events": [{"at": "2026-09-30T10:00:00+08:00"}]}, "event: 'event' is missing"),
        ({"events": "complaint.accepted"}, "'events' needs a list"),
        ({"asked_at": "2026-09-30T10:00:00"}, "'asked_at' needs a time with its offset"),
    ],
)
def test_a_scenario_that_can_not_be_run_says_why(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ScenarioInvalid) as caught:
        parse_scenario({**HOUSE, **changes})
    assert any(text.startswith(problem) for text in caught.value.data["problems"])
