"""Reading orders. The check for intake is one statement (acceptance.py)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bihuan.accounts.permissions import Resource, allows, require
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.marketplace import acceptance, errands, finding, reading, signature
from bihuan.marketplace import models as m
from bihuan.marketplace import port as p
from bihuan.marketplace.acceptance import Facts
from bihuan.marketplace.adapters import marketplace
from bihuan.marketplace.config import current
from bihuan.marketplace.digests import name_digest, phone_digest
from bihuan.marketplace.grant import Grant, GrantAnswer, GrantKind, GrantState
from bihuan.marketplace.ids import derived
from bihuan.marketplace.instruction import InstructionAnswer, InstructionKind, InstructionState, Parcel
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.permissions import OrderPermission
from bihuan.marketplace.port import (
    Check,
    Claimant,
    Exclusion,
    LineKind,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PayWay,
    Promotion,
    RefundAnswer,
    RefundLine,
    RefundPart,
    RefundRequest,
    RefundState,
    Shipment,
    ShipmentState,
    Unknown,
)
from bihuan.marketplace.touching import TIMES, LateGroup, Reach, late_groups, reach_of, touched

__all__ = [
    "TIMES",
    "AfterSales",
    "Check",
    "Claimant",
    "Exclusion",
    "Facts",
    "Grant",
    "GrantAnswer",
    "GrantKind",
    "GrantState",
    "Instruction",
    "InstructionAnswer",
    "InstructionKind",
    "InstructionState",
    "LateGroup",
    "Line",
    "LineKind",
    "Order",
    "OrderLine",
    "OrderStatus",
    "PaidLine",
    "Parcel",
    "PayWay",
    "Payable",
    "Payment",
    "Promotion",
    "Reach",
    "RefundAnswer",
    "RefundLine",
    "RefundPart",
    "RefundRequest",
    "RefundState",
    "Shipment",
    "ShipmentState",
    "SoldLine",
    "Unknown",
    "acceptance_facts",
    "aftersales_facts",
    "booked",
    "carriers_of",
    "delivery_of",
    "get_for",
    "grants_of",
    "health",
    "instructions_of",
    "late_groups",
    "line",
    "line_of",
    "lines_of",
    "orders_of",
    "orders_of_people",
    "orders_to",
    "organisation_of",
    "payable",
    "reach_of",
    "records_of",
    "signer_of",
    "touched",
]


@dataclass(frozen=True, slots=True)
class Line:
    """An order line, as money and remedies need it. Amounts in fen."""

    id: UUID
    number: int
    order_id: UUID
    order_number: str
    shop_id: UUID
    organisation_id: UUID | None
    buyer_person_id: UUID | None
    currency: str
    category: str
    title: str
    unit_price_fen: int
    quantity: int
    paid_fen: int
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaidLine:
    """``number`` 0 is the freight."""

    id: UUID
    number: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Payable:
    """What was paid in an order and by whom to whom; None where shop or buyer are not known here."""

    order_number: str
    currency: str
    organisation_id: UUID | None
    buyer_person_id: UUID | None
    lines: tuple[PaidLine, ...]
    payments: tuple[p.Payment, ...] = ()
    """By which ways it was paid; empty where the marketplace does not tell."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """An order line with its id here and the day of signing of the parcel that carried it (None while
    that is not known; of several parcels the last)."""

    id: UUID
    sold: p.OrderLine
    signed_at: datetime | None
    shipped: bool


@dataclass(frozen=True, slots=True)
class AfterSales:
    """Everything that after-sales asks of an order: who, what, on which terms, how it was paid and
    carried. From the mirror alone; ``taken_at`` is when that was last told."""

    order: p.Order
    organisation_id: UUID | None
    buyer_person_id: UUID | None
    lines: tuple[SoldLine, ...]
    taken_at: datetime


def acceptance_facts(
    *, order_number: str, lines: Sequence[str] = (), claimant: Claimant, person_id: UUID | None = None
) -> Facts:
    """What the acceptance conditions of PCN-3.1.2 ask the marketplace, from this database alone.

    One round trip, no network. Where a marketplace outside was not asked yet or did not answer,
    results are unknown: ``actions.refresh_order`` asks it, in a job.
    """
    return acceptance.facts(
        order_number=order_number,
        lines=lines,
        claimant=claimant,
        person_id=person_id,
        adapter=current().adapter,
    )


def get_for(actor: Actor, order_number: str) -> p.Order:
    """The order with lines, shipments and log. Raises NotFound also where the actor may not see it."""
    require(actor, OrderPermission.READ)
    row = reading.whole().filter(number=order_number).first()
    if row is None or not allows(actor, OrderPermission.READ, _resource(row.shop, row.buyer)):
        raise NotFound(kind="order", id=order_number)
    return reading.order(row)


def order_behind(order_number: str) -> p.Order | None:
    """The order for code with its own check, which shows of it only what its reader needs."""
    row = reading.whole().filter(number=order_number).first()
    return reading.order(row) if row else None


def orders_of(*, actor: Actor, person_id: UUID, limit: int = 50) -> list[p.Order]:
    """The latest orders of a person who is known as a buyer."""
    require(actor, OrderPermission.READ, Resource(person_ids=frozenset({person_id})))
    found = reading.whole().filter(buyer__person_id=person_id).order_by("-ordered_at", "id")
    return [reading.order(row) for row in found[:limit]]


def aftersales_facts(order_number: str) -> AfterSales:
    """One value with all of it, for a caller that has checked who asks. Raises NotFound."""
    row = reading.whole().filter(number=order_number).first()
    if row is None:
        raise NotFound(kind="order", id=order_number)
    order = reading.order(row)
    return AfterSales(
        order=order,
        organisation_id=row.shop.organisation_id,
        buyer_person_id=row.buyer.person_id,
        lines=tuple(_sold(order, line) for line in order.lines),
        taken_at=row.taken_at,
    )


def _sold(order: p.Order, line: p.OrderLine) -> SoldLine:
    parcels = [s for s in order.shipments if not s.lines or line.number in s.lines]
    signed = [s.delivered_at for s in parcels]
    return SoldLine(
        id=derived("line", order.number, line.number),
        sold=line,
        signed_at=max((at for at in signed if at), default=None) if all(signed) else None,
        shipped=any(_left(s) for s in parcels),
    )


def _left(shipment: p.Shipment) -> bool:
    return shipment.shipped_at is not None or shipment.state is not p.ShipmentState.PREPARING


def orders_of_people(
    people: Collection[UUID], *, buyer_ref: str = "", phone: str = "", limit: int = 50
) -> list[p.Order]:
    """The latest orders of these people, of a buyer's reference or a telephone number, for code with its own
    check. Raises Invalid for something that is no number."""
    found = reading.whole().filter(buyer_id__in=finding.buyers(people, ref=buyer_ref, phone=phone))
    return [reading.order(row) for row in found.order_by("-ordered_at", "id")[:limit]]


def orders_to(*, name: str = "", phone: str = "", limit: int = 50) -> list[p.Order]:
    """The latest orders that go to this recipient, by name or telephone number, for code with its own check.
    Raises Invalid for something that is no number."""
    wanted = {"recipient_name": name_digest(name)} if name else {"recipient_phone": phone_digest(phone)}
    return [
        reading.order(row) for row in reading.whole().filter(**wanted).order_by("-ordered_at", "id")[:limit]
    ]


def lines_of(order_number: str) -> list[Line]:
    """Lines of an order by number; empty where there is no such order."""
    found = m.OrderLine.objects.filter(order__number=order_number).order_by("number")
    return [_line(row) for row in found.select_related("order__shop", "order__buyer")]


def line(line_id: UUID) -> Line:
    """Raises NotFound."""
    found = m.OrderLine.objects.select_related("order__shop", "order__buyer").filter(id=line_id).first()
    if found is None:
        raise NotFound(kind="order line", id=str(line_id))
    return _line(found)


def line_of(order_number: str, line_number: int) -> Line:
    """Raises NotFound."""
    return line(derived("line", order_number, line_number))


def records_of(order_number: str) -> dict[str, int]:
    """How many records of each kind there are of an order (PCN-3.2.2.a); empty without the order."""
    order_id = derived("order", order_number)
    if not m.Order.objects.filter(id=order_id).exists():
        return {}
    return {
        "order": 1,
        "order_log": m.OrderLog.objects.filter(order_id=order_id).count(),
        "shipment": m.Shipment.objects.filter(order_id=order_id).count(),
        "track": m.TrackPoint.objects.filter(shipment__order_id=order_id).count(),
    }


def payable(order_number: str) -> Payable:
    """Raises NotFound."""
    row = m.Order.objects.select_related("shop", "buyer").filter(number=order_number).first()
    if row is None:
        raise NotFound(kind="order", id=order_number)
    freight = PaidLine(derived("line", row.number, 0), 0, row.freight_fen)
    lines = row.lines.order_by("number").values_list("id", "number", "paid_fen")
    return Payable(
        order_number=row.number,
        currency=row.currency,
        organisation_id=row.shop.organisation_id,
        buyer_person_id=row.buyer.person_id,
        lines=(freight, *(PaidLine(*line) for line in lines)),
        payments=reading.payments(row),
    )


def instructions_of(case_id: UUID) -> list[Instruction]:
    """The instructions of a case as they were given, the latest first; the case's door checks who asks."""
    return list(Instruction.objects.filter(case_id=case_id).order_by("-given_at", "-id"))


def carriers_of(order_number: str) -> set[str]:
    """The carriers of an order's parcels, as the marketplace names them."""
    found = m.Shipment.objects.filter(order__number=order_number).values_list("carrier", flat=True)
    return set(found)


def delivery_of(actor: Actor, order_number: str) -> dict[str, str]:
    """Where an order of the built-in store goes now, as far as that was changed here: for the shop's own
    system, which sends it there. Raises NotFound also where the actor may not see it."""
    require(actor, OrderPermission.DELIVER)
    row = m.Order.objects.select_related("shop", "buyer").filter(number=order_number).first()
    if row is None or not allows(actor, OrderPermission.DELIVER, _resource(row.shop, row.buyer)):
        raise NotFound(kind="order", id=order_number)
    return errands.delivery(row)


def grants_of(actor: Actor, order_number: str) -> list[m.Grant]:
    """Vouchers and longer validity of an order in the built-in store's book, the latest first: for whoever
    redeems them. Raises NotFound also where the actor may not see the order."""
    get_for(actor, order_number)
    return list(m.Grant.objects.filter(order__number=order_number).order_by("-booked_at", "key")[:200])


def booked(actor: Actor, *, after: str = "", limit: int = 200) -> list[m.Booking]:
    """The built-in store's book of refunds by key, after the key ``after``: to pay from it, each part by its
    way. Empty where the marketplace is another's."""
    require(actor, OrderPermission.PAY)
    found = m.Booking.objects.select_related("order").filter(key__gt=after)
    return list(found.order_by("key")[:limit])


def organisation_of(order_number: str) -> UUID | None:
    """The merchant's organisation, where the shop is bound to one and the order is known."""
    row = m.Order.objects.filter(number=order_number).values_list("shop__organisation_id").first()
    return row[0] if row else None


def signer_of(header: str, *, unix: int, method: str, target: str, body: bytes) -> str | None:
    """The key id of a message that the marketplace signed, None where it did not."""
    config = current()
    secrets = {config.key_id: config.secret} if config.key_id and config.secret else {}
    good = signature.verify(header, secrets, t=unix, method=method, target=target, body=body)
    return config.key_id if good else None


def health() -> p.Health:
    """Whether the marketplace answers; goes over the network."""
    return marketplace().health()


def _resource(shop: m.MerchantShop, buyer: m.Buyer) -> Resource:
    return Resource(
        person_ids=frozenset({buyer.person_id} if buyer.person_id else ()),
        organisation_ids=frozenset({shop.organisation_id} if shop.organisation_id else ()),
    )


def _line(row: m.OrderLine) -> Line:
    order = row.order
    return Line(
        id=row.id,
        number=row.number,
        order_id=order.id,
        order_number=order.number,
        shop_id=order.shop_id,
        organisation_id=order.shop.organisation_id,
        buyer_person_id=order.buyer.person_id,
        currency=order.currency,
        category=row.category,
        title=row.title,
        unit_price_fen=row.unit_price_fen,
        quantity=row.quantity,
        paid_fen=row.paid_fen,
        promises=tuple(row.promises),
    )
