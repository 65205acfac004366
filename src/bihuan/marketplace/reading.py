"""Rows back into the values of ``port``; queries.py and the built-in store read through this."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.marketplace import models as m
from bihuan.marketplace import port


def whole() -> QuerySet[m.Order]:
    """Orders with everything that belongs to them, in a fixed number of queries."""
    return m.Order.objects.select_related("shop", "buyer").prefetch_related(
        "lines__product", "shipments__track", "log"
    )


def order(row: m.Order) -> port.Order:
    return port.Order(
        number=row.number,
        merchant=port.Merchant(ref=row.shop.ref, name=row.shop.name),
        buyer=buyer(row.buyer),
        status=port.OrderStatus(row.status),
        ordered_at=row.ordered_at,
        lines=tuple(line(one) for one in sorted(row.lines.all(), key=lambda one: one.number)),
        currency=row.currency,
        freight_fen=row.freight_fen,
        paid_at=row.paid_at,
        completed_at=row.completed_at,
        shipments=tuple(shipment(s) for s in row.shipments.all()),
        log=tuple(port.LogEntry(at=e.at, code=port.LogCode(e.code), by=e.by) for e in row.log.all()),
        payments=payments(row),
        promotions=tuple(port.Promotion(*promotion) for promotion in row.promotions),
        free_freight_from_fen=row.free_freight_from_fen,
        region=row.region,
    )


def payments(row: m.Order) -> tuple[port.Payment, ...]:
    """Rows of ``[way, fen, reference]``."""
    return tuple(port.Payment(port.PayWay(way), fen, reference) for way, fen, reference in row.payments)


def buyer(row: m.Buyer) -> port.Buyer:
    return port.Buyer(
        ref=row.ref,
        phone_digest=bytes(row.phone_digest) if row.phone_digest is not None else None,
        registered=bool(row.registered),
    )


def shipment(row: m.Shipment) -> port.Shipment:
    return port.Shipment(
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        state=port.ShipmentState(row.state),
        lines=tuple(row.lines),
        shipped_at=row.shipped_at,
        promised_at=row.promised_at,
        delivered_at=row.delivered_at,
        warehouse=row.warehouse,
        track=tuple(
            port.TrackPoint(at=p.at, code=port.TrackCode(p.code), place=p.place) for p in row.track.all()
        ),
    )


def line(row: m.OrderLine) -> port.OrderLine:
    return port.OrderLine(
        number=row.number,
        product=port.Product(ref=row.product.ref, title=row.title, category=row.category),
        sku=row.sku,
        unit_price_fen=row.unit_price_fen,
        quantity=row.quantity,
        paid_fen=row.paid_fen,
        promises=tuple(row.promises),
        kind=port.LineKind(row.kind),
        confirmed=port.Exclusion(row.confirmed),
        preticked=row.preticked,
        gift_of=row.gift_of,
        gift_price_fen=row.gift_price_fen,
        warranty_months=row.warranty_months,
        batch=row.batch,
    )
