"""An order from its JSON form: the same for import, API and the answers of a marketplace.

The form is the schema ``Order`` of ``static/marketplace/contract.yaml``. A phone number may stand
in ``buyer.phone``; it is turned into a keyed digest here and goes no further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bihuan.engine.errors import Invalid
from bihuan.marketplace import terms
from bihuan.marketplace import values as v
from bihuan.marketplace.digests import name_digest
from bihuan.marketplace.port import (
    Buyer,
    LogCode,
    LogEntry,
    Merchant,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    Shipment,
    ShipmentState,
    TrackCode,
    TrackPoint,
)

AHEAD = timedelta(minutes=5)
Digest = Callable[[str], bytes]
_BY = ("buyer", "merchant", "platform", "carrier")


def order_from(data: Any, *, digest: Digest, at: datetime | None = None) -> Order:
    """Raises Invalid with ``field`` at the first value that is not as the contract says.

    With ``at``, an order placed after that instant (and five minutes) is refused.
    """
    source = v.mapping(data, "order")
    lines = tuple(_line(row, index) for index, row in enumerate(v.listed(source, "lines", most=200), 1))
    if not lines:
        raise v.wrong("lines", "An order needs at least one line.")
    numbers = [line.number for line in lines]
    if len(set(numbers)) != len(numbers):
        raise v.wrong("lines", "Two lines of the order have the same number.")
    terms.check_gifts(lines)
    freight_fen = v.fen(source, "freight", default=0)
    ordered_at = _needed(source, "ordered_at")
    if at is not None and ordered_at > at + AHEAD:
        raise v.wrong("ordered_at", "{field} lies in the future.")
    return Order(
        number=v.reference(source, "number"),
        merchant=_merchant(source),
        buyer=_buyer(source, digest),
        status=v.choice(source, "status", OrderStatus),
        ordered_at=ordered_at,
        lines=lines,
        currency=_currency(source),
        freight_fen=freight_fen,
        paid_at=v.moment(source, "paid_at"),
        completed_at=v.moment(source, "completed_at"),
        shipments=tuple(shipment_from(row) for row in v.listed(source, "shipments", most=50)),
        log=log_from(source),
        payments=terms.payments_from(source, freight_fen + sum(line.paid_fen for line in lines)),
        promotions=terms.promotions_from(source),
        free_freight_from_fen=terms.free_freight_from(source),
        **_recipient(source, digest),
        region=v.without_numbers(v.text(source, "region", most=80, needed=False)),
    )


def log_from(data: Any) -> tuple[LogEntry, ...]:
    rows = [v.mapping(row, "log") for row in v.listed(v.mapping(data, "log"), "log", most=500)]
    return tuple(
        LogEntry(at=_needed(row, "at"), code=v.choice(row, "code", LogCode), by=_by(row)) for row in rows
    )


def shipment_from(data: Any) -> Shipment:
    row = v.mapping(data, "shipments")
    shipped_at, delivered_at = v.moment(row, "shipped_at"), v.moment(row, "delivered_at")
    if shipped_at and delivered_at and delivered_at < shipped_at:
        raise v.wrong("delivered_at", "{field} lies before the shipment.")
    return Shipment(
        carrier=v.text(row, "carrier", most=40),
        tracking_number=v.reference(row, "tracking_number"),
        state=v.choice(row, "state", ShipmentState),
        lines=tuple(_line_number({"lines": n}, "lines") for n in v.listed(row, "lines", most=200)),
        shipped_at=shipped_at,
        promised_at=v.moment(row, "promised_at"),
        delivered_at=delivered_at,
        warehouse=v.text(row, "warehouse", most=80, needed=False),
        track=tuple(_point(point) for point in v.listed(row, "track", most=300)),
    )


def _merchant(order: Mapping[str, Any]) -> Merchant:
    row = v.mapping(order.get("merchant"), "merchant")
    return Merchant(ref=v.reference(row, "ref"), name=v.text(row, "name", most=120))


def _buyer(order: Mapping[str, Any], digest: Digest) -> Buyer:
    row = v.mapping(order.get("buyer"), "buyer")
    registered = row.get("registered", True)
    if not isinstance(registered, bool):
        raise v.wrong("buyer.registered", "{field} must be true or false.")
    phone = v.text(row, "phone", most=32, needed=False)
    return Buyer(ref=v.reference(row, "ref"), phone_digest=_digest(phone, digest), registered=registered)


def _recipient(order: Mapping[str, Any], digest: Digest) -> dict[str, bytes | None]:
    """Name and telephone of whoever it goes to, as digests; they go no further."""
    row = v.mapping(order.get("recipient") or {}, "recipient")
    name = v.text(row, "name", most=80, needed=False)
    phone = v.text(row, "phone", most=32, needed=False)
    return {
        "recipient_name": name_digest(name) if name else None,
        "recipient_phone": _digest(phone, digest, "recipient.phone"),
    }


def _digest(phone: str, digest: Digest, field: str = "buyer.phone") -> bytes | None:
    if not phone:
        return None
    try:
        return digest(phone)
    except Invalid as error:
        raise v.wrong(field, "{field} is not a telephone number.") from error


def _line(data: Any, position: int) -> OrderLine:
    row = v.mapping(data, "lines")
    product = v.mapping(row.get("product"), "product")
    promises = v.listed(row, "promises", most=20)
    on = terms.terms_from(row)
    return OrderLine(
        number=_line_number(row, "number", position),
        product=Product(
            ref=v.reference(product, "ref"),
            title=v.text(product, "title", most=200),
            category=v.text(product, "category", most=40),
        ),
        sku=v.text(row, "sku", most=120, needed=False),
        unit_price_fen=v.fen(row, "unit_price"),
        quantity=v.integer(row, "quantity", least=1, most=1_000_000, default=1),
        paid_fen=v.fen(row, "paid"),
        promises=tuple(v.code(promise, "promises") for promise in promises),
        kind=on.kind,
        confirmed=on.confirmed,
        preticked=on.preticked,
        gift_of=on.gift_of,
        gift_price_fen=on.gift_price_fen,
        warranty_months=on.warranty_months,
        batch=v.text(row, "batch", most=64, needed=False),
    )


def _point(data: Any) -> TrackPoint:
    row = v.mapping(data, "track")
    place = v.without_numbers(v.text(row, "place", most=80, needed=False))
    return TrackPoint(at=_needed(row, "at"), code=v.choice(row, "code", TrackCode), place=place)


def _line_number(row: Mapping[str, Any], field: str, default: int | None = None) -> int:
    return v.integer(row, field, least=1, most=10_000, default=default)


def _currency(order: Mapping[str, Any]) -> str:
    value = order.get("currency", "CNY")
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper()):
        raise v.wrong("currency", "{field} must be three capital letters, such as CNY.")
    return value


def _by(row: Mapping[str, Any]) -> str:
    if row.get("by") not in _BY:
        raise v.wrong("by", "{field} must be one of: {known}.", known=", ".join(_BY))
    return str(row["by"])


def _needed(row: Mapping[str, Any], field: str) -> datetime:
    moment = v.moment(row, field, needed=True)
    assert moment is not None
    return moment
