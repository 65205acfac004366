"""Writing into the journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bihuan.engine.errors import Invalid
from bihuan.journal import queries, reactions
from bihuan.journal.actor import Actor
from bihuan.journal.anchors import make, outside
from bihuan.journal.anchors.make import RESTARTED
from bihuan.journal.anchors.record import Signed
from bihuan.journal.canonical import SCHEME, ZERO, canonical, chained
from bihuan.journal.events import Event
from bihuan.journal.queue import defer, pieces
from bihuan.journal.subject import Subject

AHEAD = timedelta(minutes=5)
"""How far a door's clock may run before the database's."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event about to be written. ``proven``: a proof from outside stands behind ``occurred_at``."""

    subject: Subject
    event: Event
    actor: Actor
    occurred_at: datetime
    proven: bool = False
    generation: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """An event that was written, with the database's time."""

    id: int
    subject: Subject
    sequence: int
    event: Event
    occurred_at: datetime
    recorded_at: datetime
    proven: bool
    generation: int
    data: dict[str, Any]


_LOCK = """
INSERT INTO journal_head AS h (subject_id, subject_kind, sequence, hash)
SELECT d.id, d.kind, d.n, %s FROM unnest(%s::uuid[], %s::text[], %s::int[]) AS d(id, kind, n) ORDER BY d.id
ON CONFLICT (subject_id) DO UPDATE SET sequence = h.sequence + EXCLUDED.sequence
RETURNING subject_id, sequence, hash, bihuan_now(), (
    SELECT d.epoch FROM journal_deployment d WHERE NOT EXISTS (
        SELECT FROM journal_anchor a WHERE a.epoch = d.epoch AND a.to_txid > pg_current_xact_id()))
"""
# no epoch comes back where this transaction's number lies below an anchor: see anchors/make.py

_WRITE = """
WITH written AS (
    INSERT INTO journal_entry (subject_kind, subject_id, sequence, generation, event, version, actor_kind,
        actor_id, occurred_at, recorded_at, proven, data, canonical, hash, scheme, epoch)
    SELECT * FROM unnest(%s::text[], %s::uuid[], %s::int[], %s::smallint[], %s::text[], %s::smallint[],
        %s::text[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::bool[], %s::jsonb[], %s::bytea[],
        %s::bytea[], %s::smallint[], %s::smallint[])
    RETURNING id, subject_id, sequence
), moved AS (
    UPDATE journal_head AS h SET hash = d.hash FROM unnest(%s::uuid[], %s::bytea[]) AS d(id, hash)
    WHERE h.subject_id = d.id
)
SELECT id, subject_id, sequence FROM written
"""


def append(drafts: Sequence[Draft]) -> list[Written]:
    """Write events of one or many subjects, in order; two round trips whatever their number.

    Must run inside a transaction; it holds the heads of the subjects until the end. Events that
    have reactions get their jobs in the same transaction. Raises Invalid when an event is said
    to have happened in the future.
    """
    if not drafts:
        return []
    with connection.cursor() as cursor:
        written = _write(cursor, drafts)
    enqueue_reactions(written)
    return written


def enqueue_reactions(written: Sequence[Written]) -> None:
    """One job for each reaction and a piece of its events; they roll back with the transaction."""
    wanted: dict[str, list[int]] = {}
    for entry in written:
        for name in reactions.of(entry.event.NAME, entry.data):
            wanted.setdefault(name, []).append(entry.id)
    calls = [{"entry_ids": some, "reaction": name} for name, ids in wanted.items() for some in pieces(ids)]
    if calls:
        defer(task=reactions.TASK, queue=reactions.QUEUE, calls=calls)


def once(entry_id: int, reaction: str) -> bool:
    """Whether this reaction to this entry is still to be carried out; it is done with this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_receipt (entry_id, reaction) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [entry_id, reaction],
        )
        return bool(cursor.rowcount)


def make_anchors() -> list[Signed]:
    """Anchor the entries that are final and not anchored yet, then bring the anchors outside.

    Must not run inside a transaction. Raises Unavailable where a place outside does not answer;
    the anchors are kept and leave with the next call.
    """
    made = make.make()
    outside.publish(queries.identity())
    return made


def begin_epoch() -> list[Signed]:
    """After a restore: close what the old epoch holds and number transactions anew.

    Anchors that lie outside and that the restored database does not know are named, signed, in the
    closing anchor: verification shows what the restore lost instead of calling it tampering.
    """
    journal = queries.identity()
    last = queries.last_anchor_number()
    lost = {s.hash().hex(): s for p in outside.places(journal) if p.readable for s in p.beyond(last)}
    highest = max((s.anchor().number for s in lost.values()), default=last)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE journal_head IN EXCLUSIVE MODE")
        cursor.execute("UPDATE journal_deployment SET epoch = epoch + 1")
        made = make.make(abandoned=tuple(sorted(lost)), number=highest + 1)
    outside.publish(journal)
    return made


def add_years(*, upto: int) -> list[int]:
    """Give each year up to this one its partition.

    Returns the years whose entries already stand in the default one, where they stay.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT y FROM generate_series(extract(year FROM now())::int, %s) AS y"
            " WHERE NOT journal_add_year(y)",
            [upto],
        )
        return [row[0] for row in cursor.fetchall()]


def _write(cursor: Any, drafts: Sequence[Draft]) -> list[Written]:
    counts: dict[Subject, int] = {}
    for draft in drafts:
        counts[draft.subject] = counts.get(draft.subject, 0) + 1
    subjects = sorted(counts, key=lambda s: s.id)
    cursor.execute(
        _LOCK, [ZERO, [s.id for s in subjects], [s.kind for s in subjects], [counts[s] for s in subjects]]
    )
    heads = {row[0]: (row[1], bytes(row[2]), row[3], row[4]) for row in cursor.fetchall()}
    if heads[subjects[0].id][3] is None:
        raise RESTARTED
    chain = {s.id: (heads[s.id][0] - counts[s], heads[s.id][1]) for s in subjects}
    rows = []
    for draft in drafts:
        recorded_at, epoch = heads[draft.subject.id][2:]
        row, chain[draft.subject.id] = _row(draft, recorded_at, epoch, *chain[draft.subject.id])
        rows.append(row)
    columns = [list(column) for column in zip(*rows, strict=True)]
    tails = [chain[s.id][1] for s in subjects]
    cursor.execute(_WRITE, [*columns, [s.id for s in subjects], tails])
    ids = {(row[1], row[2]): row[0] for row in cursor.fetchall()}
    return [_written(draft, row, ids) for draft, row in zip(drafts, rows, strict=True)]


def _row(
    draft: Draft, recorded_at: datetime, epoch: int, sequence: int, previous: bytes
) -> tuple[tuple[Any, ...], tuple[int, bytes]]:
    if draft.occurred_at > recorded_at + AHEAD:
        raise Invalid(
            "{event} cannot have happened at {at}: that time lies ahead of the database's.",
            field="occurred_at",
            event=draft.event.NAME,
            at=draft.occurred_at.isoformat(),
            remedy="Give the time at which it really happened, or leave it out.",
        )
    sequence += 1
    data = draft.event.data()
    body = canonical(
        subject_kind=draft.subject.kind,
        subject_id=draft.subject.id,
        sequence=sequence,
        generation=draft.generation,
        event=draft.event.NAME,
        version=draft.event.VERSION,
        actor_kind=draft.actor.kind,
        actor_id=draft.actor.id,
        occurred_at=draft.occurred_at,
        recorded_at=recorded_at,
        proven=draft.proven,
        data=data,
    )
    digest = chained(previous, body)
    row = (
        draft.subject.kind,
        draft.subject.id,
        sequence,
        draft.generation,
        draft.event.NAME,
        draft.event.VERSION,
        str(draft.actor.kind),
        draft.actor.id,
        draft.occurred_at,
        recorded_at,
        draft.proven,
        json.dumps(data),
        body,
        digest,
        SCHEME,
        epoch,
    )
    return row, (sequence, digest)


def _written(draft: Draft, row: tuple[Any, ...], ids: dict[tuple[UUID, int], int]) -> Written:
    return Written(
        id=ids[(draft.subject.id, row[2])],
        subject=draft.subject,
        sequence=row[2],
        event=draft.event,
        occurred_at=draft.occurred_at,
        recorded_at=row[9],
        proven=draft.proven,
        generation=draft.generation,
        data=json.loads(row[11]),
    )
