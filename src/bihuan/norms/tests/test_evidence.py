"""Evidence queries: registered once, counted and paged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.engine.errors import NotFound
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject
from bihuan.norms import evidence
from bihuan.norms.events import HoursSet
from bihuan.norms.models import CalendarYear

AT = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime.now(UTC)
PERIOD = {"start": NOW - timedelta(hours=1), "end": NOW + timedelta(hours=1)}


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_QUERIES", {})
    monkeypatch.setattr(evidence, "_install", lambda: None)


@pytest.mark.django_db
def test_journal_entries_are_counted_and_paged() -> None:
    desk = Subject.named("hours", "desk")
    drafts = [Draft(desk, HoursSet(name="desk", version=n), PROGRAM, AT) for n in range(3)]
    journal.append(drafts)
    evidence.register("norms.hours", evidence.entries("hours.set"))
    rows = evidence.rows("norms.hours", clause="PCN-1", **PERIOD)
    first = rows.page("", 2)
    assert (rows.count(), len(first), first[0].kind, first[0].id) == (3, 2, "hours", desk.id)
    assert len(rows.page(first[-1].key, 2)) == 1
    assert evidence.rows("norms.hours", clause="PCN-1", start=AT, end=AT + timedelta(days=1)).count() == 0


@pytest.mark.django_db
def test_rows_of_a_table_are_counted_and_paged() -> None:
    for year in (2030, 2031):
        CalendarYear.objects.create(year=year, version=1, hash="", source="", days=[], loaded_at=AT)
    rows = evidence.of(CalendarYear.objects.all(), at="loaded_at", kind="calendar", subject="year")
    (first,) = rows.page("", 1)
    assert (rows.count(), first.at, first.id) == (2, AT, 2030)
    assert [row.id for row in rows.page(first.key, 5)] == [2031]


def test_a_name_is_registered_once() -> None:
    evidence.register("a.b", evidence.entries("hours.set"))
    evidence.register("a.b", evidence.entries("hours.set"))
    with pytest.raises(RuntimeError, match="registered twice"):
        evidence.register("a.b", evidence.entries("calendar.loaded"))


def test_an_unknown_name_is_not_found() -> None:
    with pytest.raises(NotFound):
        evidence.rows("a.c", clause="PCN-1", **PERIOD)
