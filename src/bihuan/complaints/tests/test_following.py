"""Colleagues named in notes and followers: who hears of what, and who does not."""

from __future__ import annotations

import pytest

from bihuan.cases import mentions
from bihuan.cases import queries as cases
from bihuan.complaints import stage
from bihuan.conversations import actions as conversations
from bihuan.conversations import queries as conversation_queries
from bihuan.notices.models import Notice

from .conftest import AT
from .play import owned, said, take


def note(played: stage.Stage, case_id: object, text: str, who: str = "agent") -> None:
    take(played, who, case_id, AT, "send_message", audience="internal", text=text)  # type: ignore[arg-type]


def told(kind: str) -> set[object]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def test_a_named_colleague_hears_of_the_note_and_follows(played: stage.Stage) -> None:
    case_id = owned(played)
    note(played, case_id, "@主管 老周 这个批次要不要停售？")
    supervisor, agent = played.who("supervisor").id, played.who("agent").id
    assert told("mention") == {supervisor}
    assert told("followed") == set()
    assert set(conversation_queries.followers_of(case_id)) == {agent, supervisor}
    assert "complaint.colleague_joined" not in said(case_id)


def test_an_officer_is_let_in_by_a_mention_and_only_that_one(played: stage.Stage) -> None:
    case_id, officer = owned(played), played.who("officer")
    assert not cases.may_read(officer, case_id)
    note(played, case_id, "@品控 小吴 请看照片")
    assert cases.may_read(officer, case_id)
    assert not cases.may_read(played.who("counsel"), case_id)
    assert "complaint.colleague_joined" in said(case_id)
    assert told("mention") == {officer.id}


def test_names_of_nobody_and_of_people_outside_reach_nobody(played: stage.Stage) -> None:
    case_id = owned(played)
    note(played, case_id, "已问 @路人甲 和 @外部审计，一切正常")
    assert told("mention") == set()


def test_the_longer_name_is_heard(monkeypatch: pytest.MonkeyPatch, played: stage.Stage) -> None:
    case = cases.get(owned(played))
    one, other = played.who("agent").id, played.who("supervisor").id
    people = [mentions.Colleague(one, "小陈", True), mentions.Colleague(other, "小陈明", True)]
    monkeypatch.setattr(mentions, "colleagues", lambda case, *, at: people)
    assert [c.id for c in mentions.named_in("请 @小陈明 看", case, at=AT)] == [other]
    assert {c.id for c in mentions.named_in("请 @小陈明 和 @小陈 看", case, at=AT)} == {one, other}


def test_followers_hear_of_messages_and_steps_of_others(played: stage.Stage) -> None:
    case_id, supervisor = owned(played), played.who("supervisor")
    conversations.follow(case_id=case_id, actor=supervisor, at=AT)
    take(played, "agent", case_id, AT, "send_message", text="已收到，正在核实批次")
    take(played, "agent", case_id, AT, "open_investigation")
    what = [n.params["what"][0] for n in Notice.objects.filter(kind="followed", recipient_id=supervisor.id)]
    assert sorted(what) == ["answer", "investigation_opened"]
    take(played, "supervisor", case_id, AT, "send_message", audience="internal", text="请尽快")
    assert Notice.objects.filter(kind="followed", recipient_id=supervisor.id).count() == 2


def test_who_unfollows_or_may_not_read_any_more_hears_nothing(played: stage.Stage) -> None:
    case_id, supervisor, stranger = owned(played), played.who("supervisor"), played.who("counsel")
    for person in (supervisor, stranger):
        conversations.follow(case_id=case_id, actor=person, at=AT)
    conversations.unfollow(case_id=case_id, actor=supervisor)
    take(played, "agent", case_id, AT, "open_investigation")
    assert told("followed") == set()
