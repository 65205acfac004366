"""Uploading from a page piece by piece; answers with JSON (pieces.py says how it goes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.evidence import pieces
from bihuan.evidence.pages import case_of, refused, shown
from bihuan.evidence.parties import party_of
from bihuan.evidence.permissions import EvidencePermission
from bihuan.evidence.pieces import Standing
from bihuan.journal.time import now

View = Callable[..., HttpResponse]


def _answering(view: View) -> View:
    """Refusals as JSON; one about the place says where to go on."""

    @wraps(view)
    def answered(request: HttpRequest, *args: UUID, **kwargs: UUID) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BihuanError as error:
            return refused(error)

    return answered


@page_permission(EvidencePermission.UPLOAD)
@require_POST
@_answering
def begin(request: HttpRequest) -> HttpResponse:
    """``name``, ``size``, ``mark``, and ``case`` where there is one."""
    actor, given = signed_in(request), request.POST
    made = pieces.begin(
        actor=actor,
        at=now(),
        name=given.get("name", ""),
        size=_number(given.get("size", ""), "size"),
        mark=given.get("mark", ""),
        party=party_of(actor, given.get("party", "")),
        case_id=case_of(given.get("case", "")),
    )
    return _told(made, status=201)


@page_permission(EvidencePermission.UPLOAD)
@require_http_methods(["GET", "PUT", "DELETE"])
def one(request: HttpRequest, incoming_id: UUID) -> HttpResponse:
    """How far it is; PUT adds the piece at ``?offset=`` with its ``X-Content-SHA256``; DELETE gives it up."""
    return {"GET": _show, "PUT": _append, "DELETE": _abandon}[request.method or "GET"](request, incoming_id)


@page_permission(EvidencePermission.UPLOAD)
@require_POST
@_answering
def finish(request: HttpRequest, incoming_id: UUID) -> HttpResponse:
    """Take the whole file in."""
    ref = pieces.finish(actor=signed_in(request), at=now(), incoming_id=incoming_id)
    return JsonResponse(shown(ref), status=201)


@_answering
def _show(request: HttpRequest, incoming_id: UUID) -> HttpResponse:
    return _told(pieces.standing(signed_in(request), incoming_id))


@_answering
def _append(request: HttpRequest, incoming_id: UUID) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > pieces.PIECE:
        raise Invalid(field="piece", remedy=f"Send at most {pieces.PIECE} bytes at a time.")
    made = pieces.append(
        actor=signed_in(request),
        at=now(),
        incoming_id=incoming_id,
        offset=_number(request.GET.get("offset", ""), "offset"),
        content=request.body,
        sha256=request.headers.get("X-Content-SHA256", ""),
    )
    return _told(made)


@_answering
def _abandon(request: HttpRequest, incoming_id: UUID) -> HttpResponse:
    pieces.abandon(actor=signed_in(request), at=now(), incoming_id=incoming_id)
    return HttpResponse(status=204)


def _told(made: Standing, status: int = 200) -> JsonResponse:
    return JsonResponse({**asdict(made), "id": str(made.id)}, status=status)


def _number(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Invalid(field=field)
    return int(text)
