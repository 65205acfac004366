"""Evidence over the API: upload before the case exists, look it up, fetch it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.evidence import actions, queries
from bihuan.evidence.models import Source
from bihuan.evidence.parties import party_of
from bihuan.evidence.serving import answer
from bihuan.evidence.uploads import require_whole
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

router = Router(tags=["evidence"])
READ = [ApiKeyAuth("evidence:read"), SessionAuth()]
WRITE = [ApiKeyAuth("evidence:write"), SessionAuth()]


class ItemOut(Schema):
    """A piece of evidence; ``sha256`` is that of the original as it came in."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    party: str
    uploaded_at: datetime


@router.post("", response={201: ItemOut}, auth=WRITE, operation_id="upload_evidence")
def upload(
    request: HttpRequest, file: File[UploadedFile], party: Form[str] = "", case_id: Form[UUID | None] = None
) -> Status[ItemOut]:
    """Hand in one file, for a case or before there is one (then it waits seven days)."""
    require_whole(request)
    actor = _actor(request)
    ref = actions.upload(
        actor=actor,
        at=now(),
        content=cast("BinaryIO", file.file),
        name=file.name or "",
        source=Source.API,
        declared_type=file.content_type or "",
        party=party_of(actor, party),
        case_id=case_id,
    )
    return Status(201, _out(ref))


@router.get("/{uuid:item_id}", response=ItemOut, auth=READ, operation_id="get_evidence")
def get(request: HttpRequest, item_id: UUID) -> ItemOut:
    return _out(queries.ref(queries.get_for(_actor(request), item_id)))


@router.get("/{uuid:item_id}/content", auth=READ, operation_id="get_evidence_content")
def content(
    request: HttpRequest,
    item_id: UUID,
    original: bool = False,
    reason: Annotated[str | None, Query(max_length=120)] = None,
) -> HttpResponseBase:
    """The bytes; the original of a picture or film needs a permission and a reason."""
    opened = actions.record_view(
        actor=_actor(request), at=now(), item_id=item_id, original=original, reason=reason
    )
    return answer(opened, range_header=request.headers.get("Range", ""))


def _actor(request: HttpRequest) -> Actor:
    found: Any = request.auth  # type: ignore[attr-defined]
    actor: Actor = found
    return actor


def _out(ref: queries.ItemRef) -> ItemOut:
    return ItemOut(
        id=ref.id,
        name=ref.name,
        media_type=ref.media_type.partition(";")[0],
        size=ref.size,
        sha256=ref.sha256,
        party=ref.party,
        uploaded_at=ref.uploaded_at,
    )
