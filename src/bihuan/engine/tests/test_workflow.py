"""Workflow tables: what is allowed, what is refused with the way there, and the drawing."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.engine.workflow import BadWorkflow, ReasonMissing, Step, StepRefused, Workflow

STEPS = (
    Step("accept", ("received",), "accepted", "complaint:accept", "PCN-3.1.3.a", zh="受理", en="Accept"),
    Step("note", ("received", "accepted"), None, "complaint:note"),
    Step("handle", ("accepted",), "handled", "complaint:handle", "PCN-3.3.3", needs_reason=True),
    Step("close", ("handled",), "closed", "complaint:close", "ISH-1.2.a", zh="结案", en="Close"),
)
FLOW = Workflow("complaint", ("received", "accepted", "handled", "closed"), STEPS)


def test_steps_of_a_state_stand_in_the_tables_order() -> None:
    assert [step.name for step in FLOW.allowed("accepted")] == ["note", "handle"]
    assert FLOW.allowed("closed") == ()


def test_a_step_leads_to_its_target_or_stays() -> None:
    assert FLOW.target("received", "accept") == "accepted"
    assert FLOW.target("accepted", "note") == "accepted"


def test_a_refused_step_names_clause_and_way() -> None:
    with pytest.raises(StepRefused) as caught:
        FLOW.check("received", "close")
    assert caught.value.clause == "ISH-1.2.a"
    assert caught.value.remedy_text() == "It is possible in: handled. Way there: accept → handle."


def test_where_no_way_leads_it_says_so() -> None:
    with pytest.raises(StepRefused) as caught:
        FLOW.check("closed", "accept")
    assert caught.value.remedy_text() == "It is possible in: received. No step leads there from here."


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_reason_that_is_blank_is_none(reason: str | None) -> None:
    with pytest.raises(ReasonMissing):
        FLOW.check("accepted", "handle", reason)
    assert FLOW.check("accepted", "handle", "simple").target == "handled"


def test_the_drawing_comes_from_the_table() -> None:
    assert FLOW.mermaid("en").splitlines() == [
        "stateDiagram-v2",
        "    [*] --> received",
        "    received --> accepted: Accept (PCN-3.1.3.a)",
        "    received --> received: note",
        "    accepted --> accepted: note",
        "    accepted --> handled: handle (PCN-3.3.3)",
        "    handled --> closed: Close (ISH-1.2.a)",
        "    closed --> [*]",
    ]


@pytest.mark.parametrize(
    ("states", "steps", "problem"),
    [
        ((), (), "states are missing or stand twice"),
        (("a", "a"), (), "states are missing or stand twice"),
        (("a", "b"), (), "state 'b' is never reached"),
        (("a",), (Step("x", ("a",), "z", "p"),), "unknown state 'z'"),
        (("a",), (Step("x", ("q",), None, "p"),), "unknown state 'q'"),
        (
            ("a",),
            (Step("x", ("a",), None, "p"), Step("x", ("a",), None, "q")),
            "step 'x' stands twice from 'a'",
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(states: Any, steps: Any, problem: str) -> None:
    with pytest.raises(BadWorkflow) as caught:
        Workflow("w", states, steps)
    assert caught.value.data["problem"] == problem


def test_a_step_nobody_knows_is_an_error_of_the_program() -> None:
    with pytest.raises(BadWorkflow):
        FLOW.check("received", "dance")
