"""Drafts: sealed, one's own, gone when they are thrown away or old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts.models import Person
from bihuan.accounts.tests.factories import AT, acting, consumer, staff
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.personal import actions, queries
from bihuan.personal.models import Draft

pytestmark = pytest.mark.django_db


def someone(phone: str = "13800138000") -> Actor:
    return acting(Person.objects.get(id=consumer(phone)))


def save(who: Actor, **more: Any) -> None:
    given = {"kind": "complaint", "body": {"matter_text": ["水壶漏水"]}, "at": AT, **more}
    actions.save_draft(actor=who, **given)


def test_the_last_one_counts_and_is_found_again() -> None:
    who = someone()
    save(who)
    save(who, body={"matter_text": ["水壶漏水，很烫"], "line": ["1", "2"]}, at=AT + timedelta(minutes=1))
    found = queries.draft(who, "complaint")
    assert found is not None
    assert found.body == {"matter_text": ["水壶漏水，很烫"], "line": ["1", "2"]}
    assert found.saved_at == AT + timedelta(minutes=1)
    assert queries.draft(who, "report") is None


def test_it_lies_sealed_and_nobody_else_finds_it() -> None:
    save(someone())
    assert "水壶".encode() not in bytes(Draft.objects.get().sealed)
    assert queries.draft(someone("13912345678"), "complaint") is None


def test_thrown_away_it_is_gone() -> None:
    who = someone()
    save(who)
    actions.discard_draft(kind="complaint", actor=who, at=AT)
    assert not Draft.objects.exists()
    actions.discard_draft(kind="complaint", actor=who, at=AT)


def test_too_long_a_draft_is_refused_and_the_former_stands() -> None:
    who = someone()
    save(who)
    with pytest.raises(Invalid):
        save(who, body={"matter_text": ["很长" * 20_000]})
    found = queries.draft(who, "complaint")
    assert found is not None
    assert found.body == {"matter_text": ["水壶漏水"]}


def test_staff_and_the_session_of_one_case_have_none() -> None:
    who = someone()
    for other in (acting(staff()), Actor(who.id, who.kind, who.roles, case_id=UUID(int=1))):
        with pytest.raises(NotAllowed):
            save(other)
    assert not Draft.objects.exists()


def test_old_ones_are_swept_away() -> None:
    save(someone())
    save(someone("13912345678"), at=AT + timedelta(days=2))
    assert actions.sweep_drafts(actor=PROGRAM, at=AT + timedelta(days=31)) == 1
    assert Draft.objects.count() == 1
