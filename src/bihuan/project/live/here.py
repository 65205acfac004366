"""``/here/<case>``: a page says that somebody looks at a case or writes, and hears who else does."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.cases import queries as cases
from bihuan.complaints.permissions import P
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import ActorKind
from bihuan.project.live import presence


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody else, by name."""

    name: str
    writing: str


@page_permission(P.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """POST says that the person is there, to whom they write, or that they leave; the part comes back."""
    actor = signed_in(request)
    if actor.kind is not ActorKind.STAFF or not cases.may_read(actor, case_id):
        raise NotFound(kind="case", id=str(case_id))
    if request.POST.get("leave") == "1":
        presence.leave(case_id=case_id, person_id=actor.id)
        return HttpResponse(status=204)
    if request.method == "POST":
        presence.beat(case_id=case_id, person_id=actor.id, writing=request.POST.get("writing", ""))
    found = presence.others(case_id=case_id, person_id=actor.id)
    names = accounts.labels([one.person_id for one in found])
    shown = [Shown(names.get(one.person_id, ""), one.writing) for one in found]
    return render(request, "_here.html", {"people": shown})
