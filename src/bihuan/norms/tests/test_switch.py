"""Switching clauses off and on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.subject import Subject
from bihuan.norms import actions, queries
from bihuan.norms.models import Switch
from bihuan.norms.tests.books import KNOWN, write_book

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, tzinfo=UTC)
LAWYER = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"officer_legal"}))
AGENT = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"agent"}))
ID = "PCN-3.4.b"


@pytest.fixture(autouse=True)
def _book(shelf: Path) -> None:
    write_book(shelf)
    actions.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)


def off(reason: str = "另有合同约定", actor: Actor = LAWYER) -> Switch:
    return actions.switch_off(clause_id=ID, reason=reason, actor=actor, at=AT)


def test_a_clause_switched_off_starts_no_clocks_but_rules_those_that_run() -> None:
    text = queries.rules().get(ID)
    row = off()
    assert queries.rules().starting("thing.begun") == ()
    assert queries.rules().text_of(ID, text.hash) == text
    assert queries.reasons(queries.switched_off().values()) == {row.pk: "另有合同约定"}


def test_switched_on_again() -> None:
    off()
    row = actions.switch_on(clause_id=ID, actor=LAWYER, at=AT + timedelta(days=1))
    assert (row.on_again_from, row.on_by) == (AT + timedelta(days=1), LAWYER.id)
    assert [clause.id for clause in queries.rules().starting("thing.begun")] == [ID]
    assert queries.switched_off() == {}


def test_both_steps_are_in_the_journal() -> None:
    off()
    actions.switch_on(clause_id=ID, actor=LAWYER, at=AT)
    entries = journal.entries_of(Subject.named("clause", ID).id)
    assert [entry.event for entry in entries] == [
        "clause.changed",
        "clause.switched_off",
        "clause.switched_on",
    ]
    assert entries[1].actor_id == LAWYER.id


def test_a_period_shows_the_switches_that_touch_it() -> None:
    off()
    actions.switch_on(clause_id=ID, actor=LAWYER, at=AT + timedelta(days=2))
    day = timedelta(days=1)
    assert [s.clause_id for s in queries.switches(start=AT + day, end=AT + 2 * day)] == [ID]
    assert queries.switches(start=AT + 2 * day, end=AT + 3 * day) == []
    assert queries.switches(start=AT - day, end=AT) == []


def test_personal_data_in_a_reason_is_not_kept() -> None:
    row = off("请联系 13800138000")
    assert "13800138000" not in queries.reasons([row])[row.pk]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_needed(reason: str) -> None:
    with pytest.raises(Invalid, match="needs a reason"):
        off(reason)
    assert Switch.objects.count() == 0


def test_an_agent_may_not_switch() -> None:
    with pytest.raises(NotAllowed):
        off(actor=AGENT)
    assert Switch.objects.count() == 0
    assert ID in queries.rules()


def test_not_twice_and_not_what_does_not_exist() -> None:
    off()
    with pytest.raises(Refusal, match="switched off already"):
        off()
    with pytest.raises(NotFound):
        actions.switch_off(clause_id="PCN-0", reason="x", actor=LAWYER, at=AT)
    assert Switch.objects.count() == 1


def test_what_is_on_cannot_be_switched_on() -> None:
    with pytest.raises(Refusal, match="is not switched off"):
        actions.switch_on(clause_id=ID, actor=LAWYER, at=AT)
