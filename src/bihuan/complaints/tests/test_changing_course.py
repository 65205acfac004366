"""Extension, withdrawal, reopening, appeal, split, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.accounts.actions import leave
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import actions, stage
from bihuan.complaints.actions import NewItem
from bihuan.complaints.models import Extension
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.project import acts

from .conftest import AT
from .play import owned, pass_to, said, take, verdicts

DAY = timedelta(days=1)


def brought(played: stage.Stage, state: str) -> object:
    """A case in this state, by the acts that scenarios use."""
    performance = acts.Play(played)
    acts.prepare(performance, {"facts": {"state": state}, "acts": [{"at": AT + timedelta(hours=1)}]})
    return performance.case_id


def test_an_extension_holds_when_told_before_the_end(played: stage.Stage) -> None:
    case_id = owned(played)
    made = take(played, "agent", case_id, AT + DAY, "ask_extension", to="special", reason="委托鉴定")
    take(played, "other_supervisor", case_id, AT + DAY, "approve_extension", extension_id=str(made.id))
    limit = next(s.clock for s in clocks.of(case_id) if s.clock.clause_id == "PCN-3.2.3")
    assert (Extension.objects.get().state, limit.limit) == ("effective", "10wd")


def test_an_overdue_limit_is_not_extended(played: stage.Stage) -> None:
    case_id = owned(played)
    with pytest.raises(Refusal) as refused:
        take(played, "agent", case_id, AT + 30 * DAY, "ask_extension", to="special", reason="委托鉴定")
    assert refused.value.error_code == "complaint.overdue"
    assert not Extension.objects.exists()


def test_nobody_approves_an_extension_of_their_own_case(played: stage.Stage) -> None:
    case_id = owned(played)
    take(played, "supervisor", case_id, AT, "assign", owner_id=str(played.who("supervisor").id))
    made = take(played, "supervisor", case_id, AT, "ask_extension", to="special", reason="委托鉴定")
    with pytest.raises(Refusal) as refused:
        take(played, "supervisor", case_id, AT, "approve_extension", extension_id=str(made.id))
    assert (refused.value.clause, refused.value.error_code) == ("PCN-3.2.3", "complaint.four_eyes")


def test_withdrawal_cancels_running_clocks_but_no_overdue_one(played: stage.Stage) -> None:
    case_id = owned(played)
    pass_to(AT + 2 * DAY)
    take(played, "consumer", case_id, AT + 2 * DAY, "withdraw")
    found = verdicts(case_id)
    assert (found["PCN-3.2.3"], found["ISH-1.2.b.first"]) == ("cancelled", None)


def test_reopening_starts_a_new_generation_and_keeps_old_verdicts(played: stage.Stage) -> None:
    case_id = brought(played, "closed")
    take(played, "supervisor", case_id, AT + 5 * DAY, "reopen", reason="消费者提供了新证据")
    limits = [s.clock for s in clocks.of(case_id) if s.clock.clause_id == "PCN-3.2.3"]
    assert sorted((c.generation, c.verdict) for c in limits if c.verdict) == [(1, "met")]
    assert [c.generation for c in limits if c.verdict is None] == [2]


def test_an_appeal_is_decided_by_somebody_new(played: stage.Stage) -> None:
    case_id = brought(played, "told")
    take(played, "consumer", case_id, AT + 2 * DAY, "appeal", ground="amount", reason="不认可处理结果")
    agent = played.who("agent")
    assert Case.objects.get(id=case_id).owner_id == agent.id
    take(played, "supervisor", case_id, AT + 2 * DAY, "assign", owner_id=str(played.who("supervisor").id))
    with pytest.raises(Refusal) as refused:
        take(
            played, "supervisor", case_id, AT + 2 * DAY, "decide_appeal", outcome="upheld", reason="理由成立"
        )
    assert refused.value.clause == "P-19"
    take(played, "manager", case_id, AT + 2 * DAY, "decide_appeal", outcome="upheld", reason="理由成立")
    assert (Case.objects.get(id=case_id).state, Case.objects.get(id=case_id).generation) == ("accepted", 2)


def test_split_items_go_on_in_a_case_of_their_own(played: stage.Stage) -> None:
    items = (NewItem(matter="quality", demand="refund"), NewItem(matter="delivery", demand="compensation"))
    case_id = owned(played, items=items)
    second = Case.objects.get(id=case_id).complaint.items.last()
    made = take(played, "supervisor", case_id, AT, "split", items=[str(second.id)], reason="两件事分开处理")
    assert made.received_at == Case.objects.get(id=case_id).received_at
    assert [i.matter for i in made.complaint.items.all()] == ["delivery"]


def test_the_cases_of_somebody_who_leaves_go_to_others(played: stage.Stage) -> None:
    case_id = owned(played)
    leave(person_id=played.who("agent").id, actor=played.who("administrator"), at=AT, why="离职")
    actions.reassign_all(owner_id=played.who("agent").id, actor=PROGRAM, at=AT)
    assert Case.objects.get(id=case_id).owner_id not in (None, played.who("agent").id)
    assert said(case_id).count("complaint.assigned") >= 2
