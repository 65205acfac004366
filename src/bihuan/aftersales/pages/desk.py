"""After-sales at the service desk: the case in one look, steps, conversation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.accounts.doors import declared_page, page_permission, signed_in
from bihuan.aftersales import queries
from bihuan.aftersales.pages import casefile, stepping
from bihuan.aftersales.permissions import P
from bihuan.cases.pages.stepping import bound_uploads
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import ActorKind
from bihuan.journal.time import now


@page_permission(P.READ)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who, what, until when, why, and what next."""
    actor, at = signed_in(request), now()
    _refuse_outsiders(request)
    shown = casefile.shown(actor, queries.file_for(actor, case_id, at=at), at=at, draft=True)
    return render(request, "aftersales/desk_case.html", shown)


@csrf_exempt
def step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """The form of a step, and taking it; the token is checked inside, once the size is bounded."""
    bound_uploads(request)
    return _step(request, case_id, name)


@csrf_protect
@page_permission(P.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def _step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    _refuse_outsiders(request)
    back = reverse("aftersales:desk_case", args=[case_id])
    return stepping.PAGES.view(request, case_id, name, back=back, template="cases/desk/step.html")


def _refuse_outsiders(request: HttpRequest) -> None:
    """Consumers and merchants have their own page of a case."""
    if signed_in(request).kind is not ActorKind.STAFF:
        raise NotFound(kind="page", id=request.path)


declared_page(step, str(P.READ))
