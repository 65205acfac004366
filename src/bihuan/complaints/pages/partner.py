"""The site of merchants and partners: what is asked of their organisation, until when, and the answer."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import signed_in
from bihuan.cases.pages.sides import site_page
from bihuan.complaints import queries
from bihuan.complaints.pages import partnering, stepping
from bihuan.complaints.permissions import P
from bihuan.journal.actor import ActorKind
from bihuan.journal.time import now

STEPS: Final = frozenset(
    {
        "answer_evidence",
        "add_evidence",
        "offer",
        "counter",
        "accept_offer",
        "decline_offer",
        "object_liability",
        "appeal",
        "write",
    }
)
"""The steps that a merchant or partner takes here."""
_ONLY: Final = (ActorKind.MERCHANT, ActorKind.PARTNER)


@site_page(P.READ, _ONLY)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The organisation's cases by strictest clock, each with what is asked of it."""
    shown = partnering.board(signed_in(request), request.GET, at=now())
    return render(request, "complaints/partner/board.html", shown)


@site_page(P.READ, _ONLY)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: what is asked now, the matter, the order, what was given and written."""
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    return render(request, "complaints/partner/case.html", partnering.shown(file, actor, at))


step = stepping.PAGES.page(
    site_page(P.READ, _ONLY), back="partner:case", template="cases/partner_step.html", steps=STEPS
)
