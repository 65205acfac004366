"""Uploading from a page, and showing a file."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import declared_page, page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.evidence import actions
from bihuan.evidence.parties import party_of
from bihuan.evidence.permissions import EvidencePermission
from bihuan.evidence.queries import ItemRef
from bihuan.evidence.serving import answer
from bihuan.evidence.uploads import QuotaUploadHandler, require_whole
from bihuan.journal.time import now


@csrf_exempt
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file (``file``); answers with JSON. The page's token is checked inside, within bounds."""
    request.upload_handlers.insert(0, QuotaUploadHandler(request))
    return _upload(request)


@page_permission(EvidencePermission.READ)
@require_safe
def show(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One file: the copy for others, or with ``?original=1&reason=…`` the original."""
    original = request.GET.get("original") == "1"
    try:
        opened = actions.record_view(
            actor=signed_in(request),
            at=now(),
            item_id=item_id,
            original=original,
            reason=request.GET.get("reason"),
        )
    except BihuanError as error:
        return refused(error)
    found = answer(opened, range_header=request.headers.get("Range", ""), head=request.method == "HEAD")
    return cast("HttpResponse", found)  # or one that streams; the doors treat both alike


@csrf_protect
@page_permission(EvidencePermission.UPLOAD)
def _upload(request: HttpRequest) -> HttpResponse:
    actor = signed_in(request)
    try:
        given = request.FILES.get("file")
        require_whole(request)
        if given is None or given.file is None:
            raise Invalid("No file came with the request.", field="file", remedy="Choose a file.")
        ref = actions.upload(
            actor=actor,
            at=now(),
            content=cast("BinaryIO", given.file),
            name=given.name or "",
            declared_type=given.content_type or "",
            party=party_of(actor, request.POST.get("party", "")),
            case_id=case_of(request.POST.get("case", "")),
        )
    except BihuanError as error:
        return refused(error)
    return JsonResponse(shown(ref), status=201)


def shown(ref: ItemRef) -> dict[str, object]:
    """What pages and API say of an uploaded file."""
    return {
        "id": str(ref.id),
        "name": ref.name,
        "media_type": ref.media_type.partition(";")[0],
        "size": ref.size,
        "sha256": ref.sha256,
    }


def case_of(text: str) -> UUID | None:
    """The id of a case, where one is named. Raises Invalid."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(field="case") from None


def refused(error: BihuanError) -> JsonResponse:
    """A refusal as JSON; one of a piece says where to go on."""
    body = {"code": error.error_code, "detail": told(error), "clause": error.clause}
    if "received" in error.data:
        body["received"] = error.data["received"]
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


declared_page(upload, str(EvidencePermission.UPLOAD))
