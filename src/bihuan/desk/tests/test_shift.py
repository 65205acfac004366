"""The end of a shift: everything goes on in one go, none is lost, whoever takes it confirms (ISH-3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.models import HandOver, Promise
from bihuan.complaints.tests.play import owned, said, take
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.desk import actions, queries
from bihuan.desk.actions import Confirmed
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.workforce import actions as workforce

from .conftest import AT

REASON = "早班结束，晚班接手"


@pytest.fixture
def three(played: stage.Stage) -> list[UUID]:
    """Three open cases of the agent's; the first with an open promise."""
    ids = [owned(played), owned(played), owned(played)]
    due = (AT + timedelta(days=1)).isoformat()
    take(played, "agent", ids[0], AT, "promise", due_at=due, text="明天告知检测安排")
    return ids


def hand_on(played: stage.Stage, who: str = "agent", to: str = "other_agent", **more: Any) -> Any:
    given = {
        "person_id": played.who("agent").id,
        "to_id": played.who(to).id if to else None,
        "reason": REASON,
        **more,
    }
    return actions.hand_on(actor=played.who(who), at=AT, **given)


def owners(ids: list[UUID]) -> set[UUID | None]:
    return set(Case.objects.filter(id__in=ids).values_list("owner_id", flat=True))


def test_everything_goes_to_a_colleague_with_what_is_open(played: stage.Stage, three: list[UUID]) -> None:
    done = hand_on(played)
    other = played.who("other_agent").id
    assert ({row.to_id for row in done.rows}, done.left_over) == ({other}, 0)
    assert owners(three) == {other}
    assert [said(case_id)[-1] for case_id in three] == ["complaint.handed_over"] * 3
    assert HandOver.objects.get(complaint__case_id=three[0]).promises == [str(Promise.objects.get().id)]
    assert queries.mine(played.who("agent"), played.who("agent").id) == []


def test_by_load_each_goes_to_whoever_has_least_to_do(played: stage.Stage, three: list[UUID]) -> None:
    done = hand_on(played, to="")
    able = {played.who(part).id for part in ("other_agent", "supervisor", "other_supervisor")}
    assert {row.to_id for row in done.rows} == able


def test_what_cannot_go_stays_with_its_owner_and_is_told(played: stage.Stage, three: list[UUID]) -> None:
    Case.objects.filter(id=three[1]).update(hand_overs=9)
    done = hand_on(played)
    errors = {row.case_id: row.error.clause for row in done.rows if row.error is not None}
    assert errors == {three[1]: "CRP-1.3.a"}
    assert Case.objects.get(id=three[1]).owner_id == played.who("agent").id
    assert owners([three[0], three[2]]) == {played.who("other_agent").id}


def test_nobody_on_duty_and_none_is_lost(played: stage.Stage, three: list[UUID]) -> None:
    for part in ("other_agent", "supervisor", "other_supervisor"):
        workforce.record_absence(
            person_id=played.who(part).id, kind="illness", from_at=AT, until_at=AT + timedelta(days=1),
            actor=played.who("manager"), at=AT,
        )  # fmt: skip
    done = hand_on(played, to="")
    assert [row.error.error_code for row in done.rows if row.error] == ["desk.nobody_able"] * 3
    assert owners(three) == {played.who("agent").id}


def test_somebody_unfit_gets_nothing(played: stage.Stage, three: list[UUID]) -> None:
    done = hand_on(played, to="uncertified_agent")
    assert {row.error.clause for row in done.rows if row.error} == {"PCN-2.2.1"}
    assert owners(three) == {played.who("agent").id}


def test_somebody_else_s_only_by_who_sees_the_board(played: stage.Stage, three: list[UUID]) -> None:
    with pytest.raises(NotAllowed):
        hand_on(played, who="other_agent")
    assert owners(three) == {played.who("agent").id}
    hand_on(played, who="supervisor")
    assert owners(three) == {played.who("other_agent").id}


@pytest.mark.parametrize(("more", "field"), [({"reason": " "}, "reason"), ({"to": "agent"}, "to")])
def test_without_a_reason_or_to_oneself_nothing_goes(
    played: stage.Stage, three: list[UUID], more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        hand_on(played, **more)
    assert refused.value.data["field"] == field
    assert owners(three) == {played.who("agent").id}


def test_nothing_to_hand_on_is_said(played: stage.Stage) -> None:
    with pytest.raises(Invalid):
        hand_on(played)


def test_the_taker_reads_each_promise_and_confirms(played: stage.Stage, three: list[UUID]) -> None:
    hand_on(played)
    taker, promise = played.who("other_agent"), Promise.objects.get().id
    shown = queries.waiting(taker)
    assert [len(row.promises) for row in shown if row.case.id == three[0]] == [1]
    done = actions.confirm(cases_read=[Confirmed(case_id=i) for i in three], actor=taker, at=AT)
    assert [row.error.clause if row.error else "" for row in done] == ["ISH-3.4", "", ""]
    done = actions.confirm(cases_read=[Confirmed(case_id=three[0], promises=[promise])], actor=taker, at=AT)
    assert done[0].error is None
    assert queries.waiting(taker) == []
    assert said(three[0])[-1] == "complaint.taken_over"


def test_the_page_hands_on_and_confirms(played: stage.Stage, three: list[UUID], desk: Client) -> None:
    page = desk.get("/desk/shift").content.decode()
    assert "Hand on 3 cases" in page
    assert desk.post("/desk/shift/hand-on", {"to": "", "reason": ""}).status_code == 422
    given = {"to": str(played.who("other_agent").id), "reason": REASON}
    assert "3 cases handed on" in desk.post("/desk/shift/hand-on", given).content.decode()
    taker, promise = signed_in(played.who("other_agent")), Promise.objects.get().id
    page = taker.get("/desk/shift").content.decode()
    for words in ("明天告知检测安排", REASON, f'value="{promise}"'):
        assert words in page
    answer = taker.post("/desk/shift/confirm", {"case": [str(i) for i in three]}).content.decode()
    assert "2 cases confirmed" in answer
    assert "1 stays" in answer
    given = {"case": str(three[0]), f"promise-{three[0]}": str(promise)}
    assert "1 case confirmed" in taker.post("/desk/shift/confirm", given).content.decode()
    assert taker.post("/desk/shift/confirm", {}).status_code == 422


def test_an_agent_sees_nobody_else_s(played: stage.Stage, three: list[UUID], boss: Client) -> None:
    other = signed_in(played.who("other_agent"))
    person = played.who("agent").id
    assert "No case is open." in other.get(f"/desk/shift?person={person}").content.decode()
    assert "Hand on 3 cases" in boss.get(f"/desk/shift?person={person}").content.decode()


def test_the_same_over_the_api(played: stage.Stage, three: list[UUID], desk: Client) -> None:
    body = {"to_id": str(played.who("other_agent").id), "reason": REASON}
    answer = desk.post("/api/v1/desk/shift/hand-on", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert {row["to_id"] for row in answer.json()["cases"]} == {body["to_id"]}
    taker = signed_in(played.who("other_agent"))
    waiting = taker.get("/api/v1/desk/shift").json()
    assert len(waiting) == 3
    read = [
        {"case_id": row["case_id"], "promises": [one["id"] for one in row["promises"]]} for row in waiting
    ]
    done = taker.post("/api/v1/desk/shift/confirm", {"cases": read}, content_type="application/json").json()
    assert [row["code"] for row in done] == ["", "", ""]
    assert taker.get("/api/v1/desk/shift").json() == []
    refused = desk.post("/api/v1/desk/shift/hand-on", {"reason": REASON}, content_type="application/json")
    assert refused.status_code == 422
