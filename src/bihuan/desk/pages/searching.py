"""Search: by number straight to the case, by words to a list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.cases import kinds
from bihuan.cases.kinds import Site
from bihuan.desk import queries
from bihuan.desk.permissions import D
from bihuan.engine.errors import Invalid
from bihuan.journal.time import now

_FURTHEST = 1_000


@page_permission(D.WORK)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A whole case number opens the case; anything else is looked for within what the actor may see."""
    actor, text = signed_in(request), request.GET.get("q", "")
    skip = _skip(request.GET.get("skip", ""))
    try:
        found = queries.find(actor, text, at=now(), skip=skip)
    except Invalid as error:
        context = {"query": text, "error": told(error), "now": now()}
        return render(request, "desk/search.html", context, status=error.status)
    if found.direct is not None:
        return HttpResponseRedirect(kinds.address(found.direct, Site.DESK))
    context = {"query": found.query, "found": found, "skip": skip, "next_skip": skip + 30, "now": now()}
    return render(request, "desk/search.html", context)


def _skip(text: str) -> int:
    return min(int(text), _FURTHEST) if text.isascii() and text.isdigit() and len(text) < 6 else 0
