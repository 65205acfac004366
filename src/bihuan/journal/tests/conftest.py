"""A journal of its own for each test, and a place outside for its anchors.

Entries cannot be deleted by a test's rollback here: anchors only take what is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from bihuan.journal.actions import Draft, Written, append
from bihuan.journal.actor import PROGRAM
from bihuan.journal.events import REGISTRY, Event, event
from bihuan.journal.subject import Subject

TRIGGERS = "ALTER TABLE journal_entry {0} TRIGGER USER; ALTER TABLE journal_anchor {0} TRIGGER USER"
AT = datetime(2026, 3, 2, 1, 2, 3, 4, tzinfo=UTC)


@event("journal.tried", zh="试验 {step}", en="Tried {step}")
class Tried(Event):
    step: int
    code: str = "a.b"
    by: UUID | None = None


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    REGISTRY["journal.tried"] = Tried
    yield
    REGISTRY.pop("journal.tried", None)


COMMITTED = pytest.mark.django_db(transaction=True, available_apps=["bihuan.journal"])
"""For tests whose entries are committed; only this module's tables are there to be emptied."""


@pytest.fixture
def journal(_django_db_helper: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """An empty journal (of a test marked COMMITTED); the folder outside."""
    settings.ANCHOR_ROOT = tmp_path / "anchors"
    _empty()
    yield settings.ANCHOR_ROOT
    _empty()


def _empty() -> None:
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{TRIGGERS.format('DISABLE')}; DELETE FROM journal_entry; DELETE FROM journal_head;"
            " DELETE FROM journal_receipt; DELETE FROM journal_anchor_copy; DELETE FROM journal_anchor;"
            f" {TRIGGERS.format('ENABLE')}; ALTER SEQUENCE journal_entry_id_seq RESTART;"
            " UPDATE journal_deployment SET kind = 'production', epoch = 1, frozen_at = NULL"
        )


def write(subject: Subject | None = None, steps: int = 1, *, first: int = 1, **more: Any) -> list[Written]:
    """Entries of one subject, each in a transaction of its own."""
    subject = subject or Subject("case", uuid4())
    made = []
    for step in range(first, first + steps):
        with transaction.atomic():
            made += append([Draft(subject, Tried(step=step, **more), PROGRAM, AT)])
    return made


@pytest.fixture
def owner(journal: Path) -> Callable[..., int]:
    """Runs SQL as the owner who switched the triggers off."""

    def run(sql: str, *values: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(TRIGGERS.format("DISABLE"))
            cursor.execute(sql, values or None)
            count = cursor.rowcount
            cursor.execute(TRIGGERS.format("ENABLE"))
        return count

    return run
