from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts.actions import NewPerson, create_person
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.workforce import actions
from bihuan.workforce.queries import people

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MANAGER = Actor(UUID(int=1), ActorKind.STAFF, frozenset({"manager"}))
SUPERVISOR = Actor(UUID(int=2), ActorKind.STAFF, frozenset({"supervisor"}))
AGENT = Actor(UUID(int=3), ActorKind.STAFF, frozenset({"agent"}))
_numbers = count(1)


@pytest.fixture(autouse=True)
def _no_load() -> Any:
    kept = list(people._load)
    people._load.clear()
    yield
    people._load[:] = kept


def hired(**more: Any) -> UUID:
    """Somebody who works here and is not fit for duty yet."""
    number = next(_numbers)
    person = create_person(
        new=NewPerson(kind=ActorKind.STAFF, username=f"worker{number}"), actor=PROGRAM, at=AT - 100 * DAY
    )
    facts: dict[str, Any] = {"number": f"E{number:04}", "education": "college", "skills": ["quality"], **more}
    actions.hire(person_id=person.id, actor=MANAGER, at=AT - 100 * DAY, **facts)
    return person.id


def on_duty(**more: Any) -> UUID:
    """Somebody fit for duty at AT."""
    person_id = hired(**more)
    certify(person_id)
    actions.plan_shift(
        person_id=person_id, from_at=AT - DAY, until_at=AT + DAY, actor=SUPERVISOR, at=AT - 2 * DAY
    )
    return person_id


def certify(person_id: UUID) -> None:
    actions.issue_certificate(
        person_id=person_id, version="2026", from_at=AT - 10 * DAY, until_at=AT + 10 * DAY, actor=MANAGER,
        at=AT - 10 * DAY,
    )  # fmt: skip
