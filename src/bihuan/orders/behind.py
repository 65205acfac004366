"""The order behind a service: whose it is, what is known of it, what is under way."""

from __future__ import annotations

from typing import Final

from django.db import connection

from bihuan.accounts.permissions import require
from bihuan.cases import queries as cases
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import AfterSales, Claimant
from bihuan.orders.models import OrderService
from bihuan.orders.permissions import P

PROVEN: Final = frozenset({"party.person", "party.buyer_ref", "party.phone"})
"""What ties a consumer to an order for good; a number that was only claimed does not."""


def facts_for(actor: Actor, order_number: str, permission: P) -> AfterSales:
    """The order's facts for its proven buyer, its merchant, or the desk. Raises NotFound."""
    require(actor, permission)
    number = order_number.strip()
    if actor.kind in (ActorKind.MERCHANT, ActorKind.PARTNER) and not _is_seller(actor, number):
        raise NotFound(kind="order", id=number[:64])
    if actor.kind is ActorKind.CONSUMER and not _is_buyer(actor, number):
        raise NotFound(kind="order", id=number[:64], remedy="Check the number, or ask the service desk.")
    return marketplace.aftersales_facts(number)


def alone(order_number: str) -> None:
    """Until the end of the transaction nobody else asks or answers something about this order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"orders:{order_number}"])


def running(order_number: str) -> set[str]:
    """The services that are under way for an order."""
    live = OrderService.objects.filter(order_number=order_number, live=True)
    return set(live.values_list("service", flat=True))


def _is_seller(actor: Actor, number: str) -> bool:
    seller = marketplace.organisation_of(number)
    return seller is not None and seller == actor.organisation_id


def _is_buyer(actor: Actor, number: str) -> bool:
    if actor.case_id is not None:
        return cases.visible(actor).filter(id=actor.case_id, order_number=number, flow="order").exists()
    facts = marketplace.acceptance_facts(
        order_number=number, lines=(), claimant=Claimant(), person_id=actor.id
    )
    return facts.party.basis in PROVEN
