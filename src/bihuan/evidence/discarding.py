"""Removing what no case claimed, and what nothing points at any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bihuan.evidence import events
from bihuan.evidence.models import Blob, Item
from bihuan.evidence.storage import store, sweep_staging
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject

UNCLAIMED_FOR: Final = timedelta(days=7)
"""How long a file may wait for a case before it is removed."""
STAGED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Discarded:
    items: int
    files: int
    staged: int


def discard_unclaimed(*, actor: Actor, at: datetime, files_at: datetime) -> Discarded:
    """Remove files that no case claimed within seven days, contents without a row, and left-overs.

    ``files_at`` is the machine's own time, by which the store dates its files (``at`` may be a
    drill's). What another upload stores again at the same moment is kept.
    """
    old = Item.objects.filter(subject_id__isnull=True, uploaded_at__lt=at - UNCLAIMED_FOR)
    items = sum(_discard(item_id, actor, at) for item_id in list(old.values_list("id", flat=True)))
    before = files_at - UNCLAIMED_FOR
    _drop_blobs_without_item(at - UNCLAIMED_FOR)
    place = store()
    files = 0
    for sha256 in place.older(before):
        if not Blob.objects.filter(sha256=sha256).exists():
            files += place.discard(sha256, before=before)
    return Discarded(items, files, sweep_staging(files_at - STAGED_FOR))


def _discard(item_id: UUID, actor: Actor, at: datetime) -> bool:
    with transaction.atomic():
        item = Item.objects.select_for_update().filter(id=item_id, subject_id__isnull=True).first()
        if item is None:
            return False
        gone = events.EvidenceDiscarded(sha256=item.blob_id, uploaded_at=item.uploaded_at)
        subject = Subject("evidence", item.id)
        journal.append([journal.Draft(subject=subject, event=gone, actor=actor, occurred_at=at)])
        item.delete()
    return True


def _drop_blobs_without_item(before: datetime) -> None:
    used = Item.objects.filter(Q(blob=OuterRef("pk")) | Q(public=OuterRef("pk")))
    unused = Blob.objects.filter(~Exists(used), stored_at__lt=before)
    for sha256 in list(unused.values_list("sha256", flat=True)):
        with transaction.atomic():
            Blob.objects.filter(~Exists(used), sha256=sha256).delete()
