"""Requests about orders on the site of merchants and carriers: what waits for their answer."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import signed_in
from bihuan.accounts.requests import told
from bihuan.cases import queries as cases
from bihuan.cases.pages.sides import site_page
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import ActorKind
from bihuan.journal.time import now
from bihuan.orders import actions, queries
from bihuan.orders.pages import asking
from bihuan.orders.pages.desk import STEPS
from bihuan.orders.permissions import P

PAGE: Final = 30
MOST: Final = 1000
"""Beyond this, cases are not counted any further."""
TABS: Final = ("asked", "open", "ended", "all")
_MINE: Final = ("record_answer", "receive_return")
"""The steps that merchants and carriers take here."""
_ONLY: Final = (ActorKind.MERCHANT, ActorKind.PARTNER)


@site_page(P.READ, _ONLY)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The organisation's requests by strictest clock, those that wait for it first."""
    actor, tab = signed_in(request), request.GET.get("shown", "asked")
    text = request.GET.get("q", "").strip()[:64]
    tab = tab if tab in TABS else "asked"
    found = queries.asked_of(actor, shown=tab, text=text)
    page = cases.by_strictest(found, after=request.GET.get("after"), limit=PAGE)
    shown = {
        "rows": page.rows,
        "after": page.after,
        "shown": tab,
        "q": text,
        "tabs": [(one, queries.asked_of(actor, shown=one, text=text)[:MOST].count()) for one in TABS],
        "now": now(),
    }
    return render(request, "orders/partner/board.html", shown)


@site_page(P.READ, _ONLY)
@require_safe
def service(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One request: what is asked, of which parcels, until when."""
    return _shown(request, case_id)


@site_page(P.ANSWER, _ONLY)
@never_cache
@require_POST
def details(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is to be different, to carry it out; the look is written down."""
    try:
        found = actions.show_details(case_id=case_id, actor=signed_in(request), at=now())
    except BihuanError as error:
        if error.status == 404:
            raise
        return _shown(request, case_id, error=error)
    return _shown(request, case_id, details=found)


step = STEPS.page(
    site_page(P.READ, _ONLY),
    back="orders:partner_service",
    template="cases/partner_step.html",
    steps=frozenset(_MINE),
)


def _shown(
    request: HttpRequest,
    case_id: UUID,
    *,
    details: dict[str, str] | None = None,
    error: BihuanError | None = None,
) -> HttpResponse:
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    doors = [door for door in file.doors if door.step.name in _MINE]
    answers = any(door.step.name == "record_answer" for door in doors)
    context: dict[str, Any] = {
        "file": file,
        "case": file.case,
        "row": file.row,
        "now": at,
        "main": doors,
        "may_read": answers and file.row.service in asking.WITH_DETAILS,
        "details": [(asking.named(name), text) for name, text in (details or {}).items()],
        "clocks": [clock for clock in file.clocks if clock.stopped_at is None],
        "history": list(reversed(file.timeline)),
        "error": told(error) if error else "",
    }
    return render(request, "orders/partner/service.html", context, status=error.status if error else 200)
