"""The published form of the journal: JSON lines that anyone can verify without Bihuan (docs/journal.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from bihuan.journal.anchors import merkle
from bihuan.journal.anchors.record import key_id
from bihuan.journal.verification import anchored
from bihuan.journal.verification.run import state, trusted_keys

FORMAT: Final = 1
BATCH: Final = 2000

_ROWS = """
SELECT id, subject_kind, subject_id::text, sequence, generation, event, version, actor_kind, actor_id::text,
    occurred_at, recorded_at, proven, data::text, canonical, hash, scheme, epoch, txid::text::bigint
FROM journal_entry WHERE (%(subject)s::uuid IS NULL OR subject_id = %(subject)s::uuid) ORDER BY id
"""
_HEADS = """
SELECT subject_kind, subject_id::text, sequence, hash FROM journal_head
WHERE (%(subject)s::uuid IS NULL OR subject_id = %(subject)s::uuid) ORDER BY subject_id
"""
_LEAVES = """
SELECT id, hash FROM journal_entry
WHERE epoch = %s AND txid >= %s::text::xid8 AND txid < %s::text::xid8 ORDER BY id
"""
_NAMES: Final = (
    "id", "subject_kind", "subject_id", "sequence", "generation", "event", "version", "actor_kind",
    "actor_id", "occurred_at", "recorded_at", "proven", "data", "canonical", "hash", "scheme", "epoch",
    "txid",
)  # fmt: skip


def export(*, at: datetime, subject_id: UUID | None = None, database: str = "default") -> Iterator[str]:
    """The lines of an export, each ended by a newline; of the whole journal or of one subject.

    An export of one subject carries for each entry the path to the root that its anchor signed.
    """
    with state(database) as (connection, _):
        stored = anchored.read(connection)
        counts = {"entries": 0, "heads": 0, "anchors": len(stored)}
        yield _line(_header(connection, at, subject_id))
        for batch in _entries(connection, subject_id):
            proofs = _proofs(connection, batch, anchored.ranges(stored)) if subject_id else {}
            for entry in batch:
                counts["entries"] += 1
                proof = {"proof": proofs[entry["id"]]} if entry["id"] in proofs else {}
                yield _line({"entry": entry, **proof})
        for kind, subject, sequence, digest in _stream(connection, _HEADS, {"subject": subject_id}):
            counts["heads"] += 1
            head = {"subject_kind": kind, "subject_id": subject, "sequence": sequence, "hash": digest.hex()}
            yield _line({"head": head})
        for row in stored:
            yield row.signed.line().decode()
        yield _line({"end": counts})


def _header(connection: psycopg.Connection[Any], at: datetime, subject_id: UUID | None) -> dict[str, Any]:
    row = connection.execute("SELECT identity::text, epoch FROM journal_deployment").fetchone()
    journal, epoch = row or ("", 0)
    keys = sorted(trusted_keys())
    return {
        "bihuan_journal": FORMAT,
        "journal": journal,
        "epoch": epoch,
        "made_at": _moment(at),
        "subject_id": str(subject_id) if subject_id else None,
        "public_keys": {key_id(key): key.hex() for key in keys},
    }


def _entries(connection: psycopg.Connection[Any], subject_id: UUID | None) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in _stream(connection, _ROWS, {"subject": subject_id}):
        batch.append(_entry(row))
        if len(batch) == BATCH and subject_id is None:
            yield batch
            batch = []
    if batch:
        yield batch


def _entry(row: Sequence[Any]) -> dict[str, Any]:
    entry = dict(zip(_NAMES, row, strict=True))
    entry["occurred_at"], entry["recorded_at"] = _moment(row[9]), _moment(row[10])
    entry["data"] = json.loads(row[12])
    entry["hash"] = bytes(row[14]).hex()
    stored = bytes(row[13])
    try:
        entry["canonical"] = stored.decode()
    except UnicodeDecodeError:
        entry["canonical"], entry["canonical_hex"] = None, stored.hex()
    return entry


def _proofs(
    connection: psycopg.Connection[Any], entries: Iterable[dict[str, Any]], ranges: Iterable[Any]
) -> dict[int, dict[str, Any]]:
    """For each anchored entry its anchor and the way to that anchor's root."""
    found: dict[int, dict[str, Any]] = {}
    for each in ranges:
        covers = [
            e["id"]
            for e in entries
            if e["epoch"] == each.epoch and each.from_txid <= e["txid"] < each.to_txid
        ]
        if not covers:
            continue
        bounds = [each.epoch, str(each.from_txid), str(each.to_txid)]
        rows = connection.execute(_LEAVES, bounds).fetchall()
        places = {row[0]: index for index, row in enumerate(rows)}
        paths = merkle.paths(
            [merkle.leaf(row[0], bytes(row[1])) for row in rows], [places[i] for i in covers]
        )
        for entry_id in covers:
            way = [[side, neighbour.hex()] for side, neighbour in paths[places[entry_id]]]
            found[entry_id] = {"anchor": each.number, "path": way}
    return found


def _stream(connection: psycopg.Connection[Any], query: str, values: dict[str, Any]) -> Iterator[Any]:
    with connection.cursor("journal_export") as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
