"""Orders of somebody else's marketplace as ours: times shifted by whole weeks, sums taken over one to one.

A row has the fields of the file that is named on the command line; what it does not say (who carried it, in
how many parcels) is made up from what it says, the same every time.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bihuan.engine.errors import Invalid

ZONE: Final = ZoneInfo("Asia/Shanghai")
SHIFT: Final = timedelta(weeks=457)
"""From the years of the file into 2026, so that weekdays stay what they were."""
NEEDED: Final = (
    "id", "order_status", "order_products_value", "order_freight_value", "order_items_qty",
    "order_purchase_timestamp", "order_estimated_delivery_date", "order_delivered_customer_date",
    "customer_state", "product_category_name", "review_score", "review_comment_message",
    "most_voted_subclass",
)  # fmt: skip
_KINDS: Final[Mapping[str, str]] = {
    "beleza_saude": "cosmetics", "perfumaria": "cosmetics", "cama_mesa_banho": "textile",
    "fashion_bolsas_e_acessorios": "textile", "fashion_calcados": "textile", "telefonia": "electronics",
    "informatica_acessorios": "electronics", "eletronicos": "electronics", "consoles_games": "electronics",
    "eletrodomesticos": "durable", "eletroportateis": "durable", "moveis_decoracao": "durable",
    "alimentos": "food", "alimentos_bebidas": "food", "bebidas": "food",
}  # fmt: skip
_CARRIERS: Final = ("sf", "yto", "zto", "sto")


@dataclass(frozen=True, slots=True)
class Row:
    """One order with what became of it. Sums in fen (the file's cents one to one), times shifted."""

    number: str
    status: str
    goods_fen: int
    freight_fen: int
    pieces: int
    ordered_at: datetime
    promised_at: datetime
    delivered_at: datetime | None
    region: str
    category: str
    score: int
    words: str
    told: str

    @property
    def late(self) -> bool:
        return self.delivered_at is not None and self.delivered_at > self.promised_at

    @property
    def missing(self) -> bool:
        return self.delivered_at is None

    @property
    def carrier(self) -> str:
        return _CARRIERS[sum(map(ord, self.region)) % len(_CARRIERS)]

    def order(self, first: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """As the marketplace tells it at a time: with a parcel under way, later delivered. Buyer and merchant
        are those of another order, ``first``."""
        there = self.delivered_at is not None and self.delivered_at <= at
        next_day = self.ordered_at + timedelta(days=1)
        shipped = min(next_day, self.delivered_at or next_day)
        parcel = {
            "carrier": self.carrier,
            "tracking_number": f"T{self.number}",
            "state": "delivered" if there else "in_transit",
            "shipped_at": shipped.isoformat(),
            "promised_at": self.promised_at.isoformat(),
            **({"delivered_at": self.delivered_at.isoformat()} if there and self.delivered_at else {}),
        }
        return {
            "number": self.number,
            "merchant": first["merchant"],
            "buyer": first["buyer"],
            "status": "received" if there else "shipped",
            "ordered_at": self.ordered_at.isoformat(),
            "paid_at": self.ordered_at.isoformat(),
            "freight_fen": self.freight_fen,
            "lines": [self._line(first)],
            "shipments": [parcel] if at >= shipped else [],
            "payments": [
                {"way": "card", "amount_fen": self.goods_fen + self.freight_fen, "reference": self.number}
            ],
        }  # fmt: skip

    def _line(self, first: Mapping[str, Any]) -> dict[str, Any]:
        product = {
            "ref": f"{first['merchant']['ref']}-{self.category}"[:40],
            "title": self.category.replace("_", " "),
            "category": self.category[:40],
        }
        return {
            "number": 1,
            "product": product,
            "sku": "1",
            "unit_price_fen": self.goods_fen // self.pieces,
            "quantity": self.pieces,
            "paid_fen": self.goods_fen,
            "kind": _KINDS.get(self.category, "ordinary"),
            "warranty_months": 12 if _KINDS.get(self.category) in ("electronics", "durable") else 0,
            "promises": [],
        }


def read(path: Path, most: int | None = None) -> list[Row]:
    """The orders of a file (JSON lines or CSV, gz too) in the order of their purchase.

    Raises Invalid naming the line and the field that cannot be used.
    """
    found = [_row(n, row) for n, row in enumerate(_rows(path), start=1)]
    if not found:
        raise Invalid("The file holds no orders.", field="orders", remedy="Name a file of orders.")
    return sorted(found, key=lambda r: (r.ordered_at, r.number))[:most]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    packed = path.suffix == ".gz"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as lines:
        if ".csv" in path.suffixes:
            yield from csv.DictReader(lines)
        else:
            yield from (json.loads(line) for line in lines if line.strip())


def _row(number: int, row: Mapping[str, str]) -> Row:
    absent = [name for name in NEEDED if name not in row]
    if absent:
        raise _bad(number, absent[0], "is missing")
    try:
        return Row(
            number=f"OL-{row['id']}",
            status=row["order_status"],
            goods_fen=_cents(row["order_products_value"]),
            freight_fen=_cents(row["order_freight_value"]),
            pieces=max(1, int(row["order_items_qty"])),
            ordered_at=_time(row["order_purchase_timestamp"]),
            promised_at=_time(row["order_estimated_delivery_date"]) + timedelta(days=1),
            delivered_at=_time(row["order_delivered_customer_date"])
            if row["order_delivered_customer_date"]
            else None,
            region=row["customer_state"],
            category=row["product_category_name"] or "other",
            score=int(row["review_score"]),
            words=_clean(row["review_comment_message"]),
            told=row["most_voted_subclass"],
        )
    except (ValueError, ArithmeticError) as error:
        raise _bad(number, "a value", str(error)[:80]) from None


def _bad(number: int, field: str, problem: str) -> Invalid:
    return Invalid(
        "Line {number}: {name} {problem}.", field="orders", number=number, name=field, problem=problem,
        remedy="Give JSON lines or CSV with the fields that project/drill/orders.py names.",
    )  # fmt: skip


def _cents(text: str) -> int:
    return max(1, int((Decimal(text) * 100).to_integral_value()))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text[:19]).replace(tzinfo=ZONE) + SHIFT


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:2000]


def tally(rows: Sequence[Row]) -> dict[str, int]:
    """How many there are of each sort, for the report."""
    return {
        "orders": len(rows),
        "late": sum(r.late for r in rows),
        "not delivered": sum(r.missing for r in rows),
        "rated 1 or 2": sum(r.score <= 2 for r in rows),
    }
