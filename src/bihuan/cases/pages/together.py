"""Working on one case with others: drafts, followers, colleagues to name, clauses to cite."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.cases import kinds, mentions
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.permissions import P
from bihuan.conversations import actions as conversations
from bihuan.conversations import queries as conversation_queries
from bihuan.conversations.actions import DraftChanged
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.norms import queries as norms

MOST = 8
"""Colleagues or clauses that are offered while somebody types."""


@page_permission(P.WORK)
@require_POST
def draft(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Save a draft; where another window saved another text, both are shown and nothing is overwritten."""
    actor, at = signed_in(request), now()
    _case(actor, case_id)
    audience, body = request.POST.get("audience", ""), request.POST.get("text", "")
    try:
        revision = conversations.save_draft(
            case_id=case_id, audience=audience, body=body, actor=actor, at=at, seen=_seen(request)
        )
    except DraftChanged:
        there = conversation_queries.drafts_of(case_id, actor.id).get(audience, conversation_queries.Begun())
        shown = {"there": there, "audience": audience, "case_id": case_id}
        return render(request, "cases/desk/_conflict.html", shown, status=409)
    shown = {"at": at if revision else None, "revision": revision, "audience": audience}
    return render(request, "cases/desk/_saved.html", shown)


@page_permission(P.READ)
@require_POST
def follow(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Follow the case, or do not any more; the button comes back as a part."""
    actor, at = signed_in(request), now()
    case = _case(actor, case_id)
    if request.POST.get("on") == "1":
        conversations.follow(case_id=case.id, actor=actor, at=at)
    else:
        conversations.unfollow(case_id=case.id, actor=actor)
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(kinds.path_of("case", case.id, "", None))
    return render(request, "cases/desk/_follow.html", {"case": case, **following(actor, case)})


@page_permission(P.READ)
@require_safe
def colleagues(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Whom a note can name, by the beginning of what was typed behind @."""
    actor, at = signed_in(request), now()
    wanted = request.GET.get("q", "").strip().casefold()
    found = [
        one
        for one in mentions.colleagues(_case(actor, case_id), at=at)
        if one.id != actor.id and wanted in one.name.casefold()
    ]
    return render(request, "cases/desk/_colleagues.html", {"found": found[:MOST], "asked": wanted})


@page_permission(P.WORK)
@require_safe
def cite(request: HttpRequest) -> HttpResponse:
    """Clauses by words of either language: a list while typing, else a page to look them up on."""
    asked = request.GET.get("q", "").strip()[:100]
    shown = {"found": norms.find(asked, limit=MOST if _is_part(request) else 40), "asked": asked}
    page = "cases/desk/_cite.html" if _is_part(request) else "cases/desk/cite.html"
    return render(request, page, shown)


@page_permission(P.WORK)
@require_safe
def help_keys(request: HttpRequest) -> HttpResponse:
    """The keys of the desk."""
    return render(request, "cases/desk/_help.html" if _is_part(request) else "cases/desk/help.html")


def following(actor: Actor, case: Case) -> dict[str, Any]:
    """Who follows the case, and whether the actor does."""
    people = conversation_queries.followers_of(case.id)
    names = accounts.labels(people)
    return {"follows": actor.id in people, "followers": [names[p] for p in people if p in names]}


def _case(actor: Actor, case_id: UUID) -> Case:
    """The case for people of the house; others have their own page of it. Raises NotFound."""
    if actor.kind is not ActorKind.STAFF:
        raise NotFound(kind="case", id=str(case_id))
    return cases.get_for(actor, case_id)


def _seen(request: HttpRequest) -> int | None:
    """The revision on which the window builds; none is asked for where it decided to keep its own text."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdigit() and request.POST.get("force") != "1" else None


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
