"""Orders over the API: handing them in, reading one. The form is the contract's ``Order``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.marketplace import actions, queries

router = Router(tags=["orders"])
READ = [ApiKeyAuth("orders:read"), SessionAuth()]
WRITE = [ApiKeyAuth("orders:write"), SessionAuth()]


class RejectedOut(Schema):
    """``index``: place in the list that was handed in, from 0."""

    index: int
    number: str
    field: str
    reason: str


class TakenOut(Schema):
    """The good records were written together; what is in ``rejected`` was left out."""

    new: int
    updated: int
    unchanged: int
    rejected: list[RejectedOut]
    dry_run: bool


class OrdersIn(Schema):
    """At most 1000 orders. Each is checked on its own, so that a bad one stops no other."""

    orders: list[Any] = Field(max_length=actions.MOST)


class LineOut(Schema):
    number: int
    product_ref: str
    title: str
    category: str
    sku: str
    unit_price_fen: int
    quantity: int
    paid_fen: int
    promises: list[str]
    kind: str
    confirmed: str
    preticked: bool
    gift_of: int | None
    gift_price_fen: int
    warranty_months: int


class PaymentOut(Schema):
    way: str
    amount_fen: int
    reference: str


class PromotionOut(Schema):
    code: str
    threshold_fen: int
    off_fen: int


class TrackOut(Schema):
    at: datetime
    code: str
    place: str


class ShipmentOut(Schema):
    carrier: str
    tracking_number: str
    state: str
    shipped_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None
    track: list[TrackOut]


class LogOut(Schema):
    at: datetime
    code: str
    by: str


class OrderOut(Schema):
    """Amounts in fen. The buyer appears by the marketplace's reference only."""

    number: str
    merchant_ref: str
    merchant_name: str
    buyer_ref: str
    status: str
    currency: str
    freight_fen: int
    ordered_at: datetime
    paid_at: datetime | None
    completed_at: datetime | None
    lines: list[LineOut]
    shipments: list[ShipmentOut]
    log: list[LogOut]
    payments: list[PaymentOut]
    promotions: list[PromotionOut]
    free_freight_from_fen: int | None


@router.post("/orders/import", response=TakenOut, auth=WRITE, operation_id="import_orders")
def import_orders(request: HttpRequest, body: OrdersIn, dry_run: bool = False) -> TakenOut:
    """Hand in orders; the same order again changes nothing, a changed one is updated."""
    taken = actions.take_orders(
        actor=_actor(request), at=now(), batch=body.orders, source="api", dry_run=dry_run
    )
    rejected = [
        RejectedOut(index=r.index, number=r.number, field=str(r.error.data["field"]), reason=r.error.text())
        for r in taken.rejected
    ]
    return TakenOut(
        new=taken.new,
        updated=taken.updated,
        unchanged=taken.unchanged,
        rejected=rejected,
        dry_run=dry_run,
    )


@router.get("/orders/{number}", response=OrderOut, auth=READ, operation_id="get_order")
def get_order(request: HttpRequest, number: Annotated[str, Path(max_length=64)]) -> OrderOut:
    """One order with lines, shipments and log."""
    order = queries.get_for(_actor(request), number)
    lines = [
        asdict(line) | {"product_ref": line.product.ref, "title": line.product.title}
        | {"category": line.product.category}
        for line in order.lines
    ]  # fmt: skip
    return OrderOut.model_validate(
        {
            "number": order.number,
            "merchant_ref": order.merchant.ref,
            "merchant_name": order.merchant.name,
            "buyer_ref": order.buyer.ref,
            "status": order.status,
            "currency": order.currency,
            "freight_fen": order.freight_fen,
            "ordered_at": order.ordered_at,
            "paid_at": order.paid_at,
            "completed_at": order.completed_at,
            "lines": lines,
            "shipments": [asdict(shipment) for shipment in order.shipments],
            "log": [asdict(entry) for entry in order.log],
            "payments": [asdict(payment) for payment in order.payments],
            "promotions": [asdict(promotion) for promotion in order.promotions],
            "free_freight_from_fen": order.free_freight_from_fen,
        }
    )


def _actor(request: HttpRequest) -> Actor:
    found: Any = request.auth  # type: ignore[attr-defined]
    actor: Actor = found
    return actor
