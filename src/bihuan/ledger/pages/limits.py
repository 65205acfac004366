"""Up to which sum each role pays alone: in force, set for later, how it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.cases.forms import fen
from bihuan.cases.pages.sides import site_page
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.ledger.pages import shared
from bihuan.ledger.pages.refunds import STAFF
from bihuan.money import actions as money
from bihuan.money import queries as refunds
from bihuan.money.permissions import RefundPermission as May


@site_page(May.READ, STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """The table, its history, and setting a limit from a day to come."""
    actor, error = signed_in(request), None
    if request.method == "POST":
        try:
            _set(request, actor)
        except BihuanError as refused:
            error = refused
        else:
            messages.success(request, _("The limit is set."))
            return HttpResponseRedirect(reverse("ledger:limits"))
    shown = _shown(actor) | {
        "error": told(error) if error else "",
        "field": error.data.get("field", "") if error else "",
        "typed": request.POST if error else {},
    }
    return render(request, "ledger/limits.html", shown, status=error.status if error else 200)


def _set(request: HttpRequest, actor: Actor) -> None:
    given = request.POST
    without = given.get("unlimited") == "on"
    try:
        day = date.fromisoformat(given.get("from_date", ""))
    except ValueError:
        raise Invalid("Give the day from which it holds.", field="from_date") from None
    money.set_limit(
        actor=actor,
        at=now(),
        role=given.get("role", ""),
        most_fen=None if without else fen(given.get("most", ""), "most"),
        from_date=day,
        reason=given.get("reason", ""),
    )


def _shown(actor: Actor) -> dict[str, Any]:
    today = timezone.localdate(now())
    history = refunds.limit_history(actor=actor)
    force = refunds.in_force(today, money.LIMITED_ROLES)
    reasons = accounts.bodies(row.reason_id for row in history)
    return {
        "limits": [
            (role, force.get(role, 0), force.get(role, 0) >= refunds.UNLIMITED)
            for role in money.LIMITED_ROLES
        ],
        "history": [(row, reasons.get(row.reason_id, "")) for row in history],
        "names": shared.people(row.set_by for row in history),
        "may": allows(actor, May.LIMIT),
        "today": today,
        "tomorrow": today + timedelta(days=1),
    }
