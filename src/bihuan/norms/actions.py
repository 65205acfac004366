"""Every change of the rules: loading them, switching clauses, calendars and business hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bihuan.accounts import actions as texts
from bihuan.accounts.permissions import require
from bihuan.engine.calendar import BadCalendar
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.norms import arrangement, cache, checking, editions, events, limits, queries, reading
from bihuan.norms.arrangement import Year
from bihuan.norms.models import (
    BusinessHoursSet,
    CalendarEdition,
    CalendarYear,
    OwnLimit,
    Switch,
)
from bihuan.norms.permissions import NormsPermission
from bihuan.norms.reading import Library

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load changed: books with a new edition, clauses with a new text, calendar years added."""

    books: tuple[str, ...]
    clauses: tuple[str, ...]
    years: tuple[int, ...]


def note_change() -> None:
    """What another module keeps beside the rules in force changed: every process reads it anew (``mark``).

    Called inside the transaction that changes it.
    """
    cache.renew()


def load_rulebooks(*, actor: Actor, at: datetime, known: checking.Known | None = None) -> Loaded:
    """Take the rulebooks and calendars of the files into the database; run at every start, idempotent.

    Raises RulebookInvalid with every problem of the files, and then changes nothing.
    """
    require(actor, NormsPermission.LOAD)
    library = _checked(known)
    with transaction.atomic():
        _lock()
        told: list[tuple[Subject, Event]] = []
        books = [book.id for book in library.books.values() if editions.take(book, at, told)]
        clauses = [event.clause for _, event in told if isinstance(event, events.ClauseChanged)]
        years = _seed_years(at, told)
        if books or years:
            _finish(told, actor, at)
    return Loaded(tuple(books), tuple(clauses), tuple(years))


def switch_off(*, clause_id: str, reason: str, actor: Actor, at: datetime) -> Switch:
    """Let a clause start no clocks from ``at`` on; those that run go on. Conformity prints the reason.

    Raises NotAllowed, NotFound, Invalid (no reason), Refusal (off already).
    """
    require(actor, NormsPermission.SWITCH)
    queries.clause(clause_id)
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise Invalid(
            "Switching {clause_id} off needs a reason of at most {most} characters.",
            code="clause.reason",
            field="reason",
            clause=clause_id,
            clause_id=clause_id,
            most=LONGEST_REASON,
            remedy="Say why the clause does not bind you; the conformity report prints it.",
        )
    subject = Subject.named("clause", clause_id)
    with transaction.atomic():
        kept = texts.keep_text(body=text, subject=subject, about=None, actor=actor, at=at)
        row = _open_switch(clause_id, kept.id, actor, at)
        told = events.ClauseSwitchedOff(
            clause=clause_id, switch_id=row.pk, reason_id=kept.id, digest=kept.digest
        )
        _finish([(subject, told)], actor, at)
    return row


def switch_on(*, clause_id: str, actor: Actor, at: datetime, why: str = "") -> Switch:
    """Let a clause start clocks again, for events from now on. Raises NotAllowed, Refusal (not off)."""
    require(actor, NormsPermission.SWITCH)
    with transaction.atomic():
        row = Switch.objects.select_for_update().filter(clause_id=clause_id, on_again_from=None).first()
        if row is None:
            raise Refusal(
                "{clause_id} is not switched off.",
                code="clause.not_off",
                clause=clause_id,
                clause_id=clause_id,
            )
        subject = Subject.named("clause", clause_id)
        words = texts.keep_reason(why, subject=subject, actor=actor, at=at)
        row.on_again_from, row.on_by, row.on_reason_id = max(at, row.off_from), actor.id, words
        row.save(update_fields=["on_again_from", "on_by", "on_reason_id"])
        told = events.ClauseSwitchedOn(clause=clause_id, switch_id=row.pk, reason_id=words)
        _finish([(subject, told)], actor, at)
    return row


def set_limit(
    *,
    clause_id: str,
    since: date,
    value: Any,
    reason: str,
    actor: Actor,
    at: datetime,
    known: checking.Known | None = None,
) -> OwnLimit:
    """Set the operator's own figure for a clause from a day to come; conformity prints the reason.

    ``value`` as a clause file writes it. Clocks that run keep theirs. Another value for the same day takes
    the place of the first. Raises NotAllowed, NotFound, Refusal (law, no figure), Invalid, ClauseInvalid.
    """
    require(actor, NormsPermission.LIMIT)
    read = queries.read_clause(clause_id)
    limits.check(read.clause, since, value, at)
    limits.laid_over(read, {since: value})
    subject = Subject.named("clause", clause_id)
    with transaction.atomic():
        _lock()
        OwnLimit.objects.filter(clause_id=clause_id, since=since, withdrawn_at=None).update(
            withdrawn_at=at, withdrawn_by=actor.id
        )
        kept = texts.keep_text(body=_reason(reason), subject=subject, about=None, actor=actor, at=at)
        row = OwnLimit.objects.create(
            clause_id=clause_id, since=since, value=value, reason_id=kept.id, made_at=at, made_by=actor.id
        )
        said = events.ClauseLimitSet(
            clause=clause_id, limit_id=row.pk, since=since, reason_id=kept.id, digest=kept.digest
        )
        _load_again([(subject, said)], known, actor, at)
    return row


def withdraw_limit(
    *,
    limit_id: int,
    actor: Actor,
    at: datetime,
    why: str = "",
    known: checking.Known | None = None,
) -> OwnLimit:
    """Take an own figure back before its day; one that binds already is followed by another, never undone.

    Raises NotAllowed, NotFound, Refusal.
    """
    require(actor, NormsPermission.LIMIT)
    with transaction.atomic():
        _lock()
        row = OwnLimit.objects.select_for_update().filter(id=limit_id, withdrawn_at=None).first()
        if row is None:
            raise NotFound(kind="limit", id=str(limit_id))
        if row.since <= timezone.localdate(at):
            raise Refusal(
                "This limit binds already, since {since}.",
                code="clause.limit_binds",
                clause=row.clause_id,
                since=row.since.isoformat(),
                remedy="Set another figure from tomorrow on.",
            )
        row.withdrawn_at, row.withdrawn_by = at, actor.id
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        subject = Subject.named("clause", row.clause_id)
        words = texts.keep_reason(why, subject=subject, actor=actor, at=at)
        said = events.ClauseLimitWithdrawn(
            clause=row.clause_id, limit_id=row.pk, since=row.since, reason_id=words
        )
        _load_again([(subject, said)], known, actor, at)
    return row


def import_calendar(
    *,
    data: Mapping[str, Any],
    source: str,
    actor: Actor,
    at: datetime,
    published_on: date | None = None,
    complete: bool = True,
) -> CalendarYear:
    """Load one year in the public form ``{"year", "days": [{"name", "date", "isOffDay"}]}``.

    A year that is there already becomes a new version; the same content again changes nothing.
    ``complete=False`` keeps the year provisional. Raises NotAllowed, BadCalendar.
    """
    require(actor, NormsPermission.CALENDAR)
    year = arrangement.from_public_json(data)
    with transaction.atomic():
        _lock()
        _seed_years(at, [])
        before = CalendarYear.objects.filter(year=year.year).order_by("-version").first()
        if before is not None and (before.hash, before.complete) == (year.hash, complete):
            return before
        row = _store_year(year, source, published_on, complete, before, at)
        _check_together()
        told = events.CalendarLoaded(
            year=row.year, version=row.version, hash=row.hash, first=before is None or not before.complete
        )
        _finish([(Subject.named("calendar", str(row.year)), told)], actor, at)
    return row


def set_hours(*, name: str, body: Mapping[str, Any], actor: Actor, at: datetime) -> BusinessHoursSet:
    """Define named business hours, or a new version of them. Raises NotAllowed, BadHours, Invalid."""
    require(actor, NormsPermission.HOURS)
    if not name.isidentifier() or not name.isascii() or len(name) > 40:
        raise Invalid(field="name", remedy="Use small letters, digits and underscores.")
    with transaction.atomic():
        _lock()
        _seed_years(at, [])
        named = cache.stored_hours()
        version, before = named.get(name, (0, None))
        cache.made(cache.stored_years(), {**named, name: (version + 1, body)})
        if before == body:
            return BusinessHoursSet.objects.get(name=name, version=version)
        row = BusinessHoursSet.objects.create(name=name, version=version + 1, body=body, set_at=at)
        told = events.HoursSet(name=name, version=row.version)
        _finish([(Subject.named("hours", name), told)], actor, at)
    return row


def _checked(known: checking.Known | None) -> Library:
    """The library as it would be loaded. Raises RulebookInvalid with every problem."""
    library = cache.read_library()
    reading.refuse(checking.problems(library, known or checking.known()))
    return library


def _load_again(
    told: list[tuple[Subject, Event]], known: checking.Known | None, actor: Actor, at: datetime
) -> None:
    """Take what changed into new editions, in the caller's transaction."""
    for book in _checked(known).books.values():
        editions.take(book, at, told)
    _finish(told, actor, at)


def _reason(reason: str) -> str:
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise Invalid(
            "A reason of at most {most} characters is needed.",
            code="reason",
            field="why",
            most=LONGEST_REASON,
            remedy="Say why; the conformity report prints it.",
        )
    return text


def _lock() -> None:
    """One change of the rules at a time, whichever process makes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('bihuan.norms'))")


def _finish(told: Sequence[tuple[Subject, Event]], actor: Actor, at: datetime) -> None:
    """Write the events, note the calendar version that holds now, and tell the other processes."""
    journal.append(
        [Draft(subject=subject, event=event, actor=actor, occurred_at=at) for subject, event in told]
    )
    calendars = cache.made(cache.stored_years(), cache.stored_hours())
    CalendarEdition.objects.get_or_create(
        version=calendars.work.version, defaults={"years": _versions(), "made_at": at}
    )
    cache.renew()


def _versions() -> dict[str, Any]:
    rows = CalendarYear.objects.order_by("year", "-version").distinct("year")
    hours = {name: version for name, (version, _) in cache.stored_hours().items()}
    return {"years": {str(row.year): row.version for row in rows}, "hours": hours}


def _seed_years(at: datetime, told: list[tuple[Subject, Event]]) -> list[int]:
    """Store the shipped years that are not there yet; what was imported is never replaced by them.

    A year that a later program brings is told as an imported one is: clocks may have waited for it.
    """
    there = set(CalendarYear.objects.values_list("year", flat=True).distinct())
    fresh = [year for year in arrangement.shipped() if year.year not in there]
    CalendarYear.objects.bulk_create(
        CalendarYear(
            year=year.year,
            version=1,
            hash=year.hash,
            source=arrangement.shipped_source(),
            days=list(year.days),
            loaded_at=at,
        )
        for year in fresh
    )
    for year in fresh if there else ():
        event = events.CalendarLoaded(year=year.year, version=1, hash=year.hash, first=True)
        told.append((Subject.named("calendar", str(year.year)), event))
    return [year.year for year in fresh]


def _store_year(
    year: Year,
    source: str,
    published_on: date | None,
    complete: bool,
    before: CalendarYear | None,
    at: datetime,
) -> CalendarYear:
    return CalendarYear.objects.create(
        year=year.year,
        version=before.version + 1 if before else 1,
        hash=year.hash,
        source=source[:200],
        published_on=published_on,
        complete=complete,
        days=list(year.days),
        loaded_at=at,
    )


def _check_together() -> None:
    """A year may contradict its neighbours, as arrangements reach over the turn of the year."""
    try:
        cache.made(cache.stored_years(), cache.stored_hours())
    except BadCalendar as error:
        raise BadCalendar(field="days", problem=f"with the other years: {error.data['problem']}") from error


def _open_switch(clause_id: str, reason_id: UUID, actor: Actor, at: datetime) -> Switch:
    try:
        with transaction.atomic():
            return Switch.objects.create(
                clause_id=clause_id, off_from=at, reason_id=reason_id, off_by=actor.id
            )
    except IntegrityError as error:
        raise Refusal(
            "{clause_id} is switched off already.",
            code="clause.off_already",
            clause=clause_id,
            clause_id=clause_id,
            remedy="Switch it on first, if the reason changed.",
        ) from error
