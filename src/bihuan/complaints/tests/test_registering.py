"""Taking a complaint in while somebody speaks: found by what they say, nothing typed twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import ConsumerFacts
from bihuan.accounts.models import Person
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.journal.actor import PROGRAM

from .conftest import AT
from .play import owned
from .test_pages_consumer import signed_in

TYPED = {"channel": "telephone", "matter_text": "门店自提时被要求加钱", "type": "price", "demand": "refund"}
HX = {"HX-Request": "true"}


@pytest.fixture
def desk(played: stage.Stage) -> Client:
    return signed_in(played.who("agent"))


def look_up(desk: Client, text: str) -> str:
    return desk.post("/desk/new/find", {"find": text}, headers=HX).content.decode()


def register(desk: Client, **more: Any) -> tuple[int, str]:
    answer = desk.post("/desk/new", {**TYPED, **more})
    return answer.status_code, answer.content.decode()


def test_mandatory_things_come_first(desk: Client) -> None:
    page = desk.get("/desk/new").content.decode()
    places = [
        page.index(f'name="{name}"')
        for name in ("find", "phone", "matter_text", "type", "demand", "demand_amount")
    ]
    assert places == sorted(places)
    assert 'value="telephone" checked' in page


def test_found_by_the_last_four_digits_and_masked(desk: Client) -> None:
    facts = ConsumerFacts(phone="13700004321", name="王小明")
    person = accounts.ensure_consumer(facts=facts, actor=PROGRAM, at=AT).person_id
    page = look_up(desk, "4321")
    assert f'value="{person}/" checked' in page
    assert "137****4321" in page
    assert "王小明" not in page
    status, _page = register(desk, pick=f"{person}/")
    assert (status, Case.objects.get().consumer_id) == (201, person)


def test_found_by_an_order_which_is_then_filled_in(played: stage.Stage, desk: Client) -> None:
    order, buyer = played.orders[0]["number"], played.who("consumer").id
    open_case = Case.objects.get(id=owned(played)).number
    page = look_up(desk, order)
    assert f'value="{buyer}/{order}" checked' in page
    assert open_case in page
    assert register(desk, pick=f"{buyer}/{order}")[0] == 201
    made = Case.objects.exclude(number=open_case).get()
    assert (made.order_number, made.consumer_id, made.merchant_id is not None) == (order, buyer, True)


def test_a_number_nobody_has_is_carried_into_the_form(desk: Client) -> None:
    page = look_up(desk, "13911112222")
    assert "Nobody has this number yet" in page
    assert 'value="13911112222"' in page
    assert "Nothing found" in look_up(desk, "没有这样的订单")


def test_without_person_and_phone_nothing_is_stored(desk: Client) -> None:
    people = Person.objects.count()
    status, page = register(desk)
    assert status == 422
    assert 'id="error-phone"' in page
    assert "门店自提时被要求加钱" in page
    assert (Case.objects.count(), Person.objects.count()) == (0, people)


def test_a_refused_form_still_knows_whom_it_found(desk: Client, played: stage.Stage) -> None:
    buyer = played.who("consumer").id
    status, page = register(desk, pick=f"{buyer}/", known=str(buyer), demand="")
    assert status == 422
    assert f'value="{buyer}/" checked' in page


def test_staff_are_no_complainants(desk: Client, played: stage.Stage) -> None:
    assert register(desk, pick=f"{played.who('supervisor').id}/")[0] == 422
    assert register(desk, pick="nobody/")[0] == 422
    assert not Case.objects.exists()


def test_only_those_who_register_look_people_up(played: stage.Stage) -> None:
    for part in ("consumer", "merchant", "auditor", "officer"):
        assert signed_in(played.who(part)).post("/desk/new/find", {"find": "4321"}).status_code == 403, part
