"""Products and words of urgent needs: what holds, what somebody proposes, what was before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.administration.pages import site
from bihuan.cases import green, green_lists
from bihuan.cases.permissions import P
from bihuan.engine import green as engine
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.time import now

_APART: Final = re.compile(r"[\n,，、;；]+")
LONGEST: Final = 20_000


@page_permission(P.GREEN_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def urgent(request: HttpRequest) -> HttpResponse:
    """The lists as a form: try a text against them, or propose them with a reason."""
    actor, at = signed_in(request), now()
    if request.method != "POST":
        return _shown(request)
    try:
        wanted = _read(request.POST)
        if "try" in request.POST:
            text = request.POST.get("text", "")[:LONGEST]
            return _shown(request, tried=engine.find(engine.cleaned(wanted), text=text), text=text)
        green_lists.propose(lists=wanted, why=request.POST.get("why", ""), actor=actor, at=at)
    except BihuanError as error:
        return _shown(request, error=error)
    messages.success(request, _("Proposed; it holds when a second person agrees."))
    return HttpResponseRedirect(reverse("administration:urgent"))


@page_permission(P.GREEN_LISTS)
@require_POST
def decide(request: HttpRequest, lists_id: UUID, name: str) -> HttpResponse:
    """Agree to somebody else's proposal, or reject it with a reason."""
    actor, at = signed_in(request), now()
    if name not in ("agree", "reject"):
        raise NotFound(kind="step", id=name[:40])
    try:
        if name == "agree":
            green_lists.agree(lists_id=lists_id, actor=actor, at=at)
        else:
            why = request.POST.get("why", "")
            green_lists.reject(lists_id=lists_id, why=why, actor=actor, at=at)
    except BihuanError as error:
        if error.status == 404:
            raise
        return _shown(request, error=error)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("administration:urgent"))


def _read(given: QueryDict) -> dict[str, Any]:
    codes = [code for code in given if code.count(".") == 1]
    needs = {code.split(".")[0] for code in codes}
    return {
        "haste": _words(given, "haste"),
        "needs": [
            {"code": code, **{name: _words(given, f"{code}.{name}") for name in engine.LISTS}}
            for code in green.NEEDS
            if code in needs
        ],
    }


def _words(given: QueryDict, name: str) -> list[str]:
    return [word.strip() for word in _APART.split(given.get(name, "")[:LONGEST]) if word.strip()]


def _shown(
    request: HttpRequest,
    *,
    error: BihuanError | None = None,
    tried: engine.Need | None = None,
    text: str = "",
) -> HttpResponse:
    actor, at = signed_in(request), now()
    history = green_lists.history(actor)
    waiting = next((row for row in history if row.state == "asked"), None)
    typed = request.POST if request.method == "POST" and "haste" in request.POST else {}
    lists = green.lists_at(at)
    words = [one for row in history for one in (row.reason_id, row.why_id) if one]
    shown = {
        "tabs": site.tabs(actor, "urgent"),
        "clause_id": green.CLAUSE,
        "off": not green.values(at),
        "haste": typed.get("haste", "\n".join(lists.get("haste", ()))),
        "needs": [_need(code, lists, typed) for code in green.NEEDS],
        "waiting": waiting,
        "mine": waiting is not None and waiting.made_by == actor.id,
        "changes": engine.compared(waiting.before, waiting.lists) if waiting else ((), ()),
        "history": [(row, *map(len, engine.compared(row.before, row.lists))) for row in history],
        "people": site.names({one for row in history for one in (row.made_by, row.decided_by) if one}),
        "reasons": accounts.bodies(words),
        "why": typed.get("why", ""),
        "text": text,
        "was_tried": "try" in typed,
        "tried": tried,
        "error": told(error) if error else "",
        "wrong": str(error.data.get("field", "")) if error else "",
    }
    return render(request, "administration/urgent.html", shown, status=error.status if error else 200)


def _need(code: str, lists: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    empty: Mapping[str, Any] = {}
    need = next((one for one in lists.get("needs", ()) if one["code"] == code), empty)
    rows = {name: typed.get(f"{code}.{name}", "\n".join(need.get(name, ()))) for name in engine.LISTS}
    return {"code": code, **rows}
