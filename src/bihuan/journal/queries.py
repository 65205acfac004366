"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from bihuan.journal.models import Entry


def entries_of(subject_id: UUID, *, after: int = 0, limit: int = 500) -> list[Entry]:
    """The entries of one subject in order, from sequence ``after`` (exclusive) on."""
    found = Entry.objects.filter(subject_id=subject_id, sequence__gt=after).order_by("sequence")
    return list(found[:limit])


def last_of(subject_id: UUID, events: Iterable[str], *, generation: int | None = None) -> Entry | None:
    """The latest entry of one subject among these events."""
    found = Entry.objects.filter(subject_id=subject_id, event__in=list(events))
    if generation is not None:
        found = found.filter(generation=generation)
    return found.order_by("-sequence").first()


def entry(entry_id: int) -> Entry:
    """One entry by its number. Raises Entry.DoesNotExist."""
    return Entry.objects.get(id=entry_id)


def recorded_between(start: datetime, end: datetime, *, events: Iterable[str]) -> list[Entry]:
    """Entries of these events whose recorded_at lies in [start, end)."""
    found = Entry.objects.filter(event__in=list(events), recorded_at__gte=start, recorded_at__lt=end)
    return list(found.order_by("id"))
