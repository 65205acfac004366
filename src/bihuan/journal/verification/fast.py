"""The fast pass: every entry once, in ranges of their numbers; it names only which subjects are not flawless.

Runs in processes of its own, so nothing of Django is imported here. The bytes are built anew from
the columns with a template; a test compares the template with ``canonical()``.

Why this finds everything: each entry has its predecessor (looked up where that lies in another
range), each head has its entry, and there are as many entries as the heads say together. So the
entries of each subject are exactly 1 … head, chained.
"""

from __future__ import annotations

import bisect
import functools
import hashlib
import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from bihuan.journal.canonical import SCHEME, ZERO

CHUNK: Final = 200
"""Entries read and checked together: few enough for the processor's cache; 2000 cost a sixth more."""
BATCH: Final = 2000
"""Predecessors looked up by one statement."""
CLEAN: Final = re.compile(r"[A-Za-z0-9_.:+/\-]+\Z")

_ROWS = """
SELECT id, subject_kind, subject_id::text, sequence, generation, event, version, actor_kind,
    actor_id::text, occurred_at::text, recorded_at::text, proven, data::text, canonical, hash, scheme,
    epoch, txid
FROM journal_entry WHERE id BETWEEN %s AND %s ORDER BY id
"""

_BEFORE = """
SELECT d.subject::text, e.hash FROM unnest(%s::uuid[], %s::int[], %s::bigint[]) AS d(subject, sequence, id)
JOIN journal_entry e ON e.subject_id = d.subject AND e.sequence = d.sequence - 1 AND e.id < d.id
"""

_HEADS = """
SELECT h.subject_id::text FROM journal_head h
LEFT JOIN journal_entry e ON e.subject_id = h.subject_id AND e.sequence = h.sequence
WHERE e.hash IS DISTINCT FROM h.hash OR e.subject_kind IS DISTINCT FROM h.subject_kind
"""

_BEYOND = """
SELECT e.subject_id::text FROM journal_entry e LEFT JOIN journal_head h USING (subject_id)
GROUP BY e.subject_id HAVING count(*) IS DISTINCT FROM max(h.sequence)
"""


@dataclass(frozen=True, slots=True)
class Source:
    """How to reach the database and which of its states to read."""

    conninfo: tuple[tuple[str, Any], ...]
    snapshot: str


@dataclass(frozen=True, slots=True)
class Range:
    """What an anchor says it covers."""

    number: int
    epoch: int
    from_txid: int
    to_txid: int


@dataclass(slots=True)
class Part:
    """Result for one range of numbers; ``leaves`` and ``begun`` by anchor.

    ``exposed`` entries lie above the last anchor, the first of them of ``since`` (PostgreSQL's text, UTC)."""

    entries: int = 0
    suspects: set[str] = field(default_factory=set)
    leaves: dict[int, bytearray] = field(default_factory=dict)
    begun: dict[int, int] = field(default_factory=dict)
    exposed: int = 0
    since: str | None = None


def part_in(source: Source, ranges: list[Range], span: tuple[int, int]) -> Part:
    """``check_part`` for a process of its own."""
    return check_part(open_source(source), *span, ranges)


def heads_of(source: Source) -> set[str]:
    """``check_heads`` for a process of its own."""
    return check_heads(open_source(source))


@functools.cache
def open_source(source: Source) -> psycopg.Connection[Any]:
    """A reading connection on the state that the caller exported: one for all parts that a process does."""
    connection = psycopg.connect(**dict(source.conninfo))
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(source.snapshot))
    return connection


def tell_times(connection: psycopg.Connection[Any]) -> None:
    """Times as text must come in the one form that ``moment`` and ``diagnose`` know."""
    connection.execute("SET LOCAL TIME ZONE 'UTC'")
    connection.execute("SET LOCAL datestyle = 'ISO, YMD'")


def prepare(connection: psycopg.Connection[Any]) -> None:
    """What the reading of a part needs of its transaction."""
    tell_times(connection)
    # rows come in order by the index; a plan that sorts them writes all of them to disk first
    connection.execute("SET LOCAL enable_sort = off")
    connection.execute("SET LOCAL max_parallel_workers_per_gather = 0")


def check_part(connection: psycopg.Connection[Any], start: int, end: int, ranges: list[Range]) -> Part:
    """Columns against bytes, bytes against hash, hash against the one before; leaves of the anchors."""
    prepare(connection)
    found = Part()
    last: dict[str, tuple[int, bytes]] = {}
    opening: list[tuple[str, int, int, bytes, bytes]] = []
    check = _checker(found.suspects, last, opening)
    plant = _planter(found, ranges)
    with connection.cursor() as cursor:
        # rows in chunks cost a third of what COPY costs row by row; in binary form a txid comes as 8 bytes
        stream = cursor.stream(_ROWS, [start, end], binary=True, size=CHUNK)
        while rows := list(itertools.islice(stream, CHUNK)):
            check(rows)
            plant(rows)
            found.entries += len(rows)
    for first in range(0, len(opening), BATCH):
        found.suspects |= _unlinked(connection, opening[first : first + BATCH])
    return found


def check_heads(connection: psycopg.Connection[Any]) -> set[str]:
    """Subjects whose head names no entry, or another one than the head's number says."""
    return {row[0] for row in connection.execute(_HEADS).fetchall()}


def beyond_heads(connection: psycopg.Connection[Any]) -> set[str]:
    """Subjects with more or fewer entries than their head says; asked where the sums differ."""
    return {row[0] for row in connection.execute(_BEYOND).fetchall()}


def moment(text: str) -> str:
    """PostgreSQL's text of a time (UTC, ISO) in the journal's form."""
    day, _, rest = text.partition(" ")
    clock, _, fraction = rest[:-3].partition(".")
    return f"{day}T{clock}.{fraction:<06}"


def normal(data: str) -> str:
    """PostgreSQL's text of a jsonb value in the journal's form. Raises ValueError.

    A flat object is put in order as text: no name or code of an event holds a comma or a space.
    """
    if "\\" in data or "[" in data or data.find("{", 1) > 0:
        return _encode(_decode(data)[0])
    parts = data[1:-1].replace('": ', '":').split(", ")
    parts.sort()
    return "{" + ",".join(parts) + "}"


_decode = json.JSONDecoder().raw_decode
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _checker(
    suspects: set[str], last: dict[str, tuple[int, bytes]], opening: list[tuple[str, int, int, bytes, bytes]]
) -> Any:
    """One function with everything it needs as locals: it runs for every entry there is."""
    sha256, first = hashlib.sha256, (0, ZERO)
    clean: set[str] = set()

    def is_clean(*names: str) -> bool:
        clean.update(name for name in names if CLEAN.match(name))
        return clean.issuperset(names)

    def check(rows: list[tuple[Any, ...]]) -> None:
        for (
            number, kind, subject, sequence, generation, event, version, actor_kind, actor, occurred,
            recorded, proven, data, stored, digest, scheme, _, _,
        ) in rows:  # fmt: skip
            before = last.get(subject, first)
            if before is first and sequence > 1:
                opening.append((subject, sequence, number, stored, digest))
            elif sequence != before[0] + 1 or sha256(before[1] + stored).digest() != digest:
                suspects.add(subject)
            # only the usual form (microseconds, +00) is taken apart here
            at = f"{occurred[:10]}T{occurred[11:26]}" if len(occurred) == 29 else moment(occurred)
            then = f"{recorded[:10]}T{recorded[11:26]}" if len(recorded) == 29 else moment(recorded)
            built = (
                f'{{"actor":["{actor_kind}","{actor}"],"data":{normal(data)},"event":"{event}",'
                f'"generation":{generation},"occurred_at":"{at}Z","proven":{"true" if proven else "false"},'
                f'"recorded_at":"{then}Z","scheme":{SCHEME},"sequence":{sequence},'
                f'"subject":["{kind}","{subject}"],"version":{version}}}'
            ).encode()
            if (
                built != stored
                or scheme != SCHEME
                or not (clean.issuperset((event, kind, actor_kind)) or is_clean(event, kind, actor_kind))
            ):
                suspects.add(subject)
            last[subject] = (sequence, digest)

    return check


def _planter(found: Part, ranges: list[Range]) -> Any:
    """Puts the leaf of each entry to the anchor that covers it and counts those above the last anchor.

    Numbers of transactions come as 8 bytes."""
    sha256 = hashlib.sha256
    ordered = sorted(ranges, key=lambda r: (r.epoch, r.from_txid))
    starts = [(r.epoch, r.from_txid.to_bytes(8, "big")) for r in ordered]
    ends = [(r.epoch, r.to_txid.to_bytes(8, "big")) for r in ordered]
    horizons = dict(sorted(ends))

    def plant(rows: list[tuple[Any, ...]]) -> None:
        low = high = (-1, b"")
        leaves, number = bytearray(), 0
        for row in rows:
            here = row[16:]
            if not low <= here < high:
                place = bisect.bisect_right(starts, here) - 1
                if place < 0 or here >= ends[place]:
                    if here[1] >= horizons.get(here[0], b""):
                        found.exposed += 1
                        found.since = min(found.since or row[10], row[10])
                    continue
                low, high, number = starts[place], ends[place], ordered[place].number
                leaves = found.leaves.setdefault(number, bytearray())
            leaves += sha256(b"\x00" + row[0].to_bytes(8, "big") + row[14]).digest()
            if row[3] == 1:
                found.begun[number] = found.begun.get(number, 0) + 1

    return plant


def _unlinked(
    connection: psycopg.Connection[Any], opening: list[tuple[str, int, int, bytes, bytes]]
) -> set[str]:
    """Subjects whose first entry in the range does not follow from one in an earlier range."""
    columns = [[o[0] for o in opening], [o[1] for o in opening], [o[2] for o in opening]]
    hashes: dict[str, list[bytes]] = {}
    for subject, digest in connection.execute(_BEFORE, columns).fetchall():
        hashes.setdefault(subject, []).append(bytes(digest))
    return {
        subject
        for subject, _, _, stored, digest in opening
        if [hashlib.sha256(h + stored).digest() for h in hashes.get(subject, [])] != [digest]
    }
