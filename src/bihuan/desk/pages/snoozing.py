"""Putting one case aside and taking it back, from the case's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.accounts.doors import local, page_permission, signed_in
from bihuan.cases import kinds
from bihuan.desk import actions
from bihuan.desk.pages import times
from bihuan.desk.permissions import D
from bihuan.journal.time import now


@page_permission(D.WORK)
@require_POST
def snooze(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Put aside and go on to the next case of the view, or back to the inbox."""
    at = now()
    actions.snooze(
        case_id=case_id,
        until_at=times.until(request.POST.get("until", ""), request.POST.get("until_at", ""), at),
        beyond=request.POST.get("beyond") == "yes",
        actor=signed_in(request),
        at=at,
    )
    messages.success(
        request, _("Put aside. The case comes back at its time, or when something happens on it.")
    )
    return HttpResponseRedirect(local(request, request.POST.get("next") or reverse("desk:inbox")))


@page_permission(D.WORK)
@require_POST
def wake(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Back into one's lists at once."""
    actions.wake(case_id=case_id, actor=signed_in(request), at=now())
    goal = request.POST.get("next") or kinds.path_of("case", case_id, "", None)
    return HttpResponseRedirect(local(request, goal))
