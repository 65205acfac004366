"""Asking to be erased: it stands until nothing holds the data, can be taken back, and is carried out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import Retention, erasure
from bihuan.accounts.models import Person
from bihuan.accounts.tests.factories import AT, acting, consumer, events_of, staff
from bihuan.engine.errors import NotAllowed, Refusal
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.personal import actions, queries
from bihuan.personal.models import Draft, ErasureRequest

pytestmark = pytest.mark.django_db
NEXT = AT + timedelta(days=1)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[Retention]:
    """What stands against erasing; tests change it."""
    found: list[Retention] = []
    monkeypatch.setattr(erasure, "_checks", [lambda person_id, at: list(found)])
    return found


def someone() -> Actor:
    return acting(Person.objects.get(id=consumer()))


def test_asked_and_held_by_nothing_it_is_done_a_day_later(held: list[Retention]) -> None:
    who = someone()
    actions.save_draft(kind="complaint", body={"matter_text": ["x"]}, actor=who, at=AT)
    actions.ask_erasure(actor=who, at=AT)
    assert actions.erase_asked(actor=PROGRAM, at=NEXT - timedelta(seconds=1)) == 0
    assert actions.erase_asked(actor=PROGRAM, at=NEXT) == 1
    assert Person.objects.get(id=who.id).state == "erased"
    assert not Draft.objects.exists()
    assert ErasureRequest.objects.get().erased_at == NEXT
    assert actions.erase_asked(actor=PROGRAM, at=NEXT) == 0
    assert "person.erasure_asked" in events_of(who.id)


def test_what_the_law_holds_is_waited_for(held: list[Retention]) -> None:
    who = someone()
    held.append(Retention("P-05", 2, NEXT + timedelta(days=9)))
    actions.ask_erasure(actor=who, at=AT)
    assert queries.held(who, AT) == held
    assert actions.erase_asked(actor=PROGRAM, at=NEXT) == 0
    assert Person.objects.get(id=who.id).state == "active"
    held.clear()
    assert actions.erase_asked(actor=PROGRAM, at=NEXT) == 1


def test_it_can_be_taken_back_and_asked_again(held: list[Retention]) -> None:
    who = someone()
    actions.ask_erasure(actor=who, at=AT)
    with pytest.raises(Refusal):
        actions.ask_erasure(actor=who, at=AT)
    actions.withdraw_erasure(actor=who, at=AT)
    assert queries.request(who) is None
    assert actions.erase_asked(actor=PROGRAM, at=NEXT) == 0
    with pytest.raises(Refusal):
        actions.withdraw_erasure(actor=who, at=AT)
    actions.ask_erasure(actor=who, at=NEXT)
    assert ErasureRequest.objects.count() == 2


def test_only_for_oneself(held: list[Retention]) -> None:
    with pytest.raises(NotAllowed):
        actions.ask_erasure(actor=acting(staff()), at=AT)
    with pytest.raises(NotAllowed):
        actions.erase_asked(actor=someone(), at=AT)
    assert not ErasureRequest.objects.exists()
    assert accounts.retentions(someone().id, AT) == []
