"""One button: open a case of another kind from this one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.cases import actions, kinds
from bihuan.cases.kinds import Site
from bihuan.cases.permissions import P
from bihuan.journal.actor import ActorKind
from bihuan.journal.time import now


@page_permission(P.READ)
@require_POST
def open_as(request: HttpRequest, case_id: UUID, flow: str) -> HttpResponse:
    """Open it, or find the one that was opened before, and go to its page."""
    actor = signed_in(request)
    made = actions.open_as(flow=flow, case_id=case_id, actor=actor, at=now())
    site = Site.CONSUMER if actor.kind is ActorKind.CONSUMER else Site.DESK
    return HttpResponseRedirect(kinds.address(made, site))
