"""Orders at the desk: look-up, the same services in two clicks, and the case page of a service."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.accounts.doors import signed_in
from bihuan.accounts.requests import told
from bihuan.cases.kinds import Site
from bihuan.cases.pages import casefile
from bihuan.cases.pages.casefile import Layout
from bihuan.cases.pages.sides import desk_page
from bihuan.cases.pages.stepping import StepPages
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.marketplace import actions as marketplace
from bihuan.orders import actions, queries
from bihuan.orders.pages import asking, shown
from bihuan.orders.permissions import P
from bihuan.orders.steps import TABLE, WORDS

_LAYOUT: Final = Layout(groups=(("Other steps", frozenset()),))
STEPS: Final[StepPages[queries.File]] = StepPages(
    table=TABLE, words=WORDS, file_for=queries.file_for, pickers=lambda *_given: {}
)


@desk_page(P.FIND)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Look an order up by its number, the buyer's reference, a telephone number or its last four digits."""
    actor, wanted = signed_in(request), request.POST.get("find", "").strip()[:64]
    context: dict[str, Any] = {"find": wanted, "now": now()}
    status = 200
    if request.method == "POST":
        try:
            marketplace.fetch_order(actor=PROGRAM, at=now(), order_number=wanted)
            found = actions.find_orders(actor=actor, at=now(), text=wanted)
            if len(found) == 1:
                return HttpResponseRedirect(reverse("orders:desk_order", args=[found[0].number]))
            context["orders"] = found
        except BihuanError as error:
            context["error"], status = told(error), error.status
    return render(request, "orders/desk/find.html", context, status=status)


@desk_page(P.READ)
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order at the desk: what can be done now, in two clicks."""
    found = queries.order_for(signed_in(request), number)
    return render(request, "orders/desk/order.html", {**shown.page(found, Site.DESK), "now": now()})


@desk_page(P.OPEN)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Ask for a service for the buyer."""
    return asking.page(
        request, number, name, Site.DESK, channel="telephone", opened="orders:desk_service",
        back="orders:desk_order",
    )  # fmt: skip


@desk_page(P.READ)
@require_safe
def service(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case of a service: who, what, until when, why, and what next."""
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    context = casefile.shown(actor, file, _LAYOUT, at=at, draft=True, doors=_having(file))
    return render(request, "orders/desk/service.html", {**shown.service_page(file, Site.DESK), **context})


def _having(file: queries.File) -> list[Any]:
    """The steps that have something to act on."""
    failed = any(refund.state in ("failed", "cancelled") for refund in file.refunds)
    mine = file.case.owner_id is not None
    return [
        door
        for door in file.doors
        if (door.step.name != "repay" or failed) and (door.step.name != "take" or not mine)
    ]


step = STEPS.page(desk_page(P.READ), back="orders:desk_service", template="cases/desk/step.html")
