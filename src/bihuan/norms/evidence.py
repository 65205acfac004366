"""What proves a clause: named queries, registered by the modules that keep the records.

A module has a ``proofs.py`` whose ``install()`` says::

    register("complaints.investigations", entries("complaint.findings_recorded"))
    register("complaints.offers", offers_made)

and which is called when the queries are first asked for; ``offers_made(*, clause, start, end)``
returns ``Rows``, usually ``of(queryset, …)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Max, QuerySet
from django.utils.module_loading import module_has_submodule

from bihuan.engine.errors import NotFound


@dataclass(frozen=True, slots=True)
class Row:
    """One record behind a figure: ``key`` for paging, when, and whose (kind and id of the subject)."""

    key: str
    at: datetime
    kind: str
    id: UUID | None


class Rows(Protocol):
    """Records of a period, counted and paged by key without loading them all."""

    def count(self) -> int: ...

    def page(self, after: str, limit: int) -> list[Row]: ...

    def last(self) -> datetime | None: ...


class Query(Protocol):
    """A query of evidence: records of ``clause`` with a time in [start, end)."""

    def __call__(self, *, clause: str, start: datetime, end: datetime) -> Rows: ...


_QUERIES: dict[str, Query] = {}
_COUNT = "SELECT count(*) FROM journal_entry WHERE event = ANY(%s) AND recorded_at >= %s AND recorded_at < %s"
_BY_EVENT = """SELECT event, count(*) FROM journal_entry
WHERE event = ANY(%s) AND recorded_at >= %s AND recorded_at < %s GROUP BY event"""
_LAST = """SELECT e.event, l.recorded_at FROM unnest(%s::text[]) AS e(event), LATERAL (
    SELECT recorded_at FROM journal_entry
    WHERE event = e.event AND recorded_at >= %s AND recorded_at < %s
    ORDER BY recorded_at DESC LIMIT 1) AS l"""
_PAGE = """SELECT id, recorded_at, subject_kind, subject_id FROM journal_entry
WHERE event = ANY(%s) AND recorded_at >= %s AND recorded_at < %s AND id > %s ORDER BY id LIMIT %s"""


def register(name: str, query: Query) -> None:
    """Name a query. A second query under the same name is a defect of the program."""
    if _QUERIES.setdefault(name, query) != query:
        raise RuntimeError(f"evidence {name} is registered twice")


def registered() -> Mapping[str, Query]:
    """All queries by name, those of every installed module."""
    _install()
    return dict(_QUERIES)


@cache
def _install() -> None:
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "proofs"):
            import_module(f"{config.name}.proofs").install()


def rows(name: str, *, clause: str, start: datetime, end: datetime) -> Rows:
    """The records of a named query. Raises NotFound for a name that nobody registered."""
    query = registered().get(name)
    if query is None:
        raise NotFound(kind="evidence", id=name)
    return query(clause=clause, start=start, end=end)


def counts(wanted: Mapping[str, str], *, start: datetime, end: datetime) -> dict[str, int]:
    """Number of records of each clause, given the name of its query; one pass over the journal for all."""
    queries = registered()
    known = {clause: queries[name] for clause, name in wanted.items() if name in queries}
    told = {clause: query.events for clause, query in known.items() if isinstance(query, _Entries)}
    by_event = _event_counts({event for events in told.values() for event in events}, start, end)
    found = {clause: sum(by_event.get(event, 0) for event in set(events)) for clause, events in told.items()}
    for clause, query in known.items():
        if clause not in told:
            found[clause] = query(clause=clause, start=start, end=end).count()
    return found


def latest(wanted: Mapping[str, str], *, start: datetime, end: datetime) -> dict[str, datetime]:
    """When the last record of each clause was made, given the name of its query; none where there is none."""
    queries = registered()
    known = {clause: queries[name] for clause, name in wanted.items() if name in queries}
    told = {clause: query.events for clause, query in known.items() if isinstance(query, _Entries)}
    by_event = _event_lasts({event for events in told.values() for event in events}, start, end)
    found: dict[str, datetime | None] = {
        clause: max((by_event[event] for event in events if event in by_event), default=None)
        for clause, events in told.items()
    }
    for clause, query in known.items():
        if clause not in told:
            found[clause] = query(clause=clause, start=start, end=end).last()
    return {clause: at for clause, at in found.items() if at is not None}


def _event_lasts(events: set[str], start: datetime, end: datetime) -> dict[str, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [sorted(events), start, end])
        return dict(cursor.fetchall())


def _event_counts(events: set[str], start: datetime, end: datetime) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_EVENT, [sorted(events), start, end])
        return dict(cursor.fetchall())


def of(found: QuerySet[Any], *, at: str, kind: str, subject: str) -> Rows:
    """Rows of a table: ``at`` and ``subject`` name the columns of the time and of the subject's id."""
    return _Table(found, at, kind, subject)


def entries(*events: str) -> Query:
    """A query that counts journal entries of these events by the time they were recorded."""
    return _Entries(events)


@dataclass(frozen=True, slots=True)
class _Entries:
    events: tuple[str, ...]

    def __call__(self, *, clause: str, start: datetime, end: datetime) -> Rows:
        return _Journal(self.events, start, end)


@dataclass(frozen=True, slots=True)
class _Table:
    found: QuerySet[Any]
    at: str
    kind: str
    subject: str

    def count(self) -> int:
        return self.found.count()

    def page(self, after: str, limit: int) -> list[Row]:
        found = self.found.filter(pk__gt=after) if after else self.found
        wanted = found.order_by("pk").values_list("pk", self.at, self.subject)[:limit]
        return [Row(str(key), at, self.kind, subject) for key, at, subject in wanted]

    def last(self) -> datetime | None:
        found: datetime | None = self.found.aggregate(last=Max(self.at))["last"]
        return found


@dataclass(frozen=True, slots=True)
class _Journal:
    """By SQL, because counting must not load; the journal's columns are published in docs/journal.md."""

    events: tuple[str, ...]
    start: datetime
    end: datetime

    def count(self) -> int:
        return int(self._run(_COUNT, [])[0][0])

    def page(self, after: str, limit: int) -> list[Row]:
        found = self._run(_PAGE, [int(after or 0), limit])
        return [Row(str(key), at, kind, subject) for key, at, kind, subject in found]

    def last(self) -> datetime | None:
        return max(_event_lasts(set(self.events), self.start, self.end).values(), default=None)

    def _run(self, sql: str, more: list[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(self.events), self.start, self.end, *more])
            return list(cursor.fetchall())
