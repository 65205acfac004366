"""Warnings, breaches and escalations: each said exactly once, however many workers run.

A batch of due rows is taken with SKIP LOCKED, recomputed by the engine, and written in one
transaction: events, changed rows and the jobs of their reactions. When a batch fails, its rows are
tried one by one, and the row that fails alone is pushed back with its error, so that one bad row
never stops the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bihuan.clocks import store
from bihuan.clocks.events import Breached, Escalated, Warned
from bihuan.clocks.models import Clock as Row
from bihuan.clocks.store import Stored
from bihuan.engine.clock import Action, Clock, after_action, next_action
from bihuan.engine.errors import NotFound
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import PROGRAM
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.norms import queries as norms

BATCH = 500
PUSH_BACK = timedelta(hours=1)
_log = logging.getLogger(__name__)

_FIRED = """
UPDATE clocks_clock AS c SET next_at = d.next_at, stage = d.stage, breached_at = d.breached_at
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::timestamptz[])
    AS d(id, started_at, next_at, stage, breached_at)
WHERE c.id = d.id AND c.started_at = d.started_at
"""


@dataclass(frozen=True, slots=True)
class Fired:
    """How many rows were looked at, how many events were said, how many rows were pushed back."""

    rows: int
    said: int
    pushed_back: int


def fire_due(*, at: datetime, batch: int = BATCH) -> Fired:
    """Do what is due for one batch of clocks; call again while ``rows`` is not zero."""
    try:
        with transaction.atomic():
            rows = _take(at, batch)
            return Fired(len(rows), _fire(rows, at), 0)
    except Exception:
        _log.exception("a batch of clocks failed; its rows are tried one by one")
        return _one_by_one(at, batch)


def _take(at: datetime, batch: int) -> list[Row]:
    due = Row.objects.filter(next_at__lte=at).order_by("next_at", "id")
    return list(due.select_for_update(skip_locked=True)[:batch])


def _fire(rows: Sequence[Row], at: datetime) -> int:
    drafts: list[Draft] = []
    changed: list[tuple[Row, Clock]] = []
    for row in rows:
        clock, said = _advance(store.stored(row), at)
        subject = Subject(row.subject_kind, row.subject_id)
        drafts += [
            Draft(subject, event, PROGRAM, min(moment, at), generation=row.generation)
            for event, moment in said
        ]
        changed.append((row, clock))
    journal.append(drafts)
    if changed:
        _write(changed)
    return len(drafts)


def _advance(stored: Stored, at: datetime) -> tuple[Clock, list[tuple[Event, datetime]]]:
    clock = stored.clock
    clause = norms.rules().text_of(clock.clause_id, clock.clause_hash)
    if clause is None:
        raise NotFound(kind="clause", id=clock.clause_id)
    calendars, said = norms.calendars(), []
    while (action := next_action(clock, clause, calendars, at)) is not None:
        if not action.stale:
            said.append((_event(stored.id, clock, action), at))
        clock = after_action(clock, clause, calendars)
    if clock.next_at is not None and clock.next_at <= at:
        # met at the very instant counts: a breach in natural time is said a moment after the end
        clock = _later(clock, at)
    return clock, said


def _later(clock: Clock, at: datetime) -> Clock:
    moved = dict(clock.__dict__, next_at=at + timedelta(seconds=1))
    return Clock(**moved)


def _event(clock_id: UUID, clock: Clock, action: Action) -> Event:
    clause, due_at = clock.clause_id, clock.due_at
    if action.kind == "warn":
        return Warned(clock_id=clock_id, clause=clause, level=action.level, due_at=due_at)
    if action.kind == "breach":
        return Breached(clock_id=clock_id, clause=clause, due_at=due_at, role=action.role)
    return Escalated(clock_id=clock_id, clause=clause, level=action.level, due_at=due_at, role=action.role)


def _write(changed: Sequence[tuple[Row, Clock]]) -> None:
    columns: list[Any] = [
        [row.id for row, _ in changed], [row.started_at for row, _ in changed],
        [clock.next_at for _, clock in changed], [clock.stage for _, clock in changed],
        [clock.breached_at for _, clock in changed],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FIRED, columns)


def _one_by_one(at: datetime, batch: int) -> Fired:
    rows = list(Row.objects.filter(next_at__lte=at).order_by("next_at", "id")[:batch])
    said, pushed = 0, 0
    for row in rows:
        try:
            with transaction.atomic():
                held = Row.objects.select_for_update(skip_locked=True).filter(id=row.id, next_at__lte=at)
                said += _fire(list(held), at)
        except Exception as error:
            pushed += 1
            _log.exception("clock %s of %s was pushed back", row.id, row.clause_id)
            _push_back(row, at, error)
    return Fired(len(rows), said, pushed)


def _push_back(row: Row, at: datetime, error: Exception) -> None:
    Row.objects.filter(id=row.id).update(
        next_at=at + PUSH_BACK, failures=row.failures + 1, last_error=f"{type(error).__name__}: {error}"[:200]
    )
