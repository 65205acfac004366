"""The anchors: signature, chain, what the database holds below them, and the copies outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from bihuan.engine.errors import Unavailable
from bihuan.journal.anchors import merkle
from bihuan.journal.anchors.outside import FilePlace, Place
from bihuan.journal.anchors.record import ZERO, Anchor, Signed, is_signed, key_id
from bihuan.journal.verification.fast import Part, Range
from bihuan.journal.verification.report import Finding, finding

_ROWS = """
SELECT number, payload, signature, hash, epoch, from_txid::text::bigint, to_txid::text::bigint, count, total,
    subjects, max_id, root, previous, made_at, key_id
FROM journal_anchor ORDER BY number
"""
_COLUMNS = (
    "epoch", "from_txid", "to_txid", "count", "total", "subjects", "max_id", "root", "previous", "made_at",
    "key_id",
)  # fmt: skip


Each = Callable[[Callable[[bytearray], bytes], list[bytearray]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Covered:
    """What the database holds below an anchor."""

    number: int
    count: int
    begun: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the table; ``anchor`` is None where its signed bytes cannot be read."""

    number: int
    signed: Signed
    columns: dict[str, Any]
    anchor: Anchor | None


def read(connection: psycopg.Connection[Any]) -> list[Stored]:
    return [_stored(row) for row in connection.execute(_ROWS).fetchall()]


def _stored(row: tuple[Any, ...]) -> Stored:
    signed = Signed(bytes(row[1]), bytes(row[2]))
    try:
        anchor: Anchor | None = signed.anchor()
    except ValueError:
        anchor = None
    columns = {"hash": bytes(row[3]), **dict(zip(_COLUMNS, row[4:], strict=True))}
    return Stored(row[0], signed, columns, anchor)


def check(stored: Sequence[Stored], journal: str, trusted: frozenset[bytes]) -> list[Finding]:
    """Each row by itself, and each against the one before it."""
    found: list[Finding] = []
    before: Stored | None = None
    horizons: dict[int, int] = {}
    for row in stored:
        found += _alone(row, journal, trusted)
        if row.anchor is not None:
            start = horizons.get(row.anchor.epoch, 0)
            if not _follows(row.anchor, before, start):
                found.append(finding("anchor_chain", anchor=row.number))
            horizons[row.anchor.epoch] = row.anchor.to_txid
            if row.anchor.abandoned:
                found.append(
                    finding(
                        "restored",
                        anchor=row.number,
                        count=len(row.anchor.abandoned),
                        made_at=row.anchor.made_at.isoformat(),
                    )
                )
        before = row
    return found


def _alone(row: Stored, journal: str, trusted: frozenset[bytes]) -> list[Finding]:
    anchor = row.anchor
    if anchor is None:
        return [finding("anchor_payload", anchor=row.number)]
    said = {name: getattr(anchor, name) for name in _COLUMNS if name != "key_id"}
    said |= {"key_id": key_id(anchor.public_key), "hash": row.signed.hash()}
    different = [n for n, value in said.items() if _bytes(row.columns[n]) != value]
    different += [] if (anchor.number, anchor.journal) == (row.number, journal) else ["number, journal"]
    found = [finding("anchor_columns", anchor=row.number, columns=", ".join(different))] if different else []
    if anchor.public_key not in trusted:
        found.append(finding("anchor_key", anchor=row.number, key=key_id(anchor.public_key)))
    elif not is_signed(row.signed, anchor.public_key):
        found.append(finding("anchor_signature", anchor=row.number))
    return found


def _follows(anchor: Anchor, before: Stored | None, start: int) -> bool:
    if anchor.from_txid != start:
        return False
    if before is None:
        return anchor.previous == ZERO and anchor.number == 1 + len(anchor.abandoned)
    last = before.anchor
    return (
        anchor.previous == before.signed.hash()
        and anchor.number == before.number + 1 + len(anchor.abandoned)
        and (last is None or anchor.total == last.total + anchor.count)
    )


def ranges(stored: Iterable[Stored]) -> list[Range]:
    """What the readable anchors say they cover."""
    anchors = [row.anchor for row in stored if row.anchor]
    return [Range(a.number, a.epoch, a.from_txid, a.to_txid) for a in anchors]


def covered(anchored: Sequence[Range], parts: Iterable[Part], each: Each = map) -> list[Covered]:
    """What the database holds below each anchor, from the parts in the order of their numbers.

    ``each`` applies a function to all of a list, as ``map`` does: a pool's uses all cores."""
    leaves: dict[int, bytearray] = {}
    begun: dict[int, int] = {}
    for part in parts:
        for number, some in part.leaves.items():
            leaves.setdefault(number, bytearray()).extend(some)
        for number, count in part.begun.items():
            begun[number] = begun.get(number, 0) + count
        part.leaves = {}
    numbers = [covering.number for covering in anchored]
    below = [leaves.get(number, bytearray()) for number in numbers]
    roots = each(merkle.root, below)
    return [
        Covered(number, len(raw) // 32, begun.get(number, 0), root)
        for number, raw, root in zip(numbers, below, roots, strict=True)
    ]


def compare(stored: Iterable[Stored], covered: Iterable[Covered]) -> list[Finding]:
    """What was signed against what the database holds now."""
    held = {c.number: c for c in covered}
    found: list[Finding] = []
    before: Anchor | None = None
    for row in stored:
        if row.anchor is None or row.number not in held:
            continue
        anchor, now = row.anchor, held[row.number]
        found += _below(anchor, now)
        # only beside the anchor right before it can the number of subjects be compared
        known = before.subjects if before else 0 if anchor.number == 1 else None
        adjacent = before is None or before.hash() == anchor.previous
        if known is not None and adjacent and anchor.subjects - known > now.begun:
            lost = anchor.subjects - known - now.begun
            found.append(finding("below_subjects", anchor=anchor.number, count=lost))
        before = anchor
    return found


def _below(anchor: Anchor, now: Covered) -> list[Finding]:
    about: dict[str, Any] = {
        "anchor": anchor.number,
        "range": f"epoch {anchor.epoch}, transactions {anchor.from_txid}–{anchor.to_txid}",
    }
    if now.count < anchor.count:
        return [finding("below_deleted", count=anchor.count - now.count, **about)]
    if now.count > anchor.count:
        return [finding("below_inserted", count=now.count - anchor.count, **about)]
    if now.root != anchor.root:
        return [finding("below_rewritten", count=now.count, made_at=anchor.made_at.isoformat(), **about)]
    return []


def outside(
    place: Place, stored: Sequence[Stored], copied: frozenset[int], trusted: frozenset[bytes]
) -> list[Finding]:
    """The copies of one place against the table, both ways."""
    waiting = sum(row.number not in copied for row in stored)
    found = [finding("outside_waiting", place=place.name, count=waiting)] if waiting else []
    if not place.readable:
        return found
    try:
        held = _held(place, stored, copied)
    except Unavailable:
        return [*found, finding("outside_silent", place=place.name)]
    abandoned = {h for row in stored if row.anchor for h in row.anchor.abandoned}
    by_number = {row.number: row for row in stored}
    for signed in held:
        found += _one_outside(place.name, signed, by_number, abandoned, trusted)
    if isinstance(place, FilePlace):
        there = {s.hash() for s in held}
        gone = [r.number for r in stored if r.number in copied and r.signed.hash() not in there]
    else:
        last = max(copied, default=None)
        gone = [last] if last is not None and not any(s.anchor().number == last for s in held) else []
    numbers = {s.anchor().number for s in held}
    found += [finding("outside_missing", anchor=n, place=place.name) for n in gone if n not in numbers]
    if isinstance(place, FilePlace) and place.torn:
        found.append(finding("outside_torn", place=place.name, count=place.torn))
    return found


def _held(place: Place, stored: Sequence[Stored], copied: frozenset[int]) -> list[Signed]:
    """All of a file; of another host the last one (it binds all before it) and whatever goes beyond."""
    if isinstance(place, FilePlace):
        return place.read()
    last = max(copied, default=0)
    newest = place.held(last) if last else None
    beyond = place.beyond(max((row.number for row in stored), default=0))
    return ([newest] if newest else []) + beyond


def _one_outside(
    place: str, signed: Signed, stored: dict[int, Stored], abandoned: set[str], trusted: frozenset[bytes]
) -> list[Finding]:
    anchor = signed.anchor()
    if anchor.public_key not in trusted or not is_signed(signed, anchor.public_key):
        return [finding("outside_forged", anchor=anchor.number, place=place)]
    if signed.hash().hex() in abandoned:
        return []
    row = stored.get(anchor.number)
    if row is None:
        return [finding("anchor_lost", anchor=anchor.number, place=place, made_at=anchor.made_at.isoformat())]
    if row.signed.hash() != signed.hash():
        return [finding("outside_differs", anchor=anchor.number, place=place)]
    return []


def _bytes(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
