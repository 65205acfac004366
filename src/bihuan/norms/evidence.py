"""What proves a clause: named queries, registered by the modules that keep the records.

A module says in its queries, once, when it is imported::

    evidence.register("complaints.investigations", evidence.entries("complaint.findings_recorded"))
    evidence.register("complaints.offers", offers_made)

where ``offers_made(*, clause, start, end)`` returns ``Rows``, usually ``evidence.of(queryset, …)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

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


class Query(Protocol):
    """A query of evidence: records of ``clause`` with a time in [start, end)."""

    def __call__(self, *, clause: str, start: datetime, end: datetime) -> Rows: ...


_QUERIES: dict[str, Query] = {}
_PERIOD = "event = ANY(%s) AND recorded_at >= %s AND recorded_at < %s"


def register(name: str, query: Query) -> None:
    """Name a query. A second query under the same name is a defect of the program."""
    if _QUERIES.setdefault(name, query) is not query:
        raise RuntimeError(f"evidence {name} is registered twice")


def registered() -> Mapping[str, Query]:
    """All queries by name."""
    return dict(_QUERIES)


def rows(name: str, *, clause: str, start: datetime, end: datetime) -> Rows:
    """The records of a named query. Raises NotFound for a name that nobody registered."""
    if name not in _QUERIES:
        raise NotFound(kind="evidence", id=name)
    return _QUERIES[name](clause=clause, start=start, end=end)


def of(found: QuerySet[Any], *, at: str, kind: str, subject: str) -> Rows:
    """Rows of a table: ``at`` and ``subject`` name the columns of the time and of the subject's id."""
    return _Table(found, at, kind, subject)


def entries(*events: str) -> Query:
    """A query that counts journal entries of these events by the time they were recorded."""

    def query(*, clause: str, start: datetime, end: datetime) -> Rows:
        return _Journal(events, start, end)

    return query


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


@dataclass(frozen=True, slots=True)
class _Journal:
    """By SQL, because counting must not load; the journal's columns are published in docs/journal.md."""

    events: tuple[str, ...]
    start: datetime
    end: datetime

    def count(self) -> int:
        return int(self._run("SELECT count(*) FROM journal_entry WHERE " + _PERIOD, [])[0][0])

    def page(self, after: str, limit: int) -> list[Row]:
        sql = "SELECT id, recorded_at, subject_kind, subject_id FROM journal_entry WHERE " + _PERIOD
        found = self._run(sql + " AND id > %s ORDER BY id LIMIT %s", [int(after or 0), limit])
        return [Row(str(key), at, kind, subject) for key, at, kind, subject in found]

    def _run(self, sql: str, more: list[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(self.events), self.start, self.end, *more])
            return list(cursor.fetchall())
