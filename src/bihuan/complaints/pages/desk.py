"""The service desk: the case in one look, steps, conversation, drafts. The inbox stands in bihuan/desk."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import signed_in
from bihuan.cases.pages.sides import desk_page
from bihuan.complaints import queries
from bihuan.complaints.pages import casefile, stepping
from bihuan.complaints.permissions import P
from bihuan.journal.time import now


@desk_page(P.READ)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who, what, until when, why, and what next."""
    actor, at = signed_in(request), now()
    shown = casefile.shown(actor, queries.file_for(actor, case_id, at=at), at=at, draft=True)
    return render(request, "complaints/desk/case.html", shown)


@desk_page(P.READ)
@require_safe
def conversation(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The conversation alone, as a part that the case page loads anew."""
    actor, at = signed_in(request), now()
    shown = casefile.shown(actor, queries.file_for(actor, case_id, at=at), at=at, draft=False)
    return render(request, "cases/desk/_conversation.html", shown)


step = stepping.PAGES.page(desk_page(P.READ), back="complaints:case", template="cases/desk/step.html")
