"""Clock rows to engine clocks and back, in as few statements as possible."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Q

from bihuan.clocks.models import Clock as Row
from bihuan.engine.clock import Clock
from bihuan.engine.clocktypes import State, Verdict


@dataclass(frozen=True, slots=True)
class Dimensions:
    """By what conformity is told apart; copied into each clock when it changes."""

    merchant_id: UUID | None = None
    team_id: UUID | None = None
    owner_id: UUID | None = None


@dataclass(slots=True)
class Stored:
    """A clock with the identity of its row; ``start_entry`` and ``stop_entry`` are journal numbers."""

    id: UUID
    clock: Clock
    start_entry: int
    stop_entry: int | None = None


_COLUMNS = (
    "id",
    "subject_kind",
    "subject_id",
    "clause_id",
    "clause_hash",
    "key",
    "generation",
    "round",
    "facts",
    "limit_text",
    "calendar_version",
    "started_at",
    "start_entry",
    "due_at",
    "warn_at",
    "next_at",
    "stage",
    "state",
    "stopped_at",
    "stop_entry",
    "verdict",
    "held_since",
    "held",
    "extended",
    "provisional",
    "imported",
    "breached_at",
    "merchant_id",
    "team_id",
    "owner_id",
)
_TYPES = (
    "uuid",
    "text",
    "uuid",
    "text",
    "text",
    "text",
    "smallint",
    "smallint",
    "jsonb",
    "text",
    "text",
    "timestamptz",
    "bigint",
    "timestamptz",
    "text",
    "timestamptz",
    "smallint",
    "text",
    "timestamptz",
    "bigint",
    "text",
    "timestamptz",
    "jsonb",
    "jsonb",
    "bool",
    "bool",
    "timestamptz",
    "uuid",
    "uuid",
    "uuid",
)
# An array of arrays cannot be unnested row by row, so warnings travel as the text of one array each.
_SELECT = ", ".join(f"d.{c}::timestamptz[]" if c == "warn_at" else f"d.{c}" for c in _COLUMNS)
_UNNEST = "unnest(" + ", ".join(f"%s::{t}[]" for t in _TYPES) + f") AS d({', '.join(_COLUMNS)})"
_INSERT = f"INSERT INTO clocks_clock ({', '.join(_COLUMNS)}) SELECT {_SELECT} FROM {_UNNEST}"  # noqa: S608
_KEPT = {"id", "subject_kind", "subject_id", "clause_id", "started_at", "start_entry", "clause_hash"}
_UPDATE = (
    "UPDATE clocks_clock AS c SET "  # noqa: S608
    + ", ".join(
        f"{c} = d.{c}::timestamptz[]" if c == "warn_at" else f"{c} = d.{c}"
        for c in _COLUMNS
        if c not in _KEPT
    )
    + f" FROM {_UNNEST} WHERE c.id = d.id AND c.started_at = d.started_at"
)


def load(subject_id: UUID, generation: int, *, lock: bool = True) -> list[Stored]:
    """The clocks of a subject's generation and those of earlier ones that still run, locked, by id."""
    rows = Row.objects.filter(Q(generation=generation) | Q(verdict=None), subject_id=subject_id).order_by(
        "id"
    )
    if lock:
        rows = rows.select_for_update()
    return [stored(row) for row in rows]


def stored(row: Row) -> Stored:
    """A row as an engine clock."""
    clock = Clock(
        clause_id=row.clause_id,
        clause_hash=row.clause_hash,
        key=row.key,
        generation=row.generation,
        round=row.round,
        facts=row.facts,
        limit=row.limit,
        calendar_version=row.calendar_version,
        started_at=row.started_at,
        due_at=row.due_at,
        warn_at=tuple(row.warn_at),
        next_at=row.next_at,
        stage=row.stage,
        state=cast(State, row.state),
        stopped_at=row.stopped_at,
        verdict=cast(Verdict | None, row.verdict),
        held_since=row.held_since,
        held=tuple((_time(a), _time(b) if b else None) for a, b in row.held),
        extended=tuple(row.extended),
        provisional=row.provisional,
        imported=row.imported,
        breached_at=row.breached_at,
    )
    return Stored(id=row.id, clock=clock, start_entry=row.start_entry, stop_entry=row.stop_entry)


def insert(subject_kind: str, subject_id: UUID, clocks: Sequence[Stored], by: Dimensions) -> None:
    if clocks:
        _run(_INSERT, [_values(subject_kind, subject_id, c, by) for c in clocks])


def update(subject_kind: str, subject_id: UUID, clocks: Sequence[Stored], by: Dimensions) -> None:
    if clocks:
        _run(_UPDATE, [_values(subject_kind, subject_id, c, by) for c in clocks])


def changed(stored_clock: Stored, clock: Clock) -> Stored:
    return replace(stored_clock, clock=clock)


def _run(sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    columns: Iterable[list[Any]] = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(sql, list(columns))


def _values(kind: str, subject_id: UUID, item: Stored, by: Dimensions) -> tuple[Any, ...]:
    c = item.clock
    return (
        item.id,
        kind,
        subject_id,
        c.clause_id,
        c.clause_hash,
        c.key,
        c.generation,
        c.round,
        json.dumps(dict(c.facts)),
        c.limit,
        c.calendar_version,
        c.started_at,
        item.start_entry,
        c.due_at,
        _array(c.warn_at),
        c.next_at,
        c.stage,
        str(c.state),
        c.stopped_at,
        item.stop_entry,
        None if c.verdict is None else str(c.verdict),
        c.held_since,
        json.dumps([[a.isoformat(), b.isoformat() if b else None] for a, b in c.held]),
        json.dumps([*map(_plain, c.extended)]),
        c.provisional,
        c.imported,
        c.breached_at,
        by.merchant_id,
        by.team_id,
        by.owner_id,
    )


def _plain(record: Any) -> Any:
    return dict(record) if hasattr(record, "keys") else record


def _array(moments: Sequence[datetime]) -> str:
    return "{" + ",".join(f'"{m.isoformat()}"' for m in moments) + "}"


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value)
