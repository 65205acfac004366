"""The supervisor's board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.desk import queries
from bihuan.desk.pages.listing import language
from bihuan.desk.permissions import D
from bihuan.incidents import queries as incidents
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.ledger import queries as ledger


@page_permission(D.BOARD)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every number is a link to its rows."""
    actor, at = signed_in(request), now()
    shown = queries.board(actor, at=at, language="en" if language() == "en" else "zh-hans")
    context = {"board": shown, "now": at, "cap": queries.CAP, "elsewhere": _elsewhere(actor)}
    return render(request, "desk/board.html", context)


def _elsewhere(actor: Actor) -> list[tuple[str, int, str]]:
    """What waits for approval on lists of its own: words, how many, where."""
    held = len(incidents.latest(actor, state="held").rows)
    claims = len(ledger.write_offs(actor=actor))
    found = [
        (_("Incidents to approve"), held, f"{reverse('incidents:list')}?state=held"),
        (_("Claims to give up"), claims, reverse("ledger:write_offs")),
    ]
    return [one for one in found if one[1]]
