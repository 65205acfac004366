"""After-sales at the service desk: the case in one look, steps, conversation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import signed_in
from bihuan.aftersales import queries
from bihuan.aftersales.pages import casefile, stepping
from bihuan.aftersales.permissions import P
from bihuan.cases.pages.sides import desk_page
from bihuan.journal.time import now


@desk_page(P.READ)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who, what, until when, why, and what next."""
    actor, at = signed_in(request), now()
    shown = casefile.shown(actor, queries.file_for(actor, case_id, at=at), at=at, draft=True)
    return render(request, "aftersales/desk_case.html", shown)


step = stepping.PAGES.page(desk_page(P.READ), back="aftersales:desk_case", template="cases/desk/step.html")
