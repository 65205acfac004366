"""What the journal holds, for people who check it: standing, anchors, which anchor covers an entry.

Reads the journal's published columns (docs/journal.md) and never counts what an anchor has signed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection

from bihuan.journal import queries as journal
from bihuan.journal.anchors.outside import places
from bihuan.journal.anchors.record import Signed, is_signed
from bihuan.journal.models import Anchor, Entry
from bihuan.journal.verification.run import trusted_keys

MOST: Final = 100_000
"""Entries above the last anchor that are counted; beyond it is said that there are more."""
Signature = Literal["valid", "foreign", "broken"]

_ABOVE: Final = """
SELECT count(*), count(*) FILTER (WHERE sequence = 1), min(recorded_at) FROM (
    SELECT sequence, recorded_at FROM journal_entry
    WHERE (epoch, txid) >= (%s, %s::text::xid8) ORDER BY epoch, txid LIMIT %s) e
"""
_LAST: Final = """
SELECT epoch, to_txid::text, number, total, subjects, made_at FROM journal_anchor ORDER BY number DESC LIMIT 1
"""
_NEWEST: Final = "SELECT id, event, subject_kind, recorded_at FROM journal_entry ORDER BY id DESC LIMIT 1"
_COPIES: Final = "SELECT number, place FROM journal_anchor_copy WHERE number = ANY(%s) ORDER BY place"
_COVER: Final = """
SELECT e.id, e.sequence, e.hash, (
    SELECT a.number FROM journal_anchor a
    WHERE a.epoch = e.epoch AND a.to_txid > e.txid AND a.from_txid <= e.txid ORDER BY a.to_txid LIMIT 1)
FROM journal_entry e WHERE e.subject_id = %s ORDER BY e.sequence
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The journal in a few figures. What lies above the last anchor is the exposure window."""

    identity: str
    entries: int
    subjects: int
    newest: tuple[int, str, str, datetime] | None
    last_anchor: int
    anchored_at: datetime | None
    exposed: int
    exposed_since: datetime | None
    more: bool
    """More than ``MOST`` entries are exposed: the other figures are at least what they say."""


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """One anchor: what it covers, whether its signature holds, where copies of it lie or are waited for."""

    number: int
    made_at: datetime
    count: int
    total: int
    root: str
    key_id: str
    signature: Signature
    outside: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry of a subject: its number in the journal, its hash, the anchor over it (None: exposed)."""

    id: int
    hash: str
    anchor: int | None


def standing() -> Standing:
    """Entries and subjects from the last anchor and what lies above it; no table is counted through."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        epoch, horizon, number, total, subjects, made_at = cursor.fetchone() or (0, "0", 0, 0, 0, None)
        cursor.execute(_ABOVE, [epoch, horizon, MOST + 1])
        above, begun, since = cursor.fetchone()
        cursor.execute(_NEWEST)
        newest = cursor.fetchone()
    return Standing(
        identity=journal.identity(),
        entries=total + above,
        subjects=subjects + begun,
        newest=newest,
        last_anchor=number,
        anchored_at=made_at,
        exposed=above,
        exposed_since=since,
        more=above > MOST,
    )


def anchors(*, before: int = 0, limit: int = 20) -> list[AnchorLine]:
    """Anchors from the newest on; ``before`` is the number of the last one of the page before."""
    found = Anchor.objects.filter(number__lt=before) if before else Anchor.objects.all()
    rows = list(found.order_by("-number")[:limit])
    copies = _copies([row.number for row in rows])
    wanted = [place.name for place in places(journal.identity())]
    trusted = trusted_keys()
    return [_line(row, copies.get(row.number, ()), wanted, trusted) for row in rows]


def covered(subject_id: UUID) -> dict[int, Covered]:
    """The entries of a subject by their sequence."""
    with connection.cursor() as cursor:
        cursor.execute(_COVER, [subject_id])
        return {row[1]: Covered(row[0], bytes(row[2]).hex(), row[3]) for row in cursor.fetchall()}


def entries(numbers: Collection[int]) -> dict[int, Entry]:
    """Entries by their number, without the hashed bytes."""
    return Entry.objects.defer("canonical", "hash").in_bulk(list(numbers))


def _copies(numbers: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [numbers])
        for number, place in cursor.fetchall():
            found[number] = (*found.get(number, ()), place)
    return found


def _line(
    row: Anchor, outside: tuple[str, ...], wanted: Collection[str], trusted: frozenset[bytes]
) -> AnchorLine:
    return AnchorLine(
        number=row.number,
        made_at=row.made_at,
        count=row.count,
        total=row.total,
        root=bytes(row.root).hex(),
        key_id=row.key_id,
        signature=_signature(row, trusted),
        outside=outside,
        missing=tuple(name for name in wanted if name not in outside),
    )


def _signature(row: Anchor, trusted: frozenset[bytes]) -> Signature:
    """``broken`` also where the columns say something else than the signed bytes."""
    signed = Signed(bytes(row.payload), bytes(row.signature))
    try:
        said = signed.anchor()
    except ValueError:
        return "broken"
    shown: Mapping[str, Any] = {
        "number": row.number, "count": row.count, "total": row.total, "root": bytes(row.root),
        "made_at": row.made_at,
    }  # fmt: skip
    if not is_signed(signed, said.public_key) or any(getattr(said, n) != v for n, v in shown.items()):
        return "broken"
    return "valid" if said.public_key in trusted else "foreign"
