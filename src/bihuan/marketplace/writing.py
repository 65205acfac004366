"""Rows of a batch of orders, written with one statement a table; actions.py alone calls this."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

from bihuan.accounts.queries import organisations_by_reference
from bihuan.accounts.queries.people import OrganisationKind
from bihuan.marketplace import models as m
from bihuan.marketplace import port
from bihuan.marketplace.digests import ref_digest
from bihuan.marketplace.ids import derived

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True, slots=True)
class Tally:
    new: int = 0
    updated: int = 0
    unchanged: int = 0


def write(orders: Sequence[port.Order], *, source: str, at: datetime) -> Tally:
    """Insert or update by the marketplace's own numbers; the caller holds the transaction.

    Lines, shipments and log entries that stand here and are missing in the new record stay: a
    refund or a case may rest on them. Two batches at once wait for each other: an upsert knows one
    unique key only, and these tables have two.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('marketplace.write'))")
    merged = _merged(orders)
    ids = {number: derived("order", number) for number in merged}
    known = dict(m.Order.objects.filter(id__in=ids.values()).values_list("id", "digest"))
    digests = {number: digest(order) for number, order in merged.items()}
    same = {n for n in merged if bytes(known.get(ids[n], b"")) == digests[n]}
    changed = [merged[n] for n in sorted(merged, key=lambda n: ids[n]) if n not in same]
    if changed:
        _parties(changed)
        _orders(changed, digests, source, at)
    updated = sum(ids[order.number] in known for order in changed)
    return Tally(new=len(changed) - updated, updated=updated, unchanged=len(same))


def digest(order: port.Order) -> bytes:
    """What tells a changed record from an unchanged one."""
    return hashlib.sha256(repr(order).encode()).digest()


def bind_known(orders: Sequence[port.Order]) -> None:
    """Bind shops to the merchants whose reference in ``accounts`` is the shop's."""
    refs = {order.merchant.ref for order in orders}
    unbound = list(
        m.MerchantShop.objects.filter(ref__in=refs, organisation=None).values_list("ref", flat=True)
    )
    if not unbound:
        return
    for ref, organisation_id in sorted(
        organisations_by_reference(OrganisationKind.MERCHANT, unbound).items()
    ):
        m.MerchantShop.objects.filter(ref=ref).update(organisation_id=organisation_id)


def write_buyer(buyer: port.Buyer) -> None:
    _buyers([buyer])


def _merged(orders: Iterable[port.Order]) -> dict[str, port.Order]:
    """One record an order: of two in a batch the later one leads, and lines of both are kept."""
    found: dict[str, port.Order] = {}
    for order in orders:
        before = found.get(order.number)
        found[order.number] = order if before is None else _joined(before, order)
    return found


def _joined(before: port.Order, order: port.Order) -> port.Order:
    lines = {line.number: line for line in (*before.lines, *order.lines)}
    shipments = {(s.carrier, s.tracking_number): s for s in (*before.shipments, *order.shipments)}
    return replace(
        order,
        lines=tuple(lines.values()),
        shipments=tuple(shipments.values()),
        log=tuple(dict.fromkeys((*before.log, *order.log))),
    )


def _upsert(model: type[_M], rows: Iterable[_M], fields: Sequence[str]) -> None:
    unique = {row.pk: row for row in rows}
    ordered = [unique[pk] for pk in sorted(unique)]
    if fields:
        model._default_manager.bulk_create(
            ordered, update_conflicts=True, unique_fields=["id"], update_fields=list(fields), batch_size=2000
        )
    else:
        model._default_manager.bulk_create(ordered, ignore_conflicts=True, batch_size=2000)


def _parties(orders: Sequence[port.Order]) -> None:
    shops = (o.merchant for o in orders)
    _upsert(
        m.MerchantShop,
        (m.MerchantShop(id=derived("shop", s.ref), ref=s.ref, name=s.name) for s in shops),
        ["name"],
    )
    _buyers([o.buyer for o in orders])
    _upsert(
        m.Product,
        (_product(o, line.product) for o in orders for line in o.lines),
        ["title", "category"],
    )


def _buyers(buyers: Sequence[port.Buyer]) -> None:
    """A record without a phone leaves the digest that is known as it is."""
    with_phone = {b.ref: b for b in buyers if b.phone_digest}
    without = [b for b in buyers if b.ref not in with_phone]
    for group, fields in (
        (list(with_phone.values()), ["phone_digest", "registered"]),
        (without, ["registered"]),
    ):
        rows = (
            m.Buyer(
                id=derived("buyer", b.ref),
                ref=b.ref,
                ref_digest=ref_digest(b.ref),
                phone_digest=b.phone_digest,
                registered=b.registered,
            )
            for b in group
        )
        _upsert(m.Buyer, rows, fields)


def _product(order: port.Order, product: port.Product) -> m.Product:
    return m.Product(
        id=derived("product", product.ref),
        ref=product.ref,
        shop_id=derived("shop", order.merchant.ref),
        title=product.title,
        category=product.category,
    )


def _orders(orders: Sequence[port.Order], digests: dict[str, bytes], source: str, at: datetime) -> None:
    _upsert(m.Order, (_order(o, digests[o.number], source, at) for o in orders), _ORDER_FIELDS)
    _recipients(orders)
    _upsert(m.OrderLine, (_line(o, line) for o in orders for line in o.lines), _LINE_FIELDS)
    _upsert(m.Shipment, (_shipment(o, s) for o in orders for s in o.shipments), _SHIPMENT_FIELDS)
    _upsert(m.TrackPoint, (_point(o, s, p) for o in orders for s in o.shipments for p in s.track), ["place"])
    _upsert(m.OrderLog, (_log(o, entry) for o in orders for entry in o.log), [])


def _recipients(orders: Sequence[port.Order]) -> None:
    """A record that does not tell the recipient leaves what is known, also where it was changed here."""
    for name in ("recipient_name", "recipient_phone"):
        told = [(derived("order", o.number), getattr(o, name)) for o in orders if getattr(o, name)]
        rows = [m.Order(id=order_id, **{name: digest}) for order_id, digest in told]
        m.Order.objects.bulk_update(rows, [name], batch_size=500)


_ORDER_FIELDS = (
    "shop",
    "buyer",
    "status",
    "currency",
    "freight_fen",
    "free_freight_from_fen",
    "payments",
    "promotions",
    "ordered_at",
    "paid_at",
    "completed_at",
    "region",
    "source",
    "digest",
    "taken_at",
)
_LINE_FIELDS = (
    "product",
    "title",
    "category",
    "sku",
    "unit_price_fen",
    "quantity",
    "paid_fen",
    "promises",
    "kind",
    "confirmed",
    "preticked",
    "gift_of",
    "gift_price_fen",
    "warranty_months",
    "batch",
)
_SHIPMENT_FIELDS = ("state", "lines", "shipped_at", "promised_at", "delivered_at", "warehouse")


def _order(order: port.Order, body: bytes, source: str, at: datetime) -> m.Order:
    return m.Order(
        id=derived("order", order.number),
        number=order.number,
        shop_id=derived("shop", order.merchant.ref),
        buyer_id=derived("buyer", order.buyer.ref),
        status=str(order.status),
        currency=order.currency,
        freight_fen=order.freight_fen,
        free_freight_from_fen=order.free_freight_from_fen,
        payments=[[str(paid.way), paid.amount_fen, paid.reference] for paid in order.payments],
        promotions=[[one.code, one.threshold_fen, one.off_fen] for one in order.promotions],
        ordered_at=order.ordered_at,
        paid_at=order.paid_at,
        completed_at=order.completed_at,
        region=order.region,
        source=source,
        digest=body,
        taken_at=at,
    )


def line_id(order_number: str, line_number: int) -> UUID:
    return derived("line", order_number, line_number)


def _line(order: port.Order, line: port.OrderLine) -> m.OrderLine:
    return m.OrderLine(
        id=line_id(order.number, line.number),
        order_id=derived("order", order.number),
        number=line.number,
        product_id=derived("product", line.product.ref),
        title=line.product.title,
        category=line.product.category,
        sku=line.sku,
        unit_price_fen=line.unit_price_fen,
        quantity=line.quantity,
        paid_fen=line.paid_fen,
        promises=list(line.promises),
        kind=str(line.kind),
        confirmed=str(line.confirmed),
        preticked=line.preticked,
        gift_of=line.gift_of,
        gift_price_fen=line.gift_price_fen,
        warranty_months=line.warranty_months,
        batch=line.batch,
    )


def _shipment_id(order: port.Order, shipment: port.Shipment) -> UUID:
    return derived("shipment", order.number, shipment.carrier, shipment.tracking_number)


def _shipment(order: port.Order, shipment: port.Shipment) -> m.Shipment:
    return m.Shipment(
        id=_shipment_id(order, shipment),
        order_id=derived("order", order.number),
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        state=str(shipment.state),
        lines=list(shipment.lines),
        shipped_at=shipment.shipped_at,
        promised_at=shipment.promised_at,
        delivered_at=shipment.delivered_at,
        warehouse=shipment.warehouse,
    )


def _point(order: port.Order, shipment: port.Shipment, point: port.TrackPoint) -> m.TrackPoint:
    parent = _shipment_id(order, shipment)
    return m.TrackPoint(
        id=derived("track", parent, point.at.timestamp(), point.code),
        shipment_id=parent,
        at=point.at,
        code=str(point.code),
        place=point.place,
    )


def _log(order: port.Order, entry: port.LogEntry) -> m.OrderLog:
    parent = derived("order", order.number)
    return m.OrderLog(
        id=derived("log", parent, entry.at.timestamp(), entry.code, entry.by),
        order_id=parent,
        at=entry.at,
        code=str(entry.code),
        by=entry.by,
    )
