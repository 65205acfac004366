"""Messages, calls, drafts and read marks of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from bihuan.conversations import actions, queries
from bihuan.conversations.models import CallRecord, Draft, Message, Thread
from bihuan.conversations.tests.conftest import AGENT, AT, CONSUMER, words
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.journal.queries import entries_of

HOUR = timedelta(hours=1)


def send(case: UUID, **more: Any) -> Message:
    facts: dict[str, Any] = {"audience": "consumer", "actor": AGENT, "at": AT, "human": True, **more}
    return actions.send_message(case_id=case, text=words(case), **facts)


def test_a_message_is_an_event_of_its_thread_without_its_words(case: UUID) -> None:
    message = send(case)
    (entry,) = entries_of(message.thread_id)
    assert entry.event == "conversation.message_sent"
    assert entry.data["message_id"] == str(message.id)
    assert (entry.data["audience"], entry.data["author_kind"], entry.data["human"]) == (
        "consumer",
        "staff",
        True,
    )
    assert "核实" not in str(entry.data)


def test_a_case_has_one_thread_for_each_audience(case: UUID) -> None:
    send(case)
    send(case)
    send(case, audience="internal")
    assert sorted(Thread.objects.values_list("audience", flat=True)) == ["consumer", "internal"]


def test_what_the_program_writes_is_never_human(case: UUID) -> None:
    assert send(case, actor=PROGRAM, human=True).human is False
    assert send(case, actor=AGENT, human=False).human is False
    assert send(case, actor=AGENT, human=True).human is True


@pytest.mark.parametrize("wrong", [{"audience": "press"}, {"via": "pigeon"}])
def test_an_unknown_audience_or_way_is_refused_and_nothing_kept(case: UUID, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        send(case, **wrong)
    assert refused.value.data["field"] == next(iter(wrong))
    assert (Thread.objects.count(), Message.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_a_reader_sees_only_the_audiences_asked_for(case: UUID) -> None:
    send(case)
    send(case, audience="internal", at=AT + HOUR)
    send(uuid4())
    assert [line.audience for line in queries.messages(case, audiences=["consumer"])] == ["consumer"]
    both = queries.messages(case, audiences=["consumer", "internal"])
    assert [(line.audience, line.body) for line in both] == [
        ("consumer", "我们正在核实"), ("internal", "我们正在核实"),
    ]  # fmt: skip


def test_a_message_is_told_once(case: UUID) -> None:
    message = send(case)
    assert actions.mark_told(message_id=message.id, at=AT + HOUR) is True
    assert actions.mark_told(message_id=message.id, at=AT + 2 * HOUR) is False
    assert Message.objects.get().told_at == AT + HOUR


def test_nothing_is_told_before_it_was_sent(case: UUID) -> None:
    with pytest.raises(IntegrityError, match="conversations_told"):
        actions.mark_told(message_id=send(case).id, at=AT - HOUR)


def call(case: UUID, **more: Any) -> CallRecord:
    facts: dict[str, Any] = {"actor": AGENT, "at": AT, "started_at": AT - HOUR, "answered": True, **more}
    return actions.log_call(case_id=case, text=words(case), **facts)


def test_a_call_is_logged_with_its_facts(case: UUID) -> None:
    sound = uuid4()
    made = call(case, direction="in", ended_at=AT - HOUR / 2, recording=sound)
    (entry,) = entries_of(made.id)
    assert (entry.event, entry.data["answered"]) == ("conversation.call_logged", True)
    kept = CallRecord.objects.get()
    assert (kept.direction, kept.ended_at, kept.recording) == ("in", AT - HOUR / 2, sound)


@pytest.mark.parametrize(
    "wrong",
    [{"started_at": AT + HOUR}, {"ended_at": AT - 2 * HOUR}, {"ended_at": AT + HOUR}, {"direction": "up"}],
)
def test_a_call_that_cannot_have_been_is_refused(case: UUID, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        call(case, **wrong)
    assert refused.value.data["field"] == next(iter(wrong))
    assert (CallRecord.objects.count(), Entry.objects.count()) == (0, 0)


def draft(case: UUID, body: str, audience: str = "consumer", **more: Any) -> None:
    facts: dict[str, Any] = {"actor": AGENT, "at": AT, **more}
    actions.save_draft(case_id=case, audience=audience, body=body, **facts)


def test_answer_and_internal_note_have_their_own_drafts(case: UUID) -> None:
    draft(case, "您好")
    draft(case, "您好，已核实")
    draft(case, "注意", audience="internal")
    assert queries.draft_of(case, AGENT.id, "consumer") == "您好，已核实"
    assert queries.draft_of(case, AGENT.id, "internal") == "注意"
    assert queries.draft_of(case, CONSUMER.id, "consumer") == ""


def test_sending_forgets_only_the_authors_draft_of_that_audience(case: UUID) -> None:
    draft(case, "您好")
    draft(case, "注意", audience="internal")
    send(case, actor=CONSUMER)
    assert queries.draft_of(case, AGENT.id, "consumer") == "您好"
    send(case)
    assert queries.draft_of(case, AGENT.id, "consumer") == ""
    assert queries.draft_of(case, AGENT.id, "internal") == "注意"


def test_a_draft_is_forgotten_when_empty_or_old_and_refused_when_huge(case: UUID) -> None:
    draft(case, "您好")
    with pytest.raises(Invalid):
        draft(case, "长" * 20_001)
    assert queries.draft_of(case, AGENT.id, "consumer") == "您好"
    assert actions.drop_drafts(before=AT) == 0
    assert actions.drop_drafts(before=AT + HOUR) == 1
    draft(case, "您好")
    draft(case, "  ")
    assert Draft.objects.count() == 0


def test_unread_are_the_messages_of_others_since_the_mark(case: UUID) -> None:
    send(case)
    send(case, actor=CONSUMER)
    assert queries.unread(case, AGENT.id, "consumer") == 1
    actions.mark_read(case_id=case, audience="consumer", actor=AGENT, at=AT)
    assert queries.unread(case, AGENT.id, "consumer") == 0
    send(case, actor=CONSUMER, at=AT + HOUR)
    assert queries.unread(case, AGENT.id, "consumer") == 1
