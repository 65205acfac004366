"""Orders over the API: handing them in, reading one. The form is the contract's ``Order``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.journal.moment import Moment
from bihuan.journal.time import now
from bihuan.marketplace import actions, queries
from bihuan.marketplace.callbacks import signed_by
from bihuan.marketplace.queries import InstructionAnswer, InstructionState

router = Router(tags=["orders"])
READ = [ApiKeyAuth("orders:read"), SessionAuth()]
DELIVER = [ApiKeyAuth("orders:delivery"), SessionAuth()]
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
    batch: str


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
    warehouse: str
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
    region: str


class DeliveryAddressOut(Schema):
    """Empty where it goes as it was ordered."""

    address: str = ""
    recipient: str = ""
    phone: str = ""


class GrantOut(Schema):
    """A voucher over ``amount_fen`` valid for ``days``, or the order stays valid ``days`` longer."""

    key: str
    kind: str
    amount_fen: int
    currency: str
    days: int
    reason_code: str
    booked_at: datetime


class BookedPartOut(Schema):
    """``reference``: the number of the payment that goes back, empty where none is known."""

    way: str
    amount_fen: int
    reference: str


class BookedOut(Schema):
    """A refund to be paid; the bank's statement names its ``key``."""

    key: str
    order_number: str
    amount_fen: int
    currency: str
    kind: str
    booked_at: datetime
    parts: list[BookedPartOut]


class AnswerIn(Schema):
    """The contract's ``Instruction``."""

    key: str = Field(pattern=r"^[A-Za-z0-9._:\-]{8,80}$")
    state: Literal["pending", "done", "refused"]
    reference: str = Field("", pattern=r"^[A-Za-z0-9._:\-]{0,64}$")
    code: str = Field("", pattern=r"^[a-z0-9_]{0,40}$")
    at: Moment | None = None


@router.post("/orders/import", response=TakenOut, auth=WRITE, operation_id="import_orders")
def import_orders(request: HttpRequest, body: OrdersIn, dry_run: bool = False) -> TakenOut:
    """Hand in orders; the same order again changes nothing, a changed one is updated."""
    taken = actions.take_orders(
        actor=actor_asking(request), at=now(), batch=body.orders, source="api", dry_run=dry_run
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


@router.get(
    "/orders/{number}/delivery", response=DeliveryAddressOut, auth=DELIVER, operation_id="get_order_delivery"
)
def get_delivery(request: HttpRequest, number: Annotated[str, Path(max_length=64)]) -> dict[str, str]:
    """Where an order of the built-in store goes now, as far as that was changed here."""
    return queries.delivery_of(actor_asking(request), number)


@router.get("/orders/{number}/grants", response=list[GrantOut], auth=READ, operation_id="list_order_grants")
def get_grants(request: HttpRequest, number: Annotated[str, Path(max_length=64)]) -> Any:
    """What the built-in store gave to the buyer of an order, for whoever redeems it; the latest first."""
    return queries.grants_of(actor_asking(request), number)


@router.get("/store/book", response=list[BookedOut], auth=READ, operation_id="list_store_book")
def get_book(
    request: HttpRequest,
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[dict[str, Any]]:
    """Refunds in the built-in store's book by key, for who pays them; page on with the last ``key``."""
    rows = queries.booked(actor_asking(request), after=after, limit=limit)
    names = ("way", "amount_fen", "reference")
    return [
        {"key": row.key, "order_number": row.order.number, "amount_fen": row.amount_fen,
         "currency": row.currency, "kind": row.kind, "booked_at": row.booked_at,
         "parts": [dict(zip(names, part, strict=True)) for part in row.parts]}
        for row in rows
    ]  # fmt: skip


@router.post("/orders/callbacks", response={204: None}, auth=None, operation_id="instruction_changed")
def callback(request: HttpRequest, body: AnswerIn) -> Status[None]:
    """What the marketplace tells of an instruction, signed as its contract says."""
    signer = signed_by(request, side="marketplace", code="marketplace.signature")
    answer = InstructionAnswer(body.key, InstructionState(body.state), body.code, body.reference, body.at)
    actions.take_answer(actor=signer, at=now(), answer=answer)
    return Status(204, None)


@router.get("/orders/{number}", response=OrderOut, auth=READ, operation_id="get_order")
def get_order(request: HttpRequest, number: Annotated[str, Path(max_length=64)]) -> OrderOut:
    """One order with lines, shipments and log."""
    order = queries.get_for(actor_asking(request), number)
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
            "region": order.region,
        }
    )
