"""Several cases at once: each by itself, and nothing hidden of what was refused or failed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client

from bihuan.cases.models import Case
from bihuan.complaints import stage, steps
from bihuan.complaints.tests.play import owned, submit
from bihuan.conversations.models import Message
from bihuan.desk import actions
from bihuan.desk.models import Snooze
from bihuan.engine.errors import Invalid
from bihuan.workforce import actions as workforce

from .conftest import AT


def test_taken_where_it_can_be_refused_by_clause_where_not(played: stage.Stage, desk: Client) -> None:
    free, taken = submit(played).case_id, owned(played)
    Case.objects.filter(id=taken).update(owner_id=played.who("other_agent").id)
    page = desk.post("/desk/together", {"do": "take", "case": [free, taken]}).content.decode()
    assert "1 case done" in page
    assert "1 case refused" in page
    assert 'href="/rules/ISH-2.2"' in page
    assert Case.objects.get(id=free).owner_id == played.who("agent").id
    assert Case.objects.get(id=taken).owner_id == played.who("other_agent").id


def test_handed_over_with_its_reason(played: stage.Stage, desk: Client) -> None:
    ids = [owned(played), owned(played)]
    other = played.who("other_agent").id
    given = {"do": "hand_over", "case": ids, "to": str(other), "reason": "下周培训，请代为跟进"}
    assert "2 cases done" in desk.post("/desk/together", given).content.decode()
    assert set(Case.objects.filter(id__in=ids).values_list("owner_id", flat=True)) == {other}


def test_without_a_reason_nothing_is_handed_over(played: stage.Stage, desk: Client, case_id: UUID) -> None:
    given = {"do": "hand_over", "case": [case_id], "to": str(played.who("other_agent").id), "reason": ""}
    assert "1 case refused" in desk.post("/desk/together", given).content.decode()
    assert Case.objects.get().owner_id == played.who("agent").id


def test_an_agent_assigns_nothing_a_supervisor_does(
    played: stage.Stage, desk: Client, boss: Client, case_id: UUID
) -> None:
    given = {"do": "assign", "case": [case_id], "assign_to": str(played.who("other_agent").id)}
    assert "1 case refused" in desk.post("/desk/together", given).content.decode()
    assert "1 case done" in boss.post("/desk/together", given).content.decode()
    assert Case.objects.get().owner_id == played.who("other_agent").id


def test_a_note_is_written_in_each_and_stays_in_the_house(played: stage.Stage, desk: Client) -> None:
    ids = [owned(played), owned(played)]
    desk.post("/desk/together", {"do": "send_message", "case": ids, "note": "同一批次，先等品控结论"})
    assert {m.thread.audience for m in Message.objects.all()} == {"internal"}
    assert {m.thread.case_id for m in Message.objects.all()} == set(ids)


def test_put_aside_together_says_which_clock_stands_against_it(played: stage.Stage, desk: Client) -> None:
    ids = [owned(played), owned(played)]
    Case.objects.filter(id=ids[1]).update(strictest_due_at=AT)
    page = desk.post("/desk/together", {"do": "snooze", "case": ids, "until": "1h"}).content.decode()
    assert "1 case done" in page
    assert "ends before that time" in page
    assert Snooze.objects.get().case_id == ids[0]


def test_a_defect_in_one_is_said_and_keeps_no_other_from_it(
    played: stage.Stage, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = submit(played).case_id, submit(played).case_id
    real = steps.take

    def sometimes(**given):
        if given["case_id"] == broken:
            raise RuntimeError("defect")
        return real(**given)

    monkeypatch.setattr(steps, "take", sometimes)
    page = desk.post("/desk/together", {"do": "take", "case": [broken, fine]}).content.decode()
    assert "1 case failed" in page
    assert "1 case done" in page


def test_cases_one_may_not_know_of_are_not_there(played: stage.Stage) -> None:
    hidden = owned(played)
    done = actions.together(
        case_ids=[hidden, uuid4()], step="take", data={}, actor=played.who("counsel"), at=AT
    )
    assert [(d.number, d.error.error_code) for d in done] == [("", "not_found")] * 2


def test_none_too_many_and_unknown_steps_are_refused(
    played: stage.Stage, desk: Client, case_id: UUID
) -> None:
    actor = played.who("agent")
    for ids, step in (([], "take"), ([uuid4() for _ in range(101)], "take"), ([case_id], "close")):
        with pytest.raises(Invalid):
            actions.together(case_ids=ids, step=step, data={}, actor=actor, at=AT)
    assert desk.post("/desk/together", {"do": "take"}).status_code == 422


def test_the_absent_person_s_cases_go_to_others(played: stage.Stage, boss: Client, desk: Client) -> None:
    ids, agent = [owned(played), owned(played)], played.who("agent").id
    assert desk.post(f"/desk/board/reassign/{agent}").status_code == 403
    workforce.record_absence(
        person_id=agent,
        kind="illness",
        from_at=AT,
        until_at=AT.replace(day=9),
        actor=played.who("supervisor"),
        at=AT,
    )
    assert "Absent, with open cases" in boss.get("/desk/board").content.decode()
    assert "2 cases done" in boss.post(f"/desk/board/reassign/{agent}").content.decode()
    assert agent not in Case.objects.filter(id__in=ids).values_list("owner_id", flat=True)
    assert boss.post(f"/desk/board/reassign/{agent}").status_code == 422
