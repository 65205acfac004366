"""Why a deadline ends when it does: for everybody who may read the case."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.cases import reading
from bihuan.cases.permissions import P
from bihuan.journal.time import now


@page_permission(P.READ)
@require_safe
def explained(request: HttpRequest, case_id: UUID, clock_id: UUID) -> HttpResponse:
    """Every step from the clause's text to the end; a part in the dialog, else a page."""
    context = reading.explained(signed_in(request), case_id, clock_id, at=now())
    part = request.headers.get("HX-Request") == "true"
    name = "cases/_clock.html" if part else "cases/clock.html"
    return render(request, name, {"clock": context, "now": now()})
