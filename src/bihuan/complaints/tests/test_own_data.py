"""My data: seen in part, corrected, taken away whole, asked to be erased."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import CASE_KEY
from bihuan.accounts.queries import PersonalField
from bihuan.complaints import stage
from bihuan.journal import queries as journal
from bihuan.personal.models import ErasureRequest

from .play import submit
from .test_pages_consumer import signed_in


@pytest.fixture
def consumer(played: stage.Stage) -> Client:
    return signed_in(played.who("consumer"))


def test_it_is_shown_in_part_and_corrected(played: stage.Stage, consumer: Client) -> None:
    who = played.who("consumer").id
    answer = consumer.post("/my/data", {"name": "王小明", "email": "wang@example.cn"})
    assert answer["Location"] == "/my/data"
    page = consumer.get("/my/data").content.decode()
    assert "王**" in page
    assert "王小明" not in page
    assert accounts.contact(who, [PersonalField.EMAIL]) == {PersonalField.EMAIL: "wang@example.cn"}


def test_a_wrong_value_is_refused_at_its_field(played: stage.Stage, consumer: Client) -> None:
    answer = consumer.post("/my/data", {"name": "王小明", "email": "nowhere"})
    assert answer.status_code == 422
    assert 'id="error-email"' in answer.content.decode()
    assert accounts.contact(played.who("consumer").id, [PersonalField.NAME, PersonalField.EMAIL]) == {}


def test_everything_is_taken_away_as_a_file(played: stage.Stage, consumer: Client) -> None:
    number = submit(played).number
    consumer.post("/my/data", {"name": "王小明"})
    answer = consumer.get("/my/data/export?form=json")
    found = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith('attachment; filename="bihuan-')
    assert found["person"]["name"] == "王小明"
    assert [c["number"] for c in found["cases"]] == [number]
    assert found["cases"][0]["matter"] == "收到的水壶漏水"
    said = [e.event for e in journal.entries_of(played.who("consumer").id)]
    assert said[-2:] == ["vault.revealed", "person.data_exported"]


def test_and_as_a_page_to_read(played: stage.Stage, consumer: Client) -> None:
    number = submit(played).number
    page = consumer.get("/my/data/export").content.decode()
    assert number in page
    assert "收到的水壶漏水" in page


def test_erasure_is_asked_with_what_the_law_holds_and_taken_back(
    played: stage.Stage, consumer: Client
) -> None:
    submit(played)
    page = consumer.get("/my/data").content.decode()
    assert "D-06" in page
    consumer.post("/my/data/erasure", {"go": "ask"})
    assert ErasureRequest.objects.filter(withdrawn_at=None).count() == 1
    assert "You asked on" in consumer.get("/my/data").content.decode()
    consumer.post("/my/data/erasure", {"go": "withdraw"})
    assert ErasureRequest.objects.filter(withdrawn_at=None).count() == 0


def test_the_session_of_one_case_has_no_part_in_it(played: stage.Stage, consumer: Client) -> None:
    session = consumer.session
    session[CASE_KEY] = str(submit(played).case_id)
    session.save()
    for path in ("/my/data", "/my/data/export"):
        assert consumer.get(path)["Location"] == "/my"
    consumer.post("/my/data/erasure", {"go": "ask"})
    assert not ErasureRequest.objects.exists()


def test_others_find_nothing_here(played: stage.Stage, client: Client) -> None:
    assert signed_in(played.who("agent")).get("/my/data").status_code == 404
    assert client.get("/my/data")["Location"].startswith("/complain/start")
