"""Which orders something touched: a carrier, a place, a shop, a product in a time, found by one statement.

Warehouse, region and batch are facts that a marketplace may tell with an order. Where it does not, a
warehouse is the place where a carrier took the parcel over; a region is also every place that a parcel
came through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

TIMES: Final = ("ordered", "shipped", "promised")
GROUPS: Final = ("carrier", "warehouse", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Orders with ``by`` (ordered, shipped, promised) in [from_at, until_at); what is empty does not narrow.

    ``region``: orders that go there (province, or province and city) and parcels that came through a place
    of that name. ``batch``: the maker's, of a product or of any. ``late``: only those with a parcel that was
    not there when it was promised, as of the asking.
    """

    from_at: datetime
    until_at: datetime
    by: str = "ordered"
    carrier: str = ""
    warehouse: str = ""
    region: str = ""
    shop: str = ""
    product: str = ""
    sku: str = ""
    batch: str = ""
    states: tuple[str, ...] = ()
    late: bool = False

    def as_json(self) -> dict[str, Any]:
        """What can be kept; ``reach_of`` reads it again."""
        kept = {name: value for name, value in asdict(self).items() if value}
        return kept | {"from_at": self.from_at.isoformat(), "until_at": self.until_at.isoformat()}


def reach_of(kept: Mapping[str, Any]) -> Reach:
    """The reach that ``as_json`` gave."""
    times = {name: datetime.fromisoformat(kept[name]) for name in ("from_at", "until_at")}
    return Reach(**{**kept, **times, "states": tuple(kept.get("states", ()))})


@dataclass(frozen=True, slots=True)
class LateGroup:
    """Parcels promised in a window that came from one carrier, warehouse or region, and how many are late."""

    group: str
    name: str
    promised: int
    late: int


def touched(reach: Reach, *, at: datetime) -> tuple[str, list[Any]]:
    """A SELECT and its values: order_id, number, buyer_id, person_id, organisation_id, currency, paid_fen,
    ordered_at, one row an order."""
    wanted, values = list[str](), list[Any]()
    for condition, given in _conditions(reach, at):
        wanted.append(condition)
        values += given
    return f"{_ORDERS} WHERE {' AND '.join(wanted)}", values


def late_groups(*, since: datetime, at: datetime, least: int) -> list[LateGroup]:
    """Carriers, warehouses and regions with at least so many late parcels among those promised in
    [since, at), the most first."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, [at, since, at, least])
        return [LateGroup(*row) for row in cursor.fetchall()]


_ORDERS: Final = """
SELECT o.id AS order_id, o.number, o.buyer_id, COALESCE(a.id, k.person_id) AS person_id, s.organisation_id,
    o.currency,
    (SELECT COALESCE(sum(l.paid_fen), 0)::bigint FROM marketplace_orderline l WHERE l.order_id = o.id)
        + o.freight_fen AS paid_fen, o.ordered_at
FROM marketplace_order o
JOIN marketplace_buyer b ON b.id = o.buyer_id
JOIN marketplace_merchantshop s ON s.id = o.shop_id
LEFT JOIN accounts_person a ON a.id = b.person_id AND a.state <> 'erased'
LEFT JOIN LATERAL (
    SELECT i.person_id FROM accounts_blindindex i WHERE b.person_id IS NULL AND i.part = 'whole'
        AND (i.field = 'external_ref' AND i.digest = b.ref_digest
            OR i.field = 'phone' AND i.proven AND i.digest = b.phone_digest)
    ORDER BY i.field, i.id LIMIT 1) k ON true
"""
"""Who the buyer is here: as linked, or by the digests of reference and proven phone, read in place."""
_PARCEL: Final = "EXISTS (SELECT FROM marketplace_shipment p WHERE p.order_id = o.id AND {where})"
_TRACK: Final = "EXISTS (SELECT FROM marketplace_trackpoint t WHERE t.shipment_id = p.id AND {where})"
_THROUGH: Final = _TRACK.format(where="t.code <> 'collected' AND t.place = %s")
_IS_LATE: Final = "p.promised_at < %s AND (p.delivered_at IS NULL OR p.delivered_at > p.promised_at)"
_LATE: Final = """
WITH parcel AS (
    SELECT p.id, p.carrier, p.warehouse, o.region,
        p.promised_at < %s AND (p.delivered_at IS NULL OR p.delivered_at > p.promised_at) AS late
    FROM marketplace_shipment p JOIN marketplace_order o ON o.id = p.order_id
    WHERE p.promised_at >= %s AND p.promised_at < %s AND p.state NOT IN ('refused', 'returned')
), seen AS (
    SELECT 'carrier' AS kind, carrier AS name, id, late FROM parcel
    UNION ALL
    SELECT 'warehouse', warehouse, id, late FROM parcel WHERE warehouse <> ''
    UNION ALL
    SELECT DISTINCT 'warehouse', t.place, p.id, p.late FROM parcel p
        JOIN marketplace_trackpoint t ON t.shipment_id = p.id AND t.code = 'collected' AND t.place <> ''
        WHERE p.warehouse = ''
    UNION
    SELECT DISTINCT 'region', t.place, p.id, p.late FROM parcel p
        JOIN marketplace_trackpoint t ON t.shipment_id = p.id AND t.code <> 'collected' AND t.place <> ''
    UNION
    SELECT 'region', p.region, p.id, p.late FROM parcel p WHERE p.region <> ''
)
SELECT kind, name, count(*), count(*) FILTER (WHERE late) FROM seen
GROUP BY kind, name HAVING count(*) FILTER (WHERE late) >= %s ORDER BY 4 DESC, 1, 2
"""


def _conditions(reach: Reach, at: datetime) -> Iterator[tuple[str, list[Any]]]:
    yield from _of_order(reach)
    parcel = list(_of_parcel(reach, at))
    if reach.region and not parcel:
        through = _PARCEL.format(where=_THROUGH)
        yield f"(starts_with(o.region, %s) OR {through})", [reach.region, reach.region]
    elif reach.region:
        parcel.append((f"(starts_with(o.region, %s) OR {_THROUGH})", [reach.region, reach.region]))
    if parcel:
        where = " AND ".join(condition for condition, _ in parcel)
        yield _PARCEL.format(where=where), [value for _, given in parcel for value in given]


def _of_order(reach: Reach) -> Iterator[tuple[str, list[Any]]]:
    if reach.by == "ordered":
        yield "o.ordered_at >= %s AND o.ordered_at < %s", [reach.from_at, reach.until_at]
    if reach.states:
        yield "o.status = ANY(%s)", [list(reach.states)]
    if reach.shop:
        yield "s.ref = %s", [reach.shop]
    if reach.product or reach.batch:
        line = list(_of_line(reach))
        where = " AND ".join(["l.order_id = o.id", *(condition for condition, _ in line)])
        found = f"EXISTS (SELECT FROM marketplace_orderline l WHERE {where})"
        yield found, [value for _, given in line for value in given]


def _of_line(reach: Reach) -> Iterator[tuple[str, list[Any]]]:
    """Product, SKU and batch of one and the same line."""
    if reach.product:
        yield "l.product_id = (SELECT r.id FROM marketplace_product r WHERE r.ref = %s)", [reach.product]
    if reach.sku:
        yield "l.sku = %s", [reach.sku]
    if reach.batch:
        yield "l.batch = %s", [reach.batch]


def _of_parcel(reach: Reach, at: datetime) -> Iterator[tuple[str, list[Any]]]:
    if reach.by != "ordered":
        column = "p.shipped_at" if reach.by == "shipped" else "p.promised_at"
        yield f"{column} >= %s AND {column} < %s", [reach.from_at, reach.until_at]
    if reach.carrier:
        yield "p.carrier = %s", [reach.carrier]
    if reach.warehouse:
        taken_over = _TRACK.format(where="t.code = 'collected' AND t.place = %s")
        told = f"(p.warehouse = %s OR p.warehouse = '' AND {taken_over})"
        yield told, [reach.warehouse, reach.warehouse]
    if reach.late:
        yield _IS_LATE, [at]
