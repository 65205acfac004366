"""A letter is told of to its reader's stream alone, without a word of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts.models import Person
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import staff
from bihuan.journal import time
from bihuan.notices import actions
from bihuan.notices.ports import choice
from bihuan.notices.ports.station import StationPort
from bihuan.notices.tests.factories import AT, queue
from bihuan.project.live import hub
from bihuan.project.tests.listening import Listener, session_of

pytestmark = pytest.mark.django_db(transaction=True)
Listen = Callable[[Person], Listener]


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    monkeypatch.setattr(hub, "EVERY", 0.03)
    time._kinds.clear()
    choice.install({"station": StationPort()})
    opened: list[Any] = []

    def listen(person: Person) -> Listener:
        opened.append(Listener(session_of(person)))
        return opened[-1]

    yield listen
    choice.install({})
    for one in opened:
        one.leave()


def letter(person_id: UUID, key: str) -> UUID:
    made = queue(person_id, kind="mention", key=key)
    actions.place(notice_ids=[made], at=AT)
    return made


def test_only_the_reader_hears_of_a_letter(listen: Listen) -> None:
    one, other = staff(Role.AGENT), staff(Role.AGENT)
    mine, theirs = listen(one), listen(other)
    first, second = letter(one.id, "k1"), letter(other.id, "k2")
    theirs.wait(lambda: theirs.heard("letter"))
    mine.wait(lambda: mine.heard("letter"))
    assert mine.heard("letter") == [{"letter": str(first)}]
    assert theirs.heard("letter") == [{"letter": str(second)}]
