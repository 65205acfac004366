"""Loading rulebooks into the database: once, with every text kept and every change told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.engine.errors import NotAllowed
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.models import Entry
from bihuan.journal.subject import Subject
from bihuan.norms import actions, arrangement, cache, queries
from bihuan.norms.models import CalendarYear, ClauseText, Edition, Override
from bihuan.norms.reading import RulebookInvalid
from bihuan.norms.tests.books import KNOWN, write_book

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, tzinfo=UTC)


def load() -> actions.Loaded:
    return actions.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)


def changes(clause_id: str) -> list[tuple[str, object]]:
    entries = journal.entries_of(Subject.named("clause", clause_id).id)
    return [(entry.data["kind"], entry.data.get("dates")) for entry in entries]


def test_a_first_load_keeps_texts_editions_and_calendars(shelf: Path) -> None:
    write_book(shelf)
    loaded = load()
    assert (loaded.books, loaded.clauses, loaded.years[0]) == (("pcn",), ("PCN-3.4.b",), 2004)
    clause = queries.rules().get("PCN-3.4.b")
    assert ClauseText.objects.get().hash == clause.hash
    assert queries.clause_text(clause.hash) == clause
    assert CalendarYear.objects.count() == len(arrangement.shipped())


def test_loading_again_changes_nothing(shelf: Path) -> None:
    write_book(shelf)
    load()
    before = (Edition.objects.count(), Entry.objects.count(), CalendarYear.objects.count())
    assert load() == actions.Loaded((), (), ())
    assert (Edition.objects.count(), Entry.objects.count(), CalendarYear.objects.count()) == before


def test_a_new_value_by_date_is_told_apart_from_a_correction(shelf: Path) -> None:
    write_book(shelf)
    load()
    write_book(shelf, limit="24h\n  2027-01-01: 12h")
    load()
    write_book(shelf, limit="20h\n  2027-01-01: 12h")
    load()
    assert changes("PCN-3.4.b") == [("added", None), ("value", ["2027-01-01"]), ("correction", None)]


def test_another_wording_and_another_stop_event(shelf: Path) -> None:
    write_book(shelf)
    load()
    write_book(shelf, title={"zh": "告诉", "en": "Telling"})
    load()
    write_book(shelf, title={"zh": "告诉", "en": "Telling"}, stops_on="thing.begun")
    load()
    write_book(shelf, title={"zh": "告诉", "en": "Telling"}, stops_on="thing.begun", status="planned")
    load()
    assert [kind for kind, _ in changes("PCN-3.4.b")] == ["added", "wording", "correction", "status"]


def test_a_removed_clause_keeps_its_text_and_still_rules_old_clocks(shelf: Path) -> None:
    path = write_book(shelf)
    load()
    old = queries.clause("PCN-3.4.b")
    path.unlink()
    (shelf / "pcn" / "scenarios" / "one.yaml").unlink()
    load()
    assert "PCN-3.4.b" not in queries.rules()
    assert queries.rules().text_of("PCN-3.4.b", old.hash) == old
    assert changes("PCN-3.4.b")[-1][0] == "removed"


def test_a_former_text_of_any_kind_rules_the_clocks_it_started(shelf: Path) -> None:
    write_book(shelf, kind="control")
    load()
    old = queries.clause("PCN-3.4.b")
    write_book(shelf, kind="control", limit="12h")
    load()
    assert queries.rules().text_of("PCN-3.4.b", old.hash) == old
    assert queries.rules().get("PCN-3.4.b") != old


def test_the_history_shows_each_text_once(shelf: Path) -> None:
    for limit in ("24h", "12h"):
        write_book(shelf, limit=limit)
        load()
    found = [str(text.clause.limits[0][1].fixed) for text in queries.history("PCN-3.4.b")]
    assert found == ["24h", "12h"]


def test_what_the_operator_replaced_is_noted(
    shelf: Path, tmp_path_factory: pytest.TempPathFactory, settings: object
) -> None:
    own = tmp_path_factory.mktemp("own")
    write_book(shelf)
    write_book(own, limit="12h")
    load()
    shipped = queries.clause("PCN-3.4.b").hash
    settings.RULEBOOK_OVERRIDES = str(own)  # type: ignore[attr-defined]
    load()
    row = Override.objects.get()
    assert (row.clause_id, row.shipped) == ("PCN-3.4.b", shipped)
    assert [book.overridden for book in queries.books()] == [("PCN-3.4.b",)]
    assert str(queries.rules().get("PCN-3.4.b").limits[0][1].fixed) == "12h"


def test_faulty_rulebooks_change_nothing(shelf: Path) -> None:
    write_book(shelf)
    load()
    write_book(shelf, stops_on="thing.vanished")
    with pytest.raises(RulebookInvalid, match=r"undeclared event thing\.vanished"):
        load()
    assert Edition.objects.count() == 1


def test_a_text_that_was_never_loaded_is_not_used(shelf: Path) -> None:
    write_book(shelf)
    load()
    write_book(shelf, limit="1h")
    cache.forget()
    with pytest.raises(cache.NotLoaded, match=r"PCN-3\.4\.b"):
        queries.rules()


def test_a_stored_text_cannot_be_changed(shelf: Path) -> None:
    write_book(shelf)
    load()
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE norms_clausetext SET body = '{}'")


def test_an_agent_may_not_load(shelf: Path) -> None:
    agent = Actor(id=PROGRAM.id, kind=ActorKind.STAFF, roles=frozenset({"agent"}))
    with pytest.raises(NotAllowed):
        actions.load_rulebooks(actor=agent, at=AT, known=KNOWN)
    assert Edition.objects.count() == 0
