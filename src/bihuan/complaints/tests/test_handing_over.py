"""A case goes on with what is open; who takes it over confirms that before they write or call (ISH-3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.complaints import stage
from bihuan.complaints.models import HandOver, Promise
from bihuan.conversations.models import Message
from bihuan.engine.errors import Invalid, NotAllowed, Refusal

from .conftest import AT
from .play import owned, said, take
from .test_pages_consumer import signed_in


@pytest.fixture
def handed(played: stage.Stage) -> UUID:
    """Handed over with one open promise."""
    case_id = owned(played)
    due = (AT + timedelta(days=1)).isoformat()
    take(played, "agent", case_id, AT, "promise", due_at=due, text="明天告知检测安排")
    hand(played, case_id, "agent", "other_agent")
    return case_id


def hand(played: stage.Stage, case_id: UUID, who: str, to: str) -> None:
    take(played, who, case_id, AT, "hand_over", owner_id=str(played.who(to).id), reason="晚班接手")


def confirm(played: stage.Stage, case_id: UUID, who: str = "other_agent", **more: Any) -> None:
    take(played, who, case_id, AT, "take_over", **more)


def test_what_is_open_goes_with_it(handed: UUID) -> None:
    row = HandOver.objects.get()
    assert row.promises == [str(Promise.objects.get().id)]
    assert (row.tasks, row.next_step, row.confirmed_at) == ([], "open_investigation", None)


def test_nobody_writes_to_the_complainant_before_confirming(played: stage.Stage, handed: UUID) -> None:
    for step, given in (
        ("send_message", {"text": "您好，请再说一遍情况"}),
        ("log_call", {"started_at": AT.isoformat(), "answered": True, "note": "再问一遍"}),
    ):
        with pytest.raises(Refusal) as refused:
            take(played, "other_agent", handed, AT, step, **given)
        assert refused.value.clause == "ISH-3.4"
    assert not Message.objects.exists()
    take(played, "other_agent", handed, AT, "send_message", audience="internal", text="我先看一下")


def test_every_open_promise_is_confirmed(played: stage.Stage, handed: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        confirm(played, handed)
    assert (refused.value.data["field"], refused.value.clause) == ("promises", "ISH-3.4")
    assert HandOver.objects.get().confirmed_at is None
    confirm(played, handed, promises=[str(Promise.objects.get().id)])
    assert HandOver.objects.get().confirmed_at == AT
    assert said(handed)[-1] == "complaint.taken_over"
    take(played, "other_agent", handed, AT, "send_message", text="检测安排在明天上午")


def test_only_who_takes_over_confirms_and_only_once(played: stage.Stage, handed: UUID) -> None:
    with pytest.raises(NotAllowed):
        confirm(played, handed, "supervisor", promises=[str(Promise.objects.get().id)])
    confirm(played, handed, promises=[str(Promise.objects.get().id)])
    with pytest.raises(Refusal):
        confirm(played, handed)


def test_passed_on_again_the_first_one_lapses(played: stage.Stage, handed: UUID) -> None:
    hand(played, handed, "other_agent", "agent")
    first, second = sorted(HandOver.objects.all(), key=lambda row: row.void_at is None)
    assert (first.void_at, second.void_at) == (AT, None)
    assert second.to_id == played.who("agent").id


def test_reassigned_with_an_open_promise_it_is_a_hand_over_too(played: stage.Stage) -> None:
    case_id = owned(played)
    take(played, "supervisor", case_id, AT, "assign", owner_id=str(played.who("other_agent").id))
    assert not HandOver.objects.exists()
    due = (AT + timedelta(days=1)).isoformat()
    take(played, "other_agent", case_id, AT, "promise", due_at=due, text="明天告知")
    take(played, "supervisor", case_id, AT, "assign", owner_id=str(played.who("agent").id))
    assert HandOver.objects.get().to_id == played.who("agent").id


def test_the_page_shows_it_and_its_form_names_each_promise(played: stage.Stage, handed: UUID) -> None:
    desk = signed_in(played.who("other_agent"))
    page = desk.get(f"/desk/{handed}").content.decode()
    for words in ("Handed over to you", "明天告知检测安排", "晚班接手", f"/desk/{handed}/steps/take_over"):
        assert words in page
    form = desk.get(f"/desk/{handed}/steps/take_over").content.decode()
    assert f'value="{Promise.objects.get().id}"' in form
    assert "明天告知检测安排" in form
    assert "not confirmed yet" in signed_in(played.who("supervisor")).get(f"/desk/{handed}").content.decode()
