"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from bihuan.journal.models import Anchor, Deployment, Entry
from bihuan.journal.publication import export
from bihuan.journal.verification.report import Report
from bihuan.journal.verification.run import verify

__all__ = [
    "Position",
    "Report",
    "anchors",
    "committed_after",
    "entries_of",
    "entry",
    "export",
    "exposed_since",
    "identity",
    "last_anchor",
    "last_anchor_number",
    "last_of",
    "latest_of",
    "newest_position",
    "recorded_between",
    "verify",
]


class Position(NamedTuple):
    """A place in the order of commitment. Opaque: keep it, compare it, hand it back."""

    epoch: int
    txid: int
    id: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.txid}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """From its text, as in an event stream's Last-Event-ID. Raises ValueError."""
        epoch, txid, entry_id = (int(part) for part in text.split("."))
        if min(epoch, txid, entry_id) < 0 or max(txid, entry_id) >= 2**63 or epoch >= 2**15:
            raise ValueError(f"not a position: {text}")
        return cls(epoch, txid, entry_id)


def entries_of(subject_id: UUID, *, after: int = 0, limit: int = 500) -> list[Entry]:
    """The entries of one subject in order, from sequence ``after`` (exclusive) on."""
    found = Entry.objects.filter(subject_id=subject_id, sequence__gt=after).order_by("sequence")
    return list(found[:limit])


def latest_of(subject_id: UUID, *, limit: int = 50) -> list[Entry]:
    """The latest entries of one subject, the newest first, without the hashed bytes."""
    found = Entry.objects.filter(subject_id=subject_id).defer("canonical", "hash")
    return list(found.order_by("-sequence")[:limit])


def last_of(subject_id: UUID, events: Iterable[str], *, generation: int | None = None) -> Entry | None:
    """The latest entry of one subject among these events."""
    found = Entry.objects.filter(subject_id=subject_id, event__in=list(events))
    if generation is not None:
        found = found.filter(generation=generation)
    return found.order_by("-sequence").first()


def entries_named(subject_id: UUID, event: str) -> list[Entry]:
    """Every entry of one event of a subject, in order, without the hashed bytes."""
    found = Entry.objects.filter(subject_id=subject_id, event=event)
    return list(found.defer("canonical", "hash").order_by("sequence"))


def entries_in(subject_id: UUID, *, generation: int) -> list[Entry]:
    """Every entry of one generation of a subject, in order, without the hashed bytes."""
    found = Entry.objects.filter(subject_id=subject_id, generation=generation)
    return list(found.defer("canonical", "hash").order_by("sequence"))


def entry(entry_id: int) -> Entry:
    """One entry by its number. Raises Entry.DoesNotExist."""
    return Entry.objects.get(id=entry_id)


def recorded_between(start: datetime, end: datetime, *, events: Iterable[str]) -> list[Entry]:
    """Entries of these events whose recorded_at lies in [start, end)."""
    found = Entry.objects.filter(event__in=list(events), recorded_at__gte=start, recorded_at__lt=end)
    return list(found.order_by("id"))


_COMMITTED = """
SELECT id, epoch, txid::text::bigint FROM journal_entry
WHERE (epoch, txid, id) > (%s, %s::text::xid8, %s)
    AND (txid < pg_snapshot_xmin(pg_current_snapshot()) OR epoch < (SELECT epoch FROM journal_deployment))
ORDER BY epoch, txid, id LIMIT %s
"""


def committed_after(position: Position, limit: int) -> list[tuple[Position, Entry]]:
    """Entries in the order of commitment, each with its position; none is ever skipped.

    Only what lies below the oldest running transaction is given out: a transaction that commits
    late comes later in this order, never behind a position that somebody has seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COMMITTED, [position.epoch, str(position.txid), position.id, limit])
        places = {row[0]: Position(row[1], row[2], row[0]) for row in cursor.fetchall()}
    found = Entry.objects.in_bulk(list(places))
    return [(place, found[entry_id]) for entry_id, place in places.items()]


def newest_position() -> Position:
    """Where a reader stands who wants only what is committed from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM journal_deployment"
        )
        epoch, horizon = cursor.fetchone()
    return Position(epoch, horizon, 0)


def identity() -> str:
    """The name of this journal in its anchors."""
    return str(Deployment.objects.get().identity)


def last_anchor_number() -> int:
    """0 where there is no anchor."""
    return Anchor.objects.order_by("-number").values_list("number", flat=True).first() or 0


def last_anchor() -> Anchor | None:
    """The newest anchor, without its bytes read again."""
    return Anchor.objects.order_by("-number").first()


def exposed_since(anchor: Anchor) -> datetime | None:
    """When the oldest entry above the anchor was recorded; None where nothing lies above it."""
    above = Entry.objects.filter(id__gt=anchor.max_id)
    return above.order_by("id").values_list("recorded_at", flat=True).first()


def anchors() -> list[Anchor]:
    return list(Anchor.objects.order_by("number"))
