"""Calendars and business hours in the database: versions, provisional years, old versions found again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bihuan.engine.calendar import BadCalendar, BadHours
from bihuan.engine.errors import NotAllowed, NotFound
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.subject import Subject
from bihuan.norms import actions, queries
from bihuan.norms.due import sample
from bihuan.norms.models import BusinessHoursSet, CalendarEdition, CalendarYear
from bihuan.norms.tests.books import KNOWN, write_book

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 10, tzinfo=UTC)
ADMIN = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"administrator"}))
HOURS = {"weekly": {str(day): [["09:00", "18:00"]] for day in range(5)}, "breaks": [["12:00", "13:00"]]}


@pytest.fixture(autouse=True)
def _book(shelf: Path) -> None:
    write_book(shelf)
    actions.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)


def year(*days: tuple[str, bool], number: int = 2027) -> dict[str, Any]:
    rows = [{"name": "元旦", "date": day, "isOffDay": off} for day, off in days]
    return {"year": number, "days": rows}


def load(data: dict[str, Any], **more: Any) -> CalendarYear:
    return actions.import_calendar(data=data, source="gov.cn", actor=ADMIN, at=AT, **more)


def test_a_year_that_is_loaded_is_no_longer_provisional() -> None:
    assert not queries.is_published(date(2027, 1, 4))
    row = load(year(("2027-01-01", True), ("2027-01-02", True)), published_on=date(2026, 11, 9))
    assert (row.version, row.published_on) == (1, date(2026, 11, 9))
    assert queries.is_published(date(2027, 1, 4))
    (entry,) = journal.entries_of(Subject.named("calendar", "2027").id)
    assert (entry.event, entry.data["first"], entry.actor_id) == ("calendar.loaded", True, ADMIN.id)


def test_a_year_replaced_is_a_new_version_and_the_old_one_can_be_found() -> None:
    load(year(("2027-01-01", True), ("2027-01-04", True)))
    old = queries.calendars().work
    row = load(year(("2027-01-01", True)))
    assert row.version == 2
    assert queries.calendars().work.is_workday(date(2027, 1, 4))
    assert queries.calendars_at(old.version).work == old
    assert not queries.calendars_at(old.version).work.is_workday(date(2027, 1, 4))


def test_the_same_year_again_changes_nothing() -> None:
    first = load(year(("2027-01-01", True)))
    assert load(year(("2027-01-01", True))).pk == first.pk
    assert len(journal.entries_of(Subject.named("calendar", "2027").id)) == 1


def test_an_incomplete_year_stays_provisional() -> None:
    load(year(("2027-01-01", True)), complete=False)
    assert not queries.is_published(date(2027, 1, 4))
    assert load(year(("2027-01-01", True))).version == 2
    assert queries.is_published(date(2027, 1, 4))


def test_faulty_data_is_refused() -> None:
    before = CalendarYear.objects.count()
    for data in ({}, {"year": 2027, "days": []}, year(("2027-06-99", True)), year(("2031-01-01", True))):
        with pytest.raises(BadCalendar):
            load(data)
    assert CalendarYear.objects.count() == before


def test_only_an_administrator_loads_calendars() -> None:
    lawyer = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"officer_legal"}))
    with pytest.raises(NotAllowed):
        actions.import_calendar(data=year(("2027-01-01", True)), source="x", actor=lawyer, at=AT)
    assert not queries.is_published(date(2027, 1, 4))


def test_a_clock_is_explained_by_the_text_and_calendar_it_was_counted_with() -> None:
    clause, old = queries.clause("PCN-3.4.b"), queries.calendars()
    clock = sample(clause, AT, {}, old)
    load(year(("2027-01-01", True)))
    steps = {step.code: step.text_en for step in queries.explain(clock)}
    assert steps["calendar"] == f"Working-day calendar {old.work.version}"
    assert steps["limit"] == "Limit 24 hours"


def test_a_year_loaded_before_the_rulebooks_keeps_the_shipped_ones() -> None:
    CalendarEdition.objects.all().delete()
    CalendarYear.objects.all().delete()
    load(year(("2027-01-01", True)))
    version = queries.calendars().work.version
    edition = CalendarEdition.objects.get(version=version)
    assert (edition.years["years"]["2004"], edition.years["years"]["2027"]) == (1, 1)


def test_an_unknown_calendar_version_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.calendars_at("cn-0000")


def test_business_hours_have_versions() -> None:
    before = queries.calendars().work.version
    actions.set_hours(name="desk", body=HOURS, actor=ADMIN, at=AT)
    assert actions.set_hours(name="desk", body=HOURS, actor=ADMIN, at=AT).version == 1
    later = {**HOURS, "breaks": []}
    assert actions.set_hours(name="desk", body=later, actor=ADMIN, at=AT).version == 2
    hours = queries.calendars().hours["desk"]
    start = datetime.fromisoformat("2026-09-18T17:30:00+08:00")
    # Sunday the 20th is a working day
    assert hours.add(start, 3600).isoformat() == "2026-09-20T09:30:00+08:00"
    assert queries.calendars().work.version != before


@pytest.mark.parametrize(
    "body", [{}, {"weekly": {"9": []}}, {"weekly": {"0": [["18:00", "09:00"]]}}, {"weekly": {}, "odd": 1},
             {"weekly": {"0": "09:00"}}, {"weekly": {"x": []}}, {"weekly": {}, "tz": "Mars/Base"}]
)  # fmt: skip
def test_faulty_hours_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadHours):
        actions.set_hours(name="desk", body=body, actor=ADMIN, at=AT)
    assert BusinessHoursSet.objects.count() == 0
