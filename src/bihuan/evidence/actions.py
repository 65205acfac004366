"""Handing evidence in, tying it to a case, sealing it, and everything that leaves a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from bihuan.accounts.permissions import require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.evidence import events, queries
from bihuan.evidence.bundle import write_bundle
from bihuan.evidence.discarding import Discarded, discard_unclaimed
from bihuan.evidence.errors import Damaged, NotAttached
from bihuan.evidence.intake import Content, Received, received
from bihuan.evidence.models import Access, Item, Party, Source
from bihuan.evidence.names import clean_name
from bihuan.evidence.permissions import EvidencePermission
from bihuan.evidence.queries import Check, ItemRef, Opened
from bihuan.evidence.storage import store
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject

__all__ = [
    "Discarded",
    "Stored",
    "attach",
    "bundle",
    "check_target",
    "discard_unclaimed",
    "record_view",
    "seal",
    "staged",
    "take_in",
    "take_over",
    "upload",
    "verify",
]

CASE: Final = "case"
MOST_UNCLAIMED: Final = 100
"""Files that one consumer may have waiting for a case."""
SAME_VIEW: Final = timedelta(minutes=10)
"""A file opened again within this time (a video in pieces) counts as the same view."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the store and has no row yet; good until the block of ``staged`` ends."""

    file: Received
    backend: str
    party: Party
    case_id: UUID | None
    source: Source


def upload(
    *,
    actor: Actor,
    at: datetime,
    content: BinaryIO | bytes,
    name: str,
    party: str,
    case_id: UUID | None = None,
    source: str = Source.UPLOAD,
    declared_type: str = "",
) -> ItemRef:
    """Take a file in, for a case or before there is one.

    The type follows from the content; ``declared_type`` is only checked against nothing and kept
    nowhere, as senders often get it wrong. The file is durable before its row is written, so a
    process killed in between leaves a file without a row, which clean-up removes. Raises a
    FileRefused with nothing left behind, NotFound where the case may not be read.
    """
    with staged(actor=actor, content=content, party=party, case_id=case_id, source=source) as stored:
        return take_in(stored=stored, actor=actor, at=at, name=name)


@contextmanager
def staged(
    *,
    actor: Actor,
    content: BinaryIO | bytes,
    party: str,
    case_id: UUID | None = None,
    source: str = Source.UPLOAD,
) -> Iterator[Stored]:
    """Put a checked file into the store, outside of any transaction; ``take_in`` then writes its row.

    The same content again changes nothing in the store. Raises a FileRefused, NotFound, NotAllowed, Invalid.
    """
    require(actor, EvidencePermission.UPLOAD)
    check_target(actor, case_id, party, source)
    with received(content) as file:
        target = store()
        for each in _contents(file):
            target.put(each.path, each.sha256)
        yield Stored(file, target.name, Party(party), case_id, Source(source))


def take_in(*, stored: Stored, actor: Actor, at: datetime, name: str) -> ItemRef:
    """Write the row of a file that is in the store. Raises as ``staged`` does, for what changed since."""
    require(actor, EvidencePermission.UPLOAD)
    check_target(actor, stored.case_id, stored.party, stored.source)
    with transaction.atomic():
        return _insert(
            stored.file, stored.backend, actor, at, name, stored.party, stored.case_id, stored.source
        )


def attach(*, item_ids: Sequence[UUID], case_id: UUID, actor: Actor, at: datetime) -> list[ItemRef]:
    """Tie files to a case, in the order given; one statement whatever their number.

    Only by whoever uploaded them; a file of this case already is taken as attached. The flow that
    calls says so on the case (``complaint.evidence_added``). Raises NotAttached and changes nothing
    when any of them cannot be attached.
    """
    if not item_ids:
        return []
    require(actor, EvidencePermission.UPLOAD)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_ATTACH, [CASE, case_id, at, list(item_ids), actor.id, str(actor.kind), case_id])
        found = {row[0]: ItemRef(*row) for row in cursor.fetchall()}
        missing = [str(each) for each in item_ids if each not in found]
        if missing:
            raise NotAttached(count=len(missing), ids=", ".join(missing))
    return [found[each] for each in dict.fromkeys(item_ids)]


def take_over(*, from_case: UUID, into_case: UUID, actor: Actor, at: datetime) -> list[ItemRef]:
    """Hand the files of one case into another that is opened from it, under the hands they came from.

    The contents are stored once; each case has its own row with its own seal and accesses. The flow that
    calls has checked that the actor may read the one and open the other.
    """
    found = list(
        Item.objects.filter(subject_id=from_case).select_related("blob").order_by("uploaded_at", "id")
    )
    with transaction.atomic():
        made = Item.objects.bulk_create(_handed_on(item, into_case, at) for item in found)
        journal.append(
            [
                _draft(
                    copy,
                    events.EvidenceTakenOver(from_id=item.id, case_id=into_case, sha256=item.blob_id),
                    actor,
                    at,
                )
                for item, copy in zip(found, made, strict=True)
            ]
        )
    return [
        ItemRef(c.id, c.blob_id, item.blob.size, item.blob.media_type, c.name, c.party, c.uploaded_at)
        for item, c in zip(found, made, strict=True)
    ]


def _handed_on(item: Item, into_case: UUID, at: datetime) -> Item:
    return Item(
        id=uuid4(),
        blob_id=item.blob_id,
        public_id=item.public_id,
        subject_kind=CASE,
        subject_id=into_case,
        uploader_id=item.uploader_id,
        uploader_kind=item.uploader_kind,
        party=item.party,
        name=item.name,
        source=item.source,
        uploaded_at=item.uploaded_at,
        claimed_at=at,
    )


def seal(*, item_ids: Sequence[UUID], actor: Actor, at: datetime) -> None:
    """Put originals under seal after hashing them again; sealing twice changes nothing.

    Raises NotFound, Refusal for a file that belongs to no case, Damaged where one no longer
    matches its digest (which is recorded).
    """
    require(actor, EvidencePermission.SEAL)
    items = [queries.get_for(actor, each) for each in dict.fromkeys(item_ids)]
    for item in items:
        _require_claimed(item)
        if not verify(item_id=item.id, actor=actor, at=at).ok:
            raise Damaged(id=str(item.id))
    with transaction.atomic():
        waiting = Item.objects.select_for_update().filter(
            id__in=[i.id for i in items], sealed_at__isnull=True
        )
        ids = list(waiting.order_by("id").values_list("id", flat=True))
        Item.objects.filter(id__in=ids).update(sealed_at=at)
        journal.append([_draft(i, _sealed(i), actor, at) for i in items if i.id in ids])


def record_view(
    *, actor: Actor, at: datetime, item_id: UUID, original: bool = False, reason: str | None = None
) -> Opened:
    """Open a file and record who looked; see ``queries.open_for`` for what it raises."""
    opened = queries.open_for(actor, item_id, original=original, reason=reason)
    try:
        _record_access(opened.item, actor, at, original=original, reason=reason)
    except BaseException:
        opened.stream.close()
        raise
    return opened


def verify(*, item_id: UUID, actor: Actor, at: datetime) -> Check:
    """Hash a stored original again; a mismatch is recorded as ``evidence.damaged``."""
    check = queries.verify_item(item_id)
    if not check.ok:
        item = Item.objects.get(id=item_id)
        damaged = events.EvidenceDamaged(case_id=item.subject_id, sha256=check.expected, found=check.found)
        with transaction.atomic():
            journal.append([_draft(item, damaged, actor, at)])
    return check


def bundle(*, actor: Actor, at: datetime, case_id: UUID, reason: str, original: bool = False) -> BinaryIO:
    """All evidence of a case as a ZIP with ``manifest.json``; the same content gives the same bytes.

    The caller closes the stream. Each file is hashed while it is copied. Raises NotFound where the
    case may not be read, Damaged where a file no longer matches its digest.
    """
    require(actor, EvidencePermission.EXPORT)
    if original:
        require(actor, EvidencePermission.ORIGINAL)
    why = queries.reason_of(reason)
    if not queries.may_read(actor, case_id):
        raise NotFound(kind="case", id=str(case_id))
    items = queries.items_of(case_id)
    file = write_bundle(case_id, items, original=original)
    with transaction.atomic():
        Access.objects.bulk_create([_access(i, actor, at, original, why) for i in items])
        journal.append([_draft(i, _exported(i, original, why), actor, at) for i in items])
    return file


_ATTACH: Final = """
UPDATE evidence_item AS i
SET subject_kind = %s, subject_id = %s, claimed_at = coalesce(i.claimed_at, %s)
FROM evidence_blob AS b
WHERE i.id = ANY(%s) AND b.sha256 = i.sha256 AND i.uploader_id = %s AND i.uploader_kind = %s
  AND (i.subject_id IS NULL OR i.subject_id = %s)
RETURNING i.id, i.sha256, b.size, b.media_type, i.name, i.party, i.uploaded_at
"""

_KEEP_BLOBS: Final = """
INSERT INTO evidence_blob AS b (sha256, size, media_type, stored_at, backend)
SELECT DISTINCT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::timestamptz[], %s::text[])
ORDER BY 1
ON CONFLICT (sha256) DO UPDATE SET size = b.size
"""


def check_target(actor: Actor, case_id: UUID | None, party: str, source: str) -> None:
    """Raise unless the actor may hand something in for this case, or before there is one."""
    if party not in Party.values:
        raise Invalid(field="party")
    if source not in Source.values:
        raise Invalid(field="source")
    if case_id is not None:
        if not queries.may_read(actor, case_id):
            raise NotFound(kind="case", id=str(case_id))
    elif actor.kind is ActorKind.CONSUMER:
        waiting = Item.objects.filter(uploader_id=actor.id, subject_id__isnull=True)[:MOST_UNCLAIMED]
        if waiting.count() >= MOST_UNCLAIMED:
            raise Refusal(
                "You have handed in {count} files that belong to no complaint yet.",
                code="evidence.too_many",
                count=MOST_UNCLAIMED,
                remedy="Submit the complaint with the files that belong to it, then add further ones.",
            )


def _contents(file: Received) -> list[Content]:
    return [file.original, file.public] if file.public else [file.original]


def _insert(
    file: Received,
    backend: str,
    actor: Actor,
    at: datetime,
    name: str,
    party: Party,
    case_id: UUID | None,
    source: Source,
) -> ItemRef:
    contents = _contents(file)
    count = len(contents)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_BLOBS,
            [
                [c.sha256 for c in contents],
                [c.size for c in contents],
                [file.form.media_type] * count,
                [at] * count,
                [backend] * count,
            ],
        )
    item = Item.objects.create(
        id=uuid4(),
        blob_id=file.original.sha256,
        public_id=file.public.sha256 if file.public else None,
        subject_kind=CASE if case_id else None,
        subject_id=case_id,
        claimed_at=at if case_id else None,
        uploader_id=actor.id,
        uploader_kind=str(actor.kind),
        party=party,
        source=source,
        name=clean_name(name, file.form.extension),
        uploaded_at=at,
    )
    uploaded = events.EvidenceUploaded(
        sha256=file.original.sha256,
        public_sha256=item.public_id,
        size=file.original.size,
        media_type=file.form.media_type.partition(";")[0],
        party=party,
        source=source,
        case_id=case_id,
    )
    journal.append([_draft(item, uploaded, actor, at)])
    return ItemRef(
        item.id, file.original.sha256, file.original.size, file.form.media_type, item.name, party, at
    )


def _record_access(item: Item, actor: Actor, at: datetime, *, original: bool, reason: str | None) -> None:
    why = reason if original and item.public_id else None
    with transaction.atomic():
        recent = item.accesses.filter(actor_id=actor.id, original=original, at__gt=at - SAME_VIEW)
        if recent.filter(reason=why or "").exists():
            return
        Access.objects.bulk_create([_access(item, actor, at, original, why or "")], ignore_conflicts=True)
        viewed = events.EvidenceViewed(case_id=item.subject_id, original=original, reason=why)
        journal.append([_draft(item, viewed, actor, at)])


def _access(item: Item, actor: Actor, at: datetime, original: bool, reason: str) -> Access:
    return Access(
        item=item, actor_id=actor.id, actor_kind=str(actor.kind), original=original, reason=reason, at=at
    )


def _sealed(item: Item) -> Event:
    return events.EvidenceSealed(case_id=_require_claimed(item), sha256=item.blob_id, size=item.blob.size)


def _exported(item: Item, original: bool, reason: str) -> Event:
    shown = item.blob_id if original or item.public_id is None else item.public_id
    return events.EvidenceExported(
        case_id=_require_claimed(item), sha256=shown, original=original, reason=reason
    )


def _require_claimed(item: Item) -> UUID:
    if item.subject_id is None:
        raise Refusal(
            "The file {id} belongs to no case yet.",
            code="evidence.unclaimed",
            id=str(item.id),
            remedy="Attach it to a case first.",
        )
    return item.subject_id


def _draft(item: Item, event: Event, actor: Actor, at: datetime) -> journal.Draft:
    return journal.Draft(subject=Subject("evidence", item.id), event=event, actor=actor, occurred_at=at)
