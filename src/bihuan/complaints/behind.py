"""The order behind a case, with the least that each side needs of it (PCN-1.2): never the buyer.

Merchants sold it and see what was paid; carriers and agencies see what was in it and which way it went, a
carrier only the parcels that name it, where some do. Who may know of the case at all, ``cases`` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.cases import queries as cases
from bihuan.complaints import rules
from bihuan.complaints.permissions import P
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of the order; without a price for those who did not sell it."""

    number: int
    title: str
    quantity: int
    paid_fen: int | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment without its places."""

    carrier: str
    tracking_number: str
    state: str
    shipped_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Behind:
    """The order as one side sees it."""

    number: str
    status: str
    ordered_at: datetime
    lines: Sequence[Goods]
    shipments: Sequence[Parcel]


def order_behind(actor: Actor, case_id: UUID) -> Behind:
    """Raises NotFound for a case that the actor may not know of, and for one without a known order."""
    case = cases.get_for(actor, case_id, flow="complaint")
    require(actor, P.READ, case.resource)
    found = marketplace.order_behind(case.order_number) if case.order_number else None
    if found is None:
        raise NotFound(kind="order", id=case.order_number or "—")
    outside = rules.party_of(actor) == "third_party"
    mine = {actor.organisation_id} if outside and actor.organisation_id else set()
    names = set(accounts.organisation_names(mine).values())
    own = [s for s in found.shipments if s.carrier in names]
    return Behind(
        number=found.number,
        status=str(found.status),
        ordered_at=found.ordered_at,
        lines=[
            Goods(x.number, x.product.title, x.quantity, None if outside else x.paid_fen) for x in found.lines
        ],
        shipments=[
            Parcel(s.carrier, s.tracking_number, str(s.state), s.shipped_at, s.promised_at, s.delivered_at)
            for s in own or found.shipments
        ],
    )
