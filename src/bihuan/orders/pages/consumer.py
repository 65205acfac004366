"""The consumer's orders: look-up, what can be done now, asking for it, and following it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.accounts.doors import signed_in
from bihuan.accounts.limits import Limit
from bihuan.accounts.limits import take as limit
from bihuan.accounts.requests import told
from bihuan.cases.kinds import Site
from bihuan.cases.pages.sides import site_page
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.time import now
from bihuan.marketplace import actions as marketplace
from bihuan.orders import queries
from bihuan.orders.pages import asking, shown
from bihuan.orders.permissions import P

LOOK_UPS: Final = Limit(30, 600)
ENTRANCE: Final = "consumer:start"
_ONLY: Final = (ActorKind.CONSUMER,)


@site_page(P.READ, _ONLY, ENTRANCE)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's orders, the latest first, and the look-up of one by its number."""
    actor, wanted = signed_in(request), request.GET.get("find", "").strip()[:64]
    context: dict[str, object] = {"find": wanted, "now": now()}
    status = 200
    if wanted:
        try:
            limit(f"order|{actor.id}", LOOK_UPS)
            marketplace.fetch_order(actor=PROGRAM, at=now(), order_number=wanted)
            return HttpResponseRedirect(reverse("orders:order", args=[_known(actor, wanted)]))
        except NotFound:
            context["missing"] = True
        except BihuanError as error:
            context["error"], status = told(error), error.status
    context["orders"] = [] if actor.case_id else queries.mine(actor)
    return render(request, "orders/consumer/mine.html", context, status=status)


@site_page(P.READ, _ONLY, ENTRANCE)
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: what can be done about it now and why not, what is under way, goods and parcels."""
    found = queries.order_for(signed_in(request), number)
    context = {**shown.page(found, Site.CONSUMER), "now": now()}
    return render(request, "orders/consumer/order.html", context)


@site_page(P.OPEN, _ONLY, ENTRANCE)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The form of a service and asking for it; what was typed stays where it is refused."""
    return asking.page(
        request, number, name, Site.CONSUMER, channel="site", opened="orders:service", back="orders:order"
    )


@site_page(P.READ, _ONLY, ENTRANCE)
@require_safe
def service(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One service: how far it is, what came of it, which other ways there are, and where the money is."""
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    context = {**shown.service_page(file, Site.CONSUMER), "now": at, "limited": actor.case_id is not None}
    return render(request, "orders/consumer/service.html", context)


def _known(actor: Actor, wanted: str) -> str:
    return queries.order_for(actor, wanted).order.number
