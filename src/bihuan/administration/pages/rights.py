"""Who decides what up to which amount: the matrix, and the limits of refunds with their history (ASM-2.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import Resource, allows
from bihuan.administration import forms_units as forms
from bihuan.administration.acts import Act, perform
from bihuan.administration.labels import language, word
from bihuan.administration.pages import site
from bihuan.administration.queries import organisation as queries
from bihuan.engine.clausetypes import local_day
from bihuan.journal.time import now
from bihuan.money import actions as money
from bihuan.money import queries as money_queries
from bihuan.money.permissions import RefundPermission as Refund
from bihuan.workforce.permissions import WorkPermission as W


@page_permission(W.UNITS)
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Rows are decisions, columns roles; what is shown is what the program asks."""
    actor, at = signed_in(request), now()
    held = queries.holders(at=at)
    seen = allows(actor, Refund.READ, Resource())
    history = money_queries.limit_history(actor=actor)[:50] if seen else []
    context = {
        "tabs": site.tabs(actor, "rights"),
        "columns": [
            {"code": role, "name": word("role", role), "people": held.get(role, 0)}
            for role in queries.COLUMNS
        ],
        "rows": [{"row": r, "name": r.decision.name[language() == "en"]} for r in queries.matrix(at=at)],
        "history": [
            {"limit": row, "boundless": row.most_fen is None, "coming": row.from_date > local_day(at)}
            for row in history
        ],
        "reasons": accounts.bodies([row.reason_id for row in history]),
        "names": site.names([row.set_by for row in history]),
        "may_limit": allows(actor, Refund.LIMIT),
    }
    return render(request, "administration/rights.html", context)


@page_permission(Refund.LIMIT)
def limit(request: HttpRequest) -> HttpResponse:
    """Set up to which sum a role pays alone, from a day to come."""
    back = reverse("administration:rights")
    tabs = site.tabs(signed_in(request), "rights")
    return perform(request, LIMIT, None, title=_("Limits of refunds"), back=back, tabs=tabs)


def _fen(yuan: Any) -> int | None:
    return None if yuan is None else int(yuan * 100)


LIMIT: Final = Act(
    name="limit", label=gettext_noop("Set a limit"), icon="coin", form=forms.LimitForm,
    permission=Refund.LIMIT, done=gettext_noop("The limit is set."),
    hint=gettext_noop("It counts from a day to come; a payment of today is not widened."),
    given=lambda _thing: {
        "roles": [(r, word("role", r)) for r in money_queries.in_force(local_day(now()), ())]
    },
    initial=lambda _thing: {"from_date": local_day(now()) + timedelta(days=1)},
    run=lambda actor, at, _thing, g: money.set_limit(
        actor=actor, at=at, role=g["role"], most_fen=_fen(g["yuan"]), from_date=g["from_date"],
        reason=g["why"],
    ),
)  # fmt: skip
