"""Macros: run by a person with the person's rights, a result for each step."""

from __future__ import annotations

import pytest

from bihuan.automation import actions, plans, queries
from bihuan.automation.models import Macro
from bihuan.complaints import stage
from bihuan.complaints.tests.play import owned
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal import queries as journal

from .conftest import AT

TEXT = "您好，{{材料}}我们已收到，正在核对检验结果，{{时间}}前答复您。"


def macro(played: stage.Stage) -> Macro:
    boss = played.who("supervisor")
    made = actions.create_macro(name="收到材料并立案调查", actor=boss, at=AT)
    for step, data in (
        ("open_investigation", {"first_step": "draw_records"}),
        ("send_message", {"text": TEXT, "audience": "consumer"}),
    ):
        actions.add_macro_step(macro_id=made, step=step, data=data, actor=boss, at=AT)
    return queries.macro(made)


def test_a_macro_runs_as_the_person(played: stage.Stage) -> None:
    made, case_id, agent = macro(played), owned(played), played.who("agent")
    assert plans.inputs_of(made.steps) == ["材料", "时间"]
    given = {"材料": "照片", "时间": "周五"}
    results = actions.run_macro(macro_id=made.id, case_id=case_id, inputs=given, actor=agent, at=AT)
    assert [(r.action, r.state) for r in results] == [
        ("open_investigation", "done"),
        ("send_message", "done"),
    ]
    opened = journal.last_of(case_id, ["complaint.investigation_opened"])
    assert opened is not None
    assert opened.actor_id == agent.id
    run = journal.last_of(made.id, ["automation.macro_run"])
    assert run is not None
    assert (run.data["taken"], run.data["steps"], run.data["case_id"]) == (2, 2, str(case_id))


def test_the_first_refusal_ends_it(played: stage.Stage) -> None:
    made, case_id, agent = macro(played), owned(played), played.who("agent")
    given = {"材料": "照片", "时间": "周五"}
    actions.run_macro(macro_id=made.id, case_id=case_id, inputs=given, actor=agent, at=AT)
    again = actions.run_macro(macro_id=made.id, case_id=case_id, inputs=given, actor=agent, at=AT)
    assert [r.state for r in again] == ["refused", "left"]
    assert (again[0].msgid != "", again[0].code != "") == (True, True)


def test_what_is_asked_for_must_be_given(played: stage.Stage) -> None:
    made, case_id, agent = macro(played), owned(played), played.who("agent")
    with pytest.raises(Invalid) as missing:
        actions.run_macro(macro_id=made.id, case_id=case_id, inputs={"材料": "照片"}, actor=agent, at=AT)
    assert missing.value.data["field"] == "时间"
    assert journal.last_of(case_id, ["complaint.investigation_opened"]) is None


def test_others_cannot(played: stage.Stage) -> None:
    made, case_id = macro(played), owned(played)
    given = {"材料": "照片", "时间": "周五"}
    for part, error in (("merchant", NotAllowed), ("consumer", NotAllowed), ("counsel", NotFound)):
        with pytest.raises(error):
            actions.run_macro(macro_id=made.id, case_id=case_id, inputs=given, actor=played.who(part), at=AT)
    with pytest.raises(NotAllowed):
        actions.remove_macro(macro_id=made.id, actor=played.who("agent"), at=AT)
    assert queries.macro(made.id).removed_at is None


def test_a_name_is_taken_once_and_steps_are_checked(played: stage.Stage) -> None:
    made, boss = macro(played), played.who("supervisor")
    with pytest.raises(Refusal):
        actions.create_macro(name=made.name, actor=boss, at=AT)
    with pytest.raises(Invalid):
        actions.create_macro(name="打给13912345678", actor=boss, at=AT)
    with pytest.raises(NotFound):
        actions.add_macro_step(macro_id=made.id, step="rate", data={}, actor=boss, at=AT)
    data = {"due_at": {"after": "soon"}, "text": "x"}
    with pytest.raises(Invalid):
        actions.add_macro_step(macro_id=made.id, step="promise", data=data, actor=boss, at=AT)
    assert len(queries.macro(made.id).steps) == 2
