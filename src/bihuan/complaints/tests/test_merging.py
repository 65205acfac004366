from __future__ import annotations

from datetime import timedelta

from bihuan.cases.models import Case
from bihuan.complaints import actions, stage
from bihuan.journal import time
from bihuan.project.drain import drain

from .conftest import AT
from .play import submit, verdicts


def test_a_merged_case_is_answered_with_the_main_one(played: stage.Stage) -> None:
    first, second = submit(played), submit(played)
    supervisor, agent, at = played.who("supervisor"), played.who("agent"), AT + timedelta(hours=1)
    time.set_drill_time(at)
    drain(at=at)
    for case in (first, second):
        actions.assign(case_id=case.case_id, actor=supervisor, at=at, owner_id=agent.id)
    actions.merge(case_id=second.case_id, actor=supervisor, at=at, into_id=first.case_id, reason="同一件事")
    assert verdicts(second.case_id)["ISH-1.2.b.first"] is None
    actions.send_message(case_id=first.case_id, actor=agent, at=at, text="我们已经看到并在核实")
    drain(at=at)
    assert verdicts(second.case_id)["ISH-1.2.b.first"] == "met"


def test_undoing_a_merge_puts_the_case_where_it_stood(played: stage.Stage) -> None:
    first, second = submit(played), submit(played)
    supervisor = played.who("supervisor")
    actions.merge(case_id=second.case_id, actor=supervisor, at=AT, into_id=first.case_id, reason="同一件事")
    assert Case.objects.get(id=second.case_id).state == "merged"
    actions.unmerge(case_id=second.case_id, actor=supervisor, at=AT, reason="不是同一件事")
    assert Case.objects.get(id=second.case_id).state == "accepted"
