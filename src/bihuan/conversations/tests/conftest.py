from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from bihuan.accounts.actions import TextRef, keep_text
from bihuan.accounts.models import Person
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.subject import Subject

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
AGENT = Actor(UUID(int=7), ActorKind.STAFF, frozenset({"agent"}))
CONSUMER = Actor(UUID(int=8), ActorKind.CONSUMER, frozenset({"consumer"}))


@pytest.fixture
def case(db: None) -> UUID:
    """A case's id; whoever writes there is registered, since drafts are sealed under their keys."""
    for who in (AGENT, CONSUMER):
        name = "writer" if who.kind is ActorKind.STAFF else None
        Person.objects.create(
            id=who.id, kind=who.kind, username=name, pseudonym=f"P{who.id.int}", created_at=AT
        )
    return uuid4()


def words(case_id: UUID, body: str = "我们正在核实", actor: Actor = PROGRAM) -> TextRef:
    return keep_text(body=body, subject=Subject("case", case_id), about=None, actor=actor, at=AT)
