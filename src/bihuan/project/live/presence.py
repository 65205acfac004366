"""Who looks at a case now and who writes: rows that expire by themselves, nothing in the journal.

The table is unlogged: after a crash nobody is there, until their page says so again. Its times are the
database's own, whatever time a drill plays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

EVERY: Final = 20
"""Seconds between two signs of life of a page."""
EXPIRES: Final = 45
"""Seconds after the last one at which somebody is there no more."""
WRITING: Final = ("", "consumer", "merchant", "internal")
"""To whom somebody writes; empty for who only looks."""

_BEAT: Final = """
WITH gone AS (
    DELETE FROM project_presence
    WHERE person_id = %(person)s AND seen_at < clock_timestamp() - interval '1 hour'
)
INSERT INTO project_presence AS p (case_id, person_id, writing, seen_at, changed_at)
VALUES (%(case)s, %(person)s, %(writing)s, clock_timestamp(), clock_timestamp())
ON CONFLICT (case_id, person_id) DO UPDATE SET
    writing = excluded.writing, seen_at = excluded.seen_at,
    changed_at = CASE
        WHEN p.writing <> excluded.writing
            OR p.seen_at < clock_timestamp() - make_interval(secs => %(expires)s)
        THEN excluded.changed_at ELSE p.changed_at END
"""
_LEAVE: Final = """
UPDATE project_presence SET writing = '', seen_at = 'epoch', changed_at = clock_timestamp()
WHERE case_id = %(case)s AND person_id = %(person)s
"""
_OTHERS: Final = """
SELECT person_id, writing FROM project_presence
WHERE case_id = %(case)s AND person_id <> %(person)s
    AND seen_at > clock_timestamp() - make_interval(secs => %(expires)s)
ORDER BY person_id
"""
_CHANGED: Final = """
SELECT coalesce(array_agg(DISTINCT case_id), '{}'::uuid[]), clock_timestamp()
FROM project_presence WHERE changed_at > %(since)s
"""
_NOW: Final = "SELECT clock_timestamp()"


@dataclass(frozen=True, slots=True)
class There:
    """Somebody else on the case; ``writing`` says to whom they write, empty for looking."""

    person_id: UUID
    writing: str


def beat(*, case_id: UUID, person_id: UUID, writing: str = "") -> None:
    """A page shows the case to this person now."""
    wanted = writing if writing in WRITING else ""
    _run(_BEAT, case=case_id, person=person_id, writing=wanted)


def leave(*, case_id: UUID, person_id: UUID) -> None:
    """The page was left; another window of the same person says so again with its next sign of life."""
    _run(_LEAVE, case=case_id, person=person_id)


def others(*, case_id: UUID, person_id: UUID) -> list[There]:
    """Who else is there."""
    return [There(*row) for row in _run(_OTHERS, case=case_id, person=person_id)]


def changed(since: datetime | None) -> tuple[frozenset[UUID], datetime]:
    """The cases where somebody came, left or began to write since then, and until when that is known."""
    if since is None:
        return frozenset(), next(iter(_run(_NOW)))[0]
    cases, until = next(iter(_run(_CHANGED, since=since)))
    return frozenset(cases), until


def _run(sql: str, **given: Any) -> Iterable[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"expires": EXPIRES, **given})
        return list(cursor.fetchall()) if cursor.description else []
