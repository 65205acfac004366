"""Reading evidence. What others see is the copy without place, device and author, where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

from bihuan.accounts.permissions import allows
from bihuan.engine.errors import Invalid, NotFound
from bihuan.evidence.errors import OriginalSealed
from bihuan.evidence.models import Access, Blob, Item
from bihuan.evidence.permissions import EvidencePermission
from bihuan.evidence.readers import may_read, register_reader
from bihuan.evidence.storage import digest_of, store_named
from bihuan.journal.actor import Actor

__all__ = [
    "Check",
    "ItemRef",
    "Opened",
    "Reason",
    "accesses_of",
    "get_for",
    "items_of",
    "may_read",
    "open_for",
    "ref",
    "register_reader",
    "verify_item",
]


class Reason(StrEnum):
    """Why somebody opens an original or takes files away."""

    AUTHENTICITY = "authenticity"
    APPRAISAL = "appraisal"
    MEDIATION = "mediation"
    LITIGATION = "litigation"
    REGULATOR = "regulator"
    PRIVACY_REQUEST = "privacy_request"


@dataclass(frozen=True, slots=True)
class ItemRef:
    """What other modules keep and show of a piece of evidence."""

    id: UUID
    sha256: str
    size: int
    media_type: str
    name: str
    party: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A file open for reading; the caller closes ``stream``."""

    item: Item
    stream: BinaryIO
    size: int
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Check:
    """The digest recorded and the one of what lies in the store now (``missing`` where nothing does)."""

    item_id: UUID
    expected: str
    found: str

    @property
    def ok(self) -> bool:
        return self.expected == self.found


def ref(item: Item) -> ItemRef:
    return ItemRef(
        id=item.id,
        sha256=item.blob_id,
        size=item.blob.size,
        media_type=item.blob.media_type,
        name=item.name,
        party=item.party,
        uploaded_at=item.uploaded_at,
    )


def items_of(case_id: UUID) -> list[Item]:
    """The evidence of a case in the order of arrival; the caller has checked that the case may be read."""
    found = Item.objects.filter(subject_id=case_id).select_related("blob", "public")
    return list(found.order_by("uploaded_at", "id"))


def get_for(actor: Actor, item_id: UUID) -> Item:
    """One piece of evidence. Raises NotFound also where the actor may not know of it."""
    item = Item.objects.select_related("blob", "public").filter(id=item_id).first()
    if item is None or not _visible(actor, item):
        raise NotFound(kind="evidence", id=str(item_id))
    return item


def open_for(actor: Actor, item_id: UUID, *, original: bool = False, reason: str | None = None) -> Opened:
    """Open the file for this actor, without recording that: doors use ``actions.record_view``.

    Raises NotFound, or OriginalSealed where the original needs a permission or a reason that is
    not given. Whoever uploaded a file may open the original until it is sealed.
    """
    item = get_for(actor, item_id)
    if original and item.public is not None:
        _require_original(actor, item, reason)
    blob = item.blob if original or item.public is None else item.public
    return Opened(item, open_blob(blob), blob.size, blob.media_type, item.name)


def open_blob(blob: Blob) -> BinaryIO:
    """The bytes of a content, from the store that it was put into. Raises NotFound."""
    return store_named(blob.backend).open(blob.sha256)


def verify_item(item_id: UUID) -> Check:
    """Hash the stored original again. Raises NotFound for an unknown item."""
    item = Item.objects.select_related("blob").filter(id=item_id).first()
    if item is None:
        raise NotFound(kind="evidence", id=str(item_id))
    try:
        with open_blob(item.blob) as stream:
            found, _ = digest_of(stream)
    except NotFound:
        found = "missing"
    return Check(item.id, item.blob_id, found)


def accesses_of(actor: Actor, item_id: UUID) -> list[Access]:
    """Who looked at a file and when, latest first. Raises NotFound."""
    return list(get_for(actor, item_id).accesses.order_by("-at"))


def reason_of(value: str | None) -> Reason:
    """The reason as one of the known codes. Raises Invalid."""
    try:
        return Reason(value or "")
    except ValueError:
        raise Invalid(
            "{value} is not a reason for opening an original.",
            field="reason",
            value=value,
            remedy=f"Give one of {', '.join(Reason)}.",
        ) from None


def _visible(actor: Actor, item: Item) -> bool:
    if item.uploader_id == actor.id and item.uploader_kind == actor.kind:
        return item.subject_id is None or actor.case_id in (None, item.subject_id)
    return item.subject_id is not None and may_read(actor, item.subject_id)


def _require_original(actor: Actor, item: Item, reason: str | None) -> None:
    if item.uploader_id == actor.id and item.sealed_at is None:
        return
    if not allows(actor, EvidencePermission.ORIGINAL):
        raise OriginalSealed(permission=str(EvidencePermission.ORIGINAL))
    reason_of(reason)
