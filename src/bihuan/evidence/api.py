"""Evidence over the API: upload before the case exists, look it up, fetch it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, File, Form, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.engine.errors import Invalid
from bihuan.evidence import actions, pieces, queries
from bihuan.evidence.models import Source
from bihuan.evidence.parties import party_of
from bihuan.evidence.pieces import Standing
from bihuan.evidence.serving import answer
from bihuan.evidence.uploads import require_whole
from bihuan.journal.time import now

router = Router(tags=["evidence"])
READ = [ApiKeyAuth("evidence:read"), SessionAuth()]
WRITE = [ApiKeyAuth("evidence:write"), SessionAuth()]
View = Callable[..., Any]


class ItemOut(Schema):
    """A piece of evidence; ``sha256`` is that of the original as it came in."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    party: str
    uploaded_at: datetime


class BeginIn(Schema):
    """A file that comes in pieces. ``mark`` tells the file again after a break, such as its SHA-256."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    size: Annotated[int, Field(ge=1, le=2**40)]
    mark: Annotated[str, Field(pattern="^[!-~]{8,64}$")]
    party: Annotated[str, Field(max_length=20)] = ""
    case_id: UUID | None = None


class StandingOut(Schema):
    """How far a file has come; the next piece begins at ``received`` and has at most ``piece`` bytes."""

    id: UUID
    size: int
    received: int
    piece: int


@contextmanager
def _stored(request: HttpRequest, values: Mapping[str, Any]) -> Iterator[None]:
    """The bytes go to the store before the transaction of the operation begins."""
    require_whole(request)
    actor, file = actor_asking(request), values["file"]
    with actions.staged(
        actor=actor,
        content=cast("BinaryIO", file.file),
        party=party_of(actor, values["party"]),
        case_id=values["case_id"],
        source=Source.API,
    ) as stored:
        request.prepared = stored  # type: ignore[attr-defined]
        yield


def before(prepare: Callable[..., Any]) -> Callable[[View], View]:
    """What an operation does outside of its transaction (project/api/once.py)."""

    def mark(view: View) -> View:
        @wraps(view)
        def act(request: HttpRequest, **values: Any) -> Any:
            if hasattr(request, "prepared"):
                return view(request, **values)
            with prepare(request, values):
                return view(request, **values)

        act.before = prepare  # type: ignore[attr-defined]
        return act

    return mark


@router.post("", response={201: ItemOut}, auth=WRITE, operation_id="upload_evidence")
@before(_stored)
def upload(
    request: HttpRequest, file: File[UploadedFile], party: Form[str] = "", case_id: Form[UUID | None] = None
) -> Status[ItemOut]:
    """Hand in one file, for a case or before there is one (then it waits seven days)."""
    del party, case_id  # read by ``_stored``
    ref = actions.take_in(
        stored=request.prepared,  # type: ignore[attr-defined]
        actor=actor_asking(request),
        at=now(),
        name=file.name or "",
    )
    return Status(201, _out(ref))


@router.post("/pieces", response={201: StandingOut}, auth=WRITE, operation_id="begin_evidence")
def begin(request: HttpRequest, body: BeginIn) -> Status[Standing]:
    """Say that a large file comes in pieces; the same file again goes on where it stopped."""
    actor = actor_asking(request)
    made = pieces.begin(
        actor=actor,
        at=now(),
        name=body.name,
        size=body.size,
        mark=body.mark,
        party=party_of(actor, body.party),
        case_id=body.case_id,
    )
    return Status(201, made)


@router.get(
    "/pieces/{uuid:incoming_id}", response=StandingOut, auth=WRITE, operation_id="get_evidence_pieces"
)
def standing(request: HttpRequest, incoming_id: UUID) -> Standing:
    """How many bytes have come; the next piece begins there."""
    return pieces.standing(actor_asking(request), incoming_id)


@router.put(
    "/pieces/{uuid:incoming_id}",
    response=StandingOut,
    auth=WRITE,
    operation_id="add_evidence_piece",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def add_piece(
    request: HttpRequest,
    incoming_id: UUID,
    offset: Annotated[int, Query(ge=0, le=2**40)],
    sha256: Annotated[str, Header(alias="X-Content-SHA256", pattern="^[0-9a-fA-F]{64}$")],
) -> Standing:
    """Add the piece that begins at ``offset`` (at most 1 MiB), with the SHA-256 of its bytes."""
    if int(request.headers.get("Content-Length") or 0) > pieces.PIECE:
        raise Invalid(field="piece", remedy=f"Send at most {pieces.PIECE} bytes at a time.")
    return pieces.append(
        actor=actor_asking(request),
        at=now(),
        incoming_id=incoming_id,
        offset=offset,
        content=request.body,
        sha256=sha256,
    )


@contextmanager
def _finished(request: HttpRequest, values: Mapping[str, Any]) -> Iterator[None]:
    """Taken in outside of the operation's transaction; asked again it is the same item."""
    request.prepared = pieces.finish(  # type: ignore[attr-defined]
        actor=actor_asking(request), at=now(), incoming_id=values["incoming_id"]
    )
    yield


@router.post(
    "/pieces/{uuid:incoming_id}/finish", response={201: ItemOut}, auth=WRITE, operation_id="finish_evidence"
)
@before(_finished)
def finish(request: HttpRequest, incoming_id: UUID) -> Status[ItemOut]:
    """Take the whole file in, when every byte has come; asked again it gives the same item."""
    del incoming_id  # read by ``_finished``
    return Status(201, _out(request.prepared))  # type: ignore[attr-defined]


@router.delete(
    "/pieces/{uuid:incoming_id}", response={204: None}, auth=WRITE, operation_id="abandon_evidence"
)
def abandon(request: HttpRequest, incoming_id: UUID) -> Status[None]:
    """Give an unfinished file up."""
    pieces.abandon(actor=actor_asking(request), at=now(), incoming_id=incoming_id)
    return Status(204, None)


@router.get("/{uuid:item_id}", response=ItemOut, auth=READ, operation_id="get_evidence")
def get(request: HttpRequest, item_id: UUID) -> ItemOut:
    return _out(queries.ref(queries.get_for(actor_asking(request), item_id)))


@router.get("/{uuid:item_id}/content", auth=READ, operation_id="get_evidence_content")
def content(
    request: HttpRequest,
    item_id: UUID,
    original: bool = False,
    reason: Annotated[str | None, Query(max_length=120)] = None,
) -> HttpResponseBase:
    """The bytes; the original of a picture or film needs a permission and a reason."""
    opened = actions.record_view(
        actor=actor_asking(request), at=now(), item_id=item_id, original=original, reason=reason
    )
    return answer(opened, range_header=request.headers.get("Range", ""))


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
