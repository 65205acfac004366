"""Reading the rules. They are public promises, so no permission is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bihuan.accounts import queries as texts
from bihuan.engine.clause import Clause, parse_clause
from bihuan.engine.clock import Calendars, Clock
from bihuan.engine.errors import NotFound
from bihuan.engine.explain import ExplainStep
from bihuan.engine.explain import explain as engine_explain
from bihuan.engine.rulebook import RuleIndex
from bihuan.norms import cache, checking
from bihuan.norms.arrangement import Year
from bihuan.norms.models import (
    BusinessHoursSet,
    CalendarEdition,
    CalendarYear,
    ClauseText,
    Edition,
    Override,
    Switch,
)
from bihuan.norms.reading import Book, Library, ReadClause

NORMS: Final = ("pcn", "ish", "fis", "crp", "asm")
"""The five norms; law-cn and gbt-47746 stand beside them."""


@dataclass(frozen=True, slots=True)
class BookInForce:
    """A rulebook with the edition that was loaded last (None before the first load)."""

    book: Book
    edition: Edition | None
    overridden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextInForce:
    """One text of a clause with the time from which on this installation used it."""

    hash: str
    from_at: datetime
    program: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Carriage:
    """Whether a clause is carried in fact, and how many scenarios name it."""

    carried: bool
    scenarios: int


def rules() -> RuleIndex:
    """Carried clauses that are not switched off; the index also knows former texts by their hash."""
    return cache.in_force().rules


def calendars() -> Calendars:
    """Working days and business hours, newest versions."""
    return cache.in_force().calendars


def calendars_at(version: str) -> Calendars:
    """The calendars as they were under a version that a clock was stamped with. Raises NotFound."""
    now = calendars()
    if now.work.version == version:
        return now
    edition = CalendarEdition.objects.filter(version=version).first()
    if edition is None:
        raise NotFound(kind="calendar", id=version)
    wanted: Mapping[str, int] = edition.years["years"]
    rows = CalendarYear.objects.filter(year__in=wanted)
    years = [Year(row.year, row.days, row.complete) for row in rows if wanted[str(row.year)] == row.version]
    named: Mapping[str, int] = edition.years["hours"]
    sets = BusinessHoursSet.objects.filter(name__in=named)
    return cache.made(years, {s.name: (s.version, s.body) for s in sets if named[s.name] == s.version})


def library() -> Library:
    """The rulebooks as read from the files, planned clauses included."""
    return cache.in_force().library


def read_clause(clause_id: str) -> ReadClause:
    """A clause with its file. Raises NotFound."""
    for book in library().books.values():
        if clause_id in book.clauses:
            return book.clauses[clause_id]
    raise NotFound(kind="clause", id=clause_id)


def clause(clause_id: str) -> Clause:
    """The present text of a clause, carried or planned, switched off or not. Raises NotFound."""
    return read_clause(clause_id).clause


def clause_text(text_hash: str) -> Clause:
    """A text by its hash, however old. Raises NotFound."""
    for read in library():
        if read.clause.hash == text_hash:
            return read.clause
    row = ClauseText.objects.filter(hash=text_hash).first()
    if row is None:
        raise NotFound(kind="clause text", id=text_hash)
    return parse_clause(row.body, row.book)


def books() -> list[BookInForce]:
    """All rulebooks, the five norms first."""
    editions = {row.book: row for row in Edition.objects.order_by("book", "-id").distinct("book")}
    rows = Override.objects.filter(edition__in=editions.values()).order_by("clause_id")
    own = [(row.edition_id, row.clause_id) for row in rows]
    found = []
    for book in sorted(library().books.values(), key=_place):
        edition = editions.get(book.id)
        found.append(BookInForce(book, edition, tuple(c for e, c in own if edition and e == edition.pk)))
    return found


def history(clause_id: str) -> list[TextInForce]:
    """Every text of a clause that was in force here, oldest first; changes of other clauses left out."""
    editions = Edition.objects.filter(clauses__has_key=clause_id).order_by("id")
    texts = {row.hash: row for row in ClauseText.objects.filter(clause_id=clause_id)}
    found: list[TextInForce] = []
    for edition in editions:
        text = edition.clauses[clause_id]
        if not found or found[-1].hash != text:
            row = texts[text]
            found.append(
                TextInForce(text, edition.loaded_at, edition.program, parse_clause(row.body, row.book))
            )
    return found


def switched_off() -> Mapping[str, Switch]:
    """Clauses that start no clocks at present; ``reasons`` says why."""
    return cache.in_force().switched


def switches(*, start: datetime, end: datetime) -> list[Switch]:
    """Switches that were off at some time in [start, end), oldest first."""
    found = Switch.objects.filter(off_from__lt=end).exclude(on_again_from__lte=start)
    return list(found.order_by("off_from"))


def reasons(found: Iterable[Switch]) -> dict[int, str]:
    """Why clauses were switched off, by the id of the switch; one round trip."""
    rows = list(found)
    bodies = texts.bodies(row.reason_id for row in rows)
    return {row.pk: bodies.get(row.reason_id, "") for row in rows}


def calendar_years() -> list[CalendarYear]:
    """The version in force of each stored year, without years that were never loaded."""
    return list(CalendarYear.objects.order_by("year", "-version").distinct("year"))


def is_published(day: date) -> bool:
    """Whether the year of this day has its arrangement; without it deadlines are provisional."""
    return day.year in calendars().work.years


def explain(clock: Clock) -> list[ExplainStep]:
    """Why this clock ends when it does, by the text and the calendar that it was counted with.

    Raises NotFound where one of them was never stored here.
    """
    return engine_explain(clock, clause_text(clock.clause_hash), calendars_at(clock.calendar_version))


def coverage(found: Library | None = None) -> dict[str, Any]:
    """How many clauses of the five norms are carried, by book, and which are missing.

    Carried means: the file says so, and its events, evidence query and scenarios exist.
    """
    found = found or library()
    carried = carried_ids(found, checking.known())
    by_book = _counts(found, carried)
    norms = {book: by_book[book] for book in NORMS if book in by_book}
    missing = [r.clause.id for r in found if r.clause.book in NORMS and r.clause.id not in carried]
    return {
        "clauses": sum(row["clauses"] for row in norms.values()),
        "carried": sum(row["carried"] for row in norms.values()),
        "by_book": norms,
        "missing": sorted(missing),
        "beside": {book: row for book, row in by_book.items() if book not in NORMS},
    }


def carriage() -> dict[str, Carriage]:
    """Of every clause of every rulebook, by its id."""
    found = library()
    carried = carried_ids(found, checking.known())
    proven = checking.scenarios_by_clause(found)
    return {r.clause.id: Carriage(r.clause.id in carried, proven.get(r.clause.id, 0)) for r in found}


def carried_ids(found: Library, exists: checking.Known) -> set[str]:
    """Clauses that are carried in fact."""
    proven = checking.scenarios_by_clause(found)
    return {
        read.clause.id
        for read in found
        if read.clause.status == "carried" and not any(checking.lacking(read, exists, proven))
    }


def _counts(found: Library, carried: set[str]) -> dict[str, dict[str, int]]:
    every = Counter(read.clause.book for read in found)
    done = Counter(read.clause.book for read in found if read.clause.id in carried)
    return {book: {"clauses": every[book], "carried": done[book]} for book in every}


def _place(book: Book) -> tuple[int, str]:
    return (NORMS.index(book.id) if book.id in NORMS else len(NORMS), book.id)
