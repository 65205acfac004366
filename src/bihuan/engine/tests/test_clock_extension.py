"""Lengthening is a total told before the old end; a change of class may only shorten."""

from __future__ import annotations

import pytest

from bihuan.engine.clock import Clock, ExtensionRefused, extended_clock
from bihuan.engine.tests.build import CALS, Case, clause
from bihuan.engine.tests.known import at

BY = {"2026-01-01": {"by": "complexity", "general": "3wd", "complex": "5wd", "special": "10wd"}}
RULE = clause(
    limit=BY,
    follows="complaint.reclassified",
    warn=["50%"],
    extension={"on": "complaint.extended", "to": ["complex", "special"], "approver": "supervisor"},
)


def accepted(complexity: str = "general") -> Case:
    case = Case(RULE, complexity=complexity)
    case.say("accepted", "2026-09-30 10:00")
    return case


def test_the_new_limit_is_a_total_from_the_start() -> None:
    case = accepted()
    case.say("extended", "2026-10-10 23:59", params={"to": "special"})
    assert case.clock.due_at == at("2026-10-21 00:00")
    assert (case.clock.limit, case.clock.facts["complexity"]) == ("10wd", "special")
    assert case.clock.extended[0]["limit_before"] == "3wd"


@pytest.mark.parametrize(
    ("when", "to", "why"),
    [
        ("2026-10-11 00:00", "special", "its end has passed"),
        ("2026-10-09 10:00", "general", "the clause does not foresee that"),
        ("2026-10-09 10:00", "None", "the clause does not foresee that"),
    ],
)
def test_too_late_or_not_foreseen_is_refused_and_changes_nothing(when: str, to: str, why: str) -> None:
    case = accepted()
    before: Clock = case.clock
    with pytest.raises(ExtensionRefused) as caught:
        case.say("extended", when, params={"to": to})
    assert (caught.value.data["why"], caught.value.clause) == (why, "PCN-3.2.3")
    assert case.clock == before


def test_an_extension_that_does_not_lengthen_is_refused() -> None:
    with pytest.raises(ExtensionRefused) as caught:
        extended_clock(accepted("complex").clock, RULE, CALS, to="complex", at=at("2026-10-09 10:00"))
    assert caught.value.data["why"] == "it would not be longer"


def test_the_note_counts_when_it_was_recorded() -> None:
    case = accepted()
    with pytest.raises(ExtensionRefused):
        case.say("extended", "2026-10-10 12:00", recorded="2026-10-11 00:00", params={"to": "special"})
    case.say(
        "extended", "2026-10-10 12:00", recorded="2026-10-11 00:00", proven=True, params={"to": "special"}
    )
    assert case.clock.limit == "10wd"


def test_where_one_clock_can_be_extended_an_overdue_one_stays_overdue() -> None:
    longer = clause(
        id="PCN-3.3.3",
        limit={"2026-01-01": {"by": "complexity", "general": "5wd", "special": "15wd"}},
        extension={"on": "complaint.extended", "to": "special", "approver": "supervisor"},
    )
    case = Case(RULE, longer, complexity="general")
    case.say("accepted", "2026-09-30 10:00")
    changes = case.say("extended", "2026-10-12 10:00", params={"to": "special"})
    assert [(change.op, change.after.clause_id, change.after.due_at) for change in changes] == [
        ("extend", "PCN-3.3.3", at("2026-10-28 00:00"))
    ]


def test_an_extension_for_other_clauses_leaves_this_one() -> None:
    case = accepted()
    assert case.say("extended", "2026-10-09 10:00", params={"to": "special", "clauses": ["PCN-3.3.3"]}) == []


def test_a_fixed_limit_is_extended_to_a_length() -> None:
    rule = clause(
        limit={"2026-01-01": "24h"},
        extension={"on": "complaint.extended", "to": "48h", "approver": "supervisor"},
    )
    case = Case(rule)
    case.say("accepted", "2026-10-09 10:00")
    case.say("extended", "2026-10-10 10:00", params={"to": "48h"})
    assert case.clock.due_at == at("2026-10-11 10:00")


def test_a_change_of_class_shortens_but_never_lengthens() -> None:
    case = accepted("complex")
    case.facts["complexity"] = "special"
    assert case.say("reclassified", "2026-10-08 10:00") == []
    case.facts["complexity"] = "general"
    (change,) = case.say("reclassified", "2026-10-08 11:00")
    assert (change.op, case.clock.due_at) == ("shorten", at("2026-10-11 00:00"))
    assert case.clock.facts["complexity"] == "general"


def test_a_change_of_class_does_not_touch_an_overdue_clock() -> None:
    case = accepted("complex")
    case.facts["complexity"] = "general"
    assert case.say("reclassified", "2026-10-14 00:00") == []


def test_warnings_come_again_before_the_new_end() -> None:
    case = accepted()
    assert case.clock.warn_at == (at("2026-10-09 12:00"),)
    case.say("extended", "2026-10-10 10:00", params={"to": "special"})
    assert case.clock.warn_at == (at("2026-10-14 00:00"),)
    assert (case.clock.stage, case.clock.next_at) == (0, at("2026-10-14 00:00"))
