"""Reading the rules. They are public promises, so no permission is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from bihuan.accounts import queries as texts
from bihuan.engine.clause import Clause, parse_clause
from bihuan.engine.clock import Calendars, Clock
from bihuan.engine.errors import NotFound
from bihuan.engine.explain import ExplainStep
from bihuan.engine.explain import explain as engine_explain
from bihuan.engine.rulebook import RuleIndex
from bihuan.norms import cache, checking, finding, limits, previewing, reading
from bihuan.norms.arrangement import Year
from bihuan.norms.finding import Found
from bihuan.norms.models import (
    BusinessHoursSet,
    CalendarEdition,
    CalendarYear,
    ClauseText,
    Edition,
    Override,
    OwnLimit,
    Switch,
)
from bihuan.norms.previewing import CalendarPreview
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
class OwnText:
    """A clause that the operator's folder replaced (``shipped`` is the text it stands for) or added."""

    clause: Clause
    shipped: Clause | None
    from_at: datetime | None


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


def find(text: str, *, limit: int = 12) -> list[Found]:
    """Clauses of every rulebook that hold these words of either language, the nearest first."""
    return finding.find(library(), text, limit)


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


def header_of(book_id: str) -> Mapping[str, Any]:
    """The header of a rulebook, also of one that is no longer read from files. Raises NotFound."""
    book = library().books.get(book_id)
    if book is not None:
        return book.header
    edition = Edition.objects.filter(book=book_id).order_by("-id").first()
    if edition is None:
        raise NotFound(kind="rulebook", id=book_id)
    header: Mapping[str, Any] = edition.header
    return header


def own_texts() -> list[OwnText]:
    """Clauses whose text is this operator's own, each with the shipped text that it stands for."""
    found = [read for read in library() if read.own]
    return [_own_text(read) for read in sorted(found, key=lambda read: read.clause.id)]


def _own_text(read: ReadClause) -> OwnText:
    shipped = reading.shipped(read.clause.book, read.clause.id) if read.replaces else None
    texts_ = history(read.clause.id)
    return OwnText(read.clause, shipped, texts_[-1].from_at if texts_ else None)


def mark() -> UUID | None:
    """Another one whenever what is in force changed: for what other modules keep of it in a process."""
    return cache.in_force().token


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


@dataclass(frozen=True, slots=True)
class Switched:
    """Something of the rules that the operator set otherwise than the files say, and why.

    ``kind``: ``off`` (the clause starts no clocks) or ``limit`` (own figure; ``value`` as a clause file
    writes it, ``since`` its first day). ``until_at`` is empty while it lasts.
    """

    kind: str
    clause_id: str
    from_at: datetime
    by: UUID
    reason: str
    until_at: datetime | None = None
    since: date | None = None
    value: Any = None


def switched(*, start: datetime | None = None, end: datetime | None = None) -> list[Switched]:
    """What the conformity report must print: clauses that were off at some time in [start, end), and own
    limits that bound in it; without a period what holds now and what is set for later. Oldest first."""
    offs = Switch.objects.all() if start or end else Switch.objects.filter(on_again_from=None)
    own = OwnLimit.objects.filter(withdrawn_at=None)
    if end is not None:
        offs, own = offs.filter(off_from__lt=end), own.filter(since__lte=timezone.localdate(end))
    if start is not None:
        offs = offs.exclude(on_again_from__lte=start)
    rows, figures = list(offs), list(own)
    why = texts.bodies([*(r.reason_id for r in rows), *(o.reason_id for o in figures)])
    found = [
        Switched("off", r.clause_id, r.off_from, r.off_by, why.get(r.reason_id, ""), r.on_again_from)
        for r in rows
    ]
    found += [
        Switched(
            "limit", o.clause_id, o.made_at, o.made_by, why.get(o.reason_id, ""), since=o.since, value=o.value
        )
        for o in figures
    ]
    return sorted(found, key=lambda each: (each.from_at, each.clause_id))


def switch_history(clause_id: str) -> list[Switch]:
    """Every time a clause was switched off, the latest first."""
    return list(Switch.objects.filter(clause_id=clause_id).order_by("-off_from"))


def own_limits(clause_id: str | None = None) -> list[OwnLimit]:
    """Own figures, those taken back included, the latest day first; of one clause or of all."""
    found = OwnLimit.objects.order_by("-since", "-id")
    return list(found.filter(clause_id=clause_id) if clause_id else found)


def own_limit(clause_id: str, limit_id: int) -> OwnLimit:
    """One own figure. Raises NotFound."""
    found = OwnLimit.objects.filter(clause_id=clause_id, id=limit_id).first()
    if found is None:
        raise NotFound(kind="limit", id=str(limit_id))
    return found


def shipped_clause(clause_id: str) -> Clause:
    """The clause as the files say it, without figures set here. Raises NotFound."""
    read = read_clause(clause_id)
    own = limits.stored().get(clause_id)
    if not own or not read.replaces:
        return read.clause
    return clause_text(read.replaces)


def may_set_limit(one: Clause) -> bool:
    """Whether the operator may set an own figure: a norm or contract with a figure, not the law."""
    figures = bool(one.limits) and not any(value.from_param for _, value in one.limits)
    return figures and one.nature != "statutory" and one.status == "carried"


def preview_calendar(data: Mapping[str, Any], *, complete: bool = True) -> CalendarPreview:
    """Read a year in the public form and compare it with what is in force. Raises BadCalendar."""
    return previewing.preview(data, complete=complete)


def calendar_history(year: int) -> list[CalendarYear]:
    """Every version of a year that was loaded, the latest first."""
    return list(CalendarYear.objects.filter(year=year).order_by("-version"))


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
