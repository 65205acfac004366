"""The slow pass: one subject that is not flawless, entry by entry, until the flaw has its name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from bihuan.journal.canonical import SCHEME, ZERO, canonical, chained
from bihuan.journal.events import at_text
from bihuan.journal.verification.report import Finding, finding

_ROWS = """
SELECT id, subject_kind, subject_id, sequence, generation, event, version, actor_kind, actor_id,
    occurred_at::text, recorded_at::text, proven, data::text, canonical, hash, scheme
FROM journal_entry WHERE subject_id = %s ORDER BY id
"""
FIELDS: Final = (
    "subject_kind", "subject_id", "sequence", "generation", "event", "version", "actor_kind", "actor_id",
    "occurred_at", "recorded_at", "proven", "data",
)  # fmt: skip

TIMES: Final = ("occurred_at", "recorded_at")


@dataclass(slots=True)
class Row:
    """One entry as it stands in the table, and what of it holds."""

    id: int
    fields: dict[str, Any]
    stored: bytes
    hash: bytes
    scheme: int
    built: bytes
    claimed: dict[str, Any] | None

    @property
    def sequence(self) -> int:
        return int(self.fields["sequence"])

    def differing(self) -> list[str]:
        """Columns that say something else than the hashed bytes."""
        if self.claimed is None:
            return []
        names = [n for n in FIELDS if _plain(self.fields[n]) != self.claimed.get(n)]
        return names + (["scheme"] if self.scheme != SCHEME else [])


def diagnose(connection: psycopg.Connection[Any], subject_id: str) -> list[Finding]:
    """What is wrong with the history of one subject."""
    rows = [_row(r) for r in connection.execute(_ROWS, [subject_id]).fetchall()]
    head = connection.execute(
        "SELECT subject_kind, sequence, hash FROM journal_head WHERE subject_id = %s", [subject_id]
    ).fetchone()
    kind = rows[0].fields["subject_kind"] if rows else head[0] if head else "?"
    name = f"{kind}:{subject_id}"
    if not rows:
        return [finding("subject_dropped", subject=name, sequence=head[1])] if head else []
    found = _entries(name, rows) + _order(name, rows) + _gaps(name, rows) + _head(name, rows, head)
    return found or [finding("unexplained", subject=name)]


def _entries(name: str, rows: list[Row]) -> list[Finding]:
    """Columns, bytes and hashes of each entry."""
    found: list[Finding] = []
    moved = _moved(rows)
    doubles = {s for s, count in Counter(r.sequence for r in rows).items() if count > 1}
    by_sequence = {r.sequence: r for r in reversed(rows)}
    for row in rows:
        about = {"entry": row.id, "subject": name, "sequence": row.sequence}
        columns = row.differing()
        if row.id in moved or row.sequence in doubles:
            continue
        previous = by_sequence.get(row.sequence - 1)
        if columns:
            found += _changed(row, previous, columns, about)
        elif row.claimed is None or row.built != row.stored:
            found.append(finding("changed_bytes", **about))
        elif (previous or row.sequence == 1) and not _follows(row, previous):
            found += _break(row, previous, about)
    return found


def _changed(row: Row, previous: Row | None, columns: list[str], about: dict[str, Any]) -> list[Finding]:
    """Columns and bytes disagree: the chain tells which of the two was changed."""
    before = previous.hash if previous else ZERO
    if previous is None and row.sequence != 1:
        return [finding("changed_column", columns=", ".join(columns), **about)]
    if chained(before, row.stored) != row.hash and chained(before, row.built) == row.hash:
        return [finding("changed_bytes", **about)]
    return [finding("changed_column", columns=", ".join(columns), **about)]


def _break(row: Row, previous: Row | None, about: dict[str, Any]) -> list[Finding]:
    """Columns and bytes agree, and yet the hash does not follow from the entry before."""
    if previous is None:
        return [finding("changed_entry", **about)]
    other = {"entry": previous.id, "subject": about["subject"], "sequence": previous.sequence}
    return [finding("broken", **{**other, "next": row.sequence, "other": row.id})]


def _order(name: str, rows: list[Row]) -> list[Finding]:
    """Entries that changed places, and entries that share a number with another one."""
    found = []
    moved = _moved(rows)
    for row in rows:
        if row.id in moved:
            found.append(finding("reordered", subject=name, entry=row.id, sequence=row.sequence))
    by_sequence: dict[int, list[Row]] = {}
    for row in rows:
        by_sequence.setdefault(row.sequence, []).append(row)
    for sequence, same in by_sequence.items():
        if len(same) > 1:
            before: Sequence[Row | None] = by_sequence.get(sequence - 1) or [None]
            true = next((r for r in same if any(_follows(r, b) for b in before)), same[0])
            found += [
                finding("inserted", subject=name, entry=r.id, sequence=sequence)
                for r in same
                if r is not true
            ]
    return found


def _moved(rows: list[Row]) -> set[int]:
    """Entries whose numbers were exchanged among each other, by columns alone or in the bytes too."""
    odd = [r for r in rows if r.differing() == ["sequence"]]
    claims = sorted(r.claimed["sequence"] for r in odd if r.claimed)
    if len(odd) > 1 and claims == sorted(r.sequence for r in odd):
        return {r.id for r in odd}
    sequences = [r.sequence for r in rows]
    if len(set(sequences)) == len(sequences) and not odd:
        return {r.id for r, right in zip(rows, sorted(sequences), strict=True) if r.sequence != right}
    return set()


def _gaps(name: str, rows: list[Row]) -> list[Finding]:
    """Numbers that nobody has, below the last entry."""
    present = {r.sequence for r in rows}
    missing = [s for s in range(1, max(present)) if s not in present]
    return [finding("deleted", subject=name, sequence=s) for s in missing]


def _head(name: str, rows: list[Row], head: tuple[Any, ...] | None) -> list[Finding]:
    if head is None:
        return [finding("head_missing", subject=name)]
    last = max(rows, key=lambda r: r.sequence)
    if head[1] > last.sequence:
        return [finding("tail_cut", subject=name, sequence=last.sequence + 1, next=head[1])]
    if head[1] < last.sequence:
        return [finding("head_behind", subject=name, sequence=head[1], next=last.sequence)]
    if bytes(head[2]) == last.hash and head[0] == last.fields["subject_kind"]:
        return []
    if _moved(rows) and bytes(head[2]) in {r.hash for r in rows}:
        return []
    before = next((r.hash for r in rows if r.sequence == last.sequence - 1), ZERO)
    if bytes(head[2]) == chained(before, last.stored):
        return [finding("changed_hash", subject=name, entry=last.id, sequence=last.sequence)]
    return [finding("head_changed", subject=name, entry=last.id)]


def _follows(row: Row, previous: Row | None) -> bool:
    return chained(previous.hash if previous else ZERO, row.stored) == row.hash


def _row(values: tuple[Any, ...]) -> Row:
    fields = dict(zip(FIELDS, values[1:13], strict=True))
    fields["subject_id"], fields["actor_id"] = UUID(str(fields["subject_id"])), UUID(str(fields["actor_id"]))
    fields["data"] = json.loads(fields["data"])
    times = [as_time(fields[name]) for name in TIMES]
    fields |= dict(zip(TIMES, times, strict=True))
    stored = bytes(values[13])
    return Row(
        id=values[0],
        fields=fields,
        stored=stored,
        hash=bytes(values[14]),
        scheme=values[15],
        built=canonical(**fields) if all(isinstance(time, datetime) for time in times) else b"",
        claimed=_claims(stored),
    )


def as_time(text: str) -> datetime | str:
    """The time of a column; as it stands where no entry can have it (infinity, before Christ, after 9999)."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _claims(stored: bytes) -> dict[str, Any] | None:
    """What the hashed bytes say, under the names of the columns; None where they are no entry."""
    try:
        value = json.loads(stored)
        said = {n: value[n] for n in FIELDS if n in value}
        said["subject_kind"], said["subject_id"] = value["subject"]
        said["actor_kind"], said["actor_id"] = value["actor"]
        said["data"] = _plain(said["data"])
    except (ValueError, KeyError, TypeError):
        return None
    return said


def _plain(value: Any) -> Any:
    """The form in which a column is compared; JSON as text, because in Python 1 equals true."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return at_text(value)
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value
