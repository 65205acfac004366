"""A merchant's own money: what it owes, its deposit, what was paid for it and why; refunds to decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.cases.pages.sides import site_page
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.actor import ActorKind
from bihuan.journal.time import now
from bihuan.ledger import queries
from bihuan.ledger.pages import refunds as desk
from bihuan.ledger.pages import shared
from bihuan.ledger.permissions import LedgerPermission as May
from bihuan.money import queries as refunds
from bihuan.money.permissions import RefundPermission
from bihuan.money.queries import Show

MERCHANT = (ActorKind.MERCHANT,)
PAGE = 50


@site_page(May.READ, MERCHANT)
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """What is owed, what is held, what was booked for the organisation."""
    return _money(request)


@site_page(RefundPermission.APPROVE, MERCHANT)
@require_POST
def act(request: HttpRequest, refund_id: UUID, name: str) -> HttpResponse:
    """Approve or reject a refund that its own people asked for above their limit."""
    verb = desk.VERBS[shared.refund_name(name, ("approve", "reject"))]
    try:
        done = verb(request, signed_in(request), refund_id, now())
    except BihuanError as error:
        if error.status == 404:
            raise
        return _money(request, error=error)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("ledger:money"))


def _money(request: HttpRequest, *, error: BihuanError | None = None) -> HttpResponse:
    actor = signed_in(request)
    if actor.organisation_id is None:
        raise NotFound(kind="page", id=request.path)
    before = shared.whole_number(request.GET.get("before", ""), "before")
    lines = queries.own_lines(actor=actor, before=before, limit=PAGE + 1)
    balances = {
        one.kind: one for one in queries.balances_of(actor=actor, organisation_id=actor.organisation_id)
    }
    held = refunds.work_list(actor=actor, show=Show.HELD)
    shown: dict[str, Any] = {
        "owed": balances["merchant"].fen if "merchant" in balances else 0,
        "deposit": -balances["deposit"].fen if "deposit" in balances else 0,
        "held": held,
        "way": refunds.work_list(actor=actor, show=Show.WAY, limit=20),
        "may": allows(actor, RefundPermission.APPROVE),
        "me": actor.id,
        "reasons": desk.pairs("money_reason"),
        "lines": lines[:PAGE],
        "numbers": shared.numbers(actor, [line.posting.case_id for line in lines]),
        "next": f"?before={lines[PAGE - 1].pk}" if len(lines) > PAGE else "",
        "error": told(error) if error else "",
    }
    return render(request, "ledger/money.html", shown, status=error.status if error else 200)
