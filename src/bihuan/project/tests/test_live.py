"""Live updates: none is skipped, nobody hears of other people's cases, a stream ends with its session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from bihuan.accounts import actions as accounts
from bihuan.accounts.doors import CASE_KEY
from bihuan.accounts.models import Person
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import AT, consumer, staff
from bihuan.cases.models import Case
from bihuan.complaints import events
from bihuan.conversations.events import MessageSent
from bihuan.journal import actions as journal
from bihuan.journal import queries, time
from bihuan.journal.actions import Draft
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject
from bihuan.project.live import hub
from bihuan.project.tests.listening import Listener, session_of

pytestmark = pytest.mark.django_db(transaction=True)
Listen = Callable[..., Listener]


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    """Opens streams and closes them at the end; the journal is looked at often."""
    monkeypatch.setattr(hub, "EVERY", 0.03)
    time._kinds.clear()
    opened: list[Listener] = []

    def listen(person: Person | UUID, session: str = "", **more: Any) -> Listener:
        opened.append(Listener(session or session_of(person), **more))
        return opened[-1]

    yield listen
    for one in opened:
        one.leave()


def case_of(consumer_id: UUID, **more: Any) -> UUID:
    given: dict[str, Any] = {
        "number": f"T{uuid4().hex[:12]}", "flow": "complaint", "state": "received", "channel": "site",
        "received_at": AT, "next_step": "accept", "next_step_at": AT, "consumer_id": consumer_id,
    }  # fmt: skip
    return Case.objects.create(**given, **more).id


def say(case_id: UUID, event: Any = None) -> int:
    """An event about the case; returns its sequence."""
    said = event or events.Accepted(by="program")
    with transaction.atomic():
        return journal.append([Draft(Subject("case", case_id), said, PROGRAM, AT)])[0].sequence


def test_says_which_case_and_event_and_nothing_else(listen: Listen) -> None:
    agent, case = staff(Role.AGENT), case_of(consumer())
    stream = listen(agent)
    say(case)
    stream.wait(lambda: stream.heard("case"))
    assert stream.heard("case") == [{"case": str(case), "event": "complaint.accepted", "sequence": 1}]
    assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream")


def test_what_commits_late_is_not_skipped(listen: Listen) -> None:
    """An entry written first and committed last comes last, and it comes."""
    agent = staff(Role.AGENT)
    early, late = case_of(consumer("13812345671")), case_of(consumer("13812345672"))
    stream = listen(agent)
    blocked, written = _Gate(), _Gate()

    def slow() -> None:
        try:
            with transaction.atomic():
                say(late)
                written.open()
                blocked.wait()
        finally:
            connection.close()

    thread = Thread(target=slow)
    thread.start()
    written.wait()
    say(early)
    blocked.open()
    thread.join()
    stream.wait(lambda: len(stream.heard("case")) == 2)
    assert {said["case"] for said in stream.heard("case")} == {str(early), str(late)}


class _Gate:
    def __init__(self) -> None:
        from threading import Event

        self._event = Event()

    def open(self) -> None:
        self._event.set()

    def wait(self) -> None:
        assert self._event.wait(8)


def test_a_consumer_hears_of_their_own_case_only(listen: Listen) -> None:
    me, other = consumer("13812345671"), consumer("13812345672")
    mine, theirs = case_of(me), case_of(other)
    stream = listen(me)
    say(theirs)
    say(mine, events.CounselJoined(counsel_id=uuid4(), reason="asked"))  # for the platform's own people
    say(mine)
    stream.wait(lambda: stream.heard("case"))
    assert [(said["case"], said["sequence"]) for said in stream.heard("case")] == [(str(mine), 2)]


def test_each_side_hears_of_its_own_conversation(listen: Listen) -> None:
    me = consumer()
    case = case_of(me)
    stream, desk = listen(me), listen(staff(Role.SUPERVISOR))
    for audience in ("internal", "merchant", "consumer"):
        said = MessageSent(
            case_id=case, message_id=uuid4(), audience=audience, author_kind="staff", human=True,
            text_id=uuid4(), digest="0",
        )  # fmt: skip
        with transaction.atomic():
            journal.append([Draft(Subject("thread", uuid4()), said, PROGRAM, AT)])
    desk.wait(lambda: len(desk.heard("case")) == 3)
    stream.wait(lambda: stream.heard("case"))
    assert [said["case"] for said in stream.heard("case")] == [str(case)]


def test_a_session_of_one_case_hears_of_that_case(listen: Listen) -> None:
    me = consumer()
    first, second = case_of(me), case_of(me)
    stream = listen(me, session_of(me, **{CASE_KEY: str(second)}))
    say(first)
    say(second)
    stream.wait(lambda: stream.heard("case"))
    assert [said["case"] for said in stream.heard("case")] == [str(second)]


def test_who_loses_a_case_is_told_that_it_left(listen: Listen) -> None:
    one, other, boss = staff(Role.AGENT), staff(Role.AGENT), staff(Role.SUPERVISOR)
    case = case_of(consumer(), owner=other)
    stream, watching = listen(one), listen(boss)
    say(case, events.Assigned(owner_id=other.id, rule="least_loaded"))
    stream.wait(lambda: stream.heard("gone"))
    watching.wait(lambda: watching.heard("case"))
    assert (stream.heard("gone"), stream.heard("case")) == ([{"case": str(case)}], [])


def test_goes_on_where_it_was_cut_off(listen: Listen) -> None:
    agent, case = staff(Role.AGENT), case_of(consumer())
    stream = listen(agent)
    say(case)
    stream.wait(lambda: stream.heard("case"))
    last = stream.last_id()
    stream.leave()
    say(case)
    again = listen(agent, last=last)
    say(case)
    again.wait(lambda: len(again.heard("case")) == 2)
    assert [said["sequence"] for said in again.heard("case")] == [2, 3]


def test_a_page_hears_from_where_it_was_read(listen: Listen) -> None:
    agent, case = staff(Role.AGENT), case_of(consumer())
    read = str(queries.newest_position())
    say(case)
    stream = listen(agent, query=f"from={read}")
    stream.wait(lambda: stream.heard("case"))
    assert stream.heard("case")[0]["sequence"] == 1


def test_a_position_of_another_database_hides_nothing(listen: Listen) -> None:
    agent, case = staff(Role.AGENT), case_of(consumer())
    stream = listen(agent, last="7.9000000000.5")
    say(case)
    stream.wait(lambda: stream.heard("case"))


def test_ends_when_the_session_is_signed_out(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.project.live.door.AGAIN", 0.05)
    monkeypatch.setattr("bihuan.project.live.door.BEAT", 0.05)
    agent = staff(Role.AGENT)
    session = session_of(agent)
    stream = listen(agent, session)
    stream.wait(lambda: stream.heard("beat"))
    assert not stream.heard("end")
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.post("/sign-out")
    stream.wait(stream.ended.is_set)
    assert stream.events[-1][0] == "end"
    assert listen(agent, session).status == 401


def test_ends_at_once_when_a_role_is_taken(listen: Listen) -> None:
    agent = staff(Role.AGENT, Role.COUNSEL)
    stream = listen(agent)
    accounts.revoke_role(person_id=agent.id, role=Role.AGENT, actor=PROGRAM, at=time.now())
    stream.wait(stream.ended.is_set)
    assert stream.events[-1][0] == "end"


def test_a_person_has_so_many_streams(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PER_PERSON", 0)
    assert listen(staff(Role.AGENT)).status == 429


def test_nobody_and_other_sites_get_nothing(listen: Listen) -> None:
    agent = staff(Role.AGENT)
    assert listen(agent, "x" * 32).status == 401
    assert listen(agent, origin="https://elsewhere.example").status == 403
    allowed = listen(agent, origin="http://localhost:8000")
    assert allowed.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert allowed.headers["access-control-allow-credentials"] == "true"
