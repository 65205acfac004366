"""Who is on a case: seen by the others, gone by itself, nothing in the journal."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from bihuan.complaints import stage
from bihuan.complaints.tests.conftest import played, set_stage
from bihuan.complaints.tests.play import owned
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.journal.models import Entry
from bihuan.project.live import presence

__all__ = ["played", "set_stage"]


@pytest.fixture
def case_id(played: stage.Stage) -> UUID:
    return owned(played)


def test_others_see_who_is_there_and_to_whom_they_write(played: stage.Stage, case_id: UUID) -> None:
    agent, supervisor = signed_in(played.who("agent")), signed_in(played.who("supervisor"))
    before = Entry.objects.count()
    agent.post(f"/here/{case_id}")
    assert "客服 小陈 is here too" in said(supervisor, case_id)
    agent.post(f"/here/{case_id}", {"writing": "consumer"})
    assert "客服 小陈 is writing to the complainant" in said(supervisor, case_id)
    assert "小陈" not in said(agent, case_id)
    agent.post(f"/here/{case_id}", {"leave": "1"})
    assert "小陈" not in said(supervisor, case_id)
    assert Entry.objects.count() == before


def test_whoever_says_nothing_is_there_no_more(played: stage.Stage, case_id: UUID) -> None:
    presence.beat(case_id=case_id, person_id=played.who("agent").id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE project_presence SET seen_at = clock_timestamp() - interval '46 s'")
    assert presence.others(case_id=case_id, person_id=uuid4()) == []


def test_only_people_of_the_house_who_may_read_the_case(played: stage.Stage, case_id: UUID) -> None:
    for part in ("consumer", "merchant", "counsel"):
        assert signed_in(played.who(part)).post(f"/here/{case_id}").status_code == 404, part
    assert presence.others(case_id=case_id, person_id=uuid4()) == []


def test_what_changed_is_told_and_a_mere_sign_of_life_is_not(played: stage.Stage, case_id: UUID) -> None:
    person = played.who("agent").id
    _none, since = presence.changed(None)
    presence.beat(case_id=case_id, person_id=person)
    cases, since = presence.changed(since)
    assert cases == {case_id}
    presence.beat(case_id=case_id, person_id=person)
    assert presence.changed(since)[0] == frozenset()
    presence.beat(case_id=case_id, person_id=person, writing="internal")
    assert presence.changed(since)[0] == {case_id}


def said(client: Client, case_id: UUID) -> str:
    return client.get(f"/here/{case_id}").content.decode()
