"""The inbox and its views."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.desk import actions, queries
from bihuan.desk.filters import is_id
from bihuan.desk.pages import listing
from bihuan.desk.permissions import D
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.time import now


@page_permission(D.WORK)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Open cases by strictest clock; htmx gets the table (or, for a further page, its rows) alone."""
    context = listing.shown(signed_in(request), request.GET, at=now())
    if request.headers.get("HX-Request") != "true":
        return render(request, "desk/inbox.html", context)
    part = "desk/_rows.html" if context.get("is_more") else "desk/_table.html"
    return render(request, part, {**context, "is_part": True})


@page_permission(D.WORK)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep what is shown as a view, under a new name or in place of the view that it came from."""
    actor, at = signed_in(request), now()
    asked = QueryDict(request.POST.get("query", ""))
    given = listing.chosen(queries.views_of(actor), asked)
    changed = request.POST.get("change", "")
    try:
        kept = actions.save_view(
            name=request.POST.get("name", ""),
            wanted=given.wanted,
            shown=given.columns,
            shared=request.POST.get("shared") == "yes",
            view_id=UUID(changed) if is_id(changed) else None,
            actor=actor,
            at=at,
        )
    except (Invalid, Refusal) as error:
        failed = {"view_error": told(error), "view_name": request.POST.get("name", "")}
        context = {**listing.shown(actor, asked, at=at), **failed}
        return render(request, "desk/inbox.html", context, status=error.status)
    return HttpResponseRedirect(f"{reverse('desk:inbox')}?view={kept.id}")


@page_permission(D.WORK)
@require_POST
def remove_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Forget a view and go to one's own cases."""
    actions.remove_view(view_id=view_id, actor=signed_in(request), at=now())
    return HttpResponseRedirect(reverse("desk:inbox"))
