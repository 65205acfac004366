"""An order on which after-sales can be played, for scenarios and tests.

Its sums are the worked example of R5: coat and shirts, 50 off from 300 yuan.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bihuan.journal.actor import PROGRAM
from bihuan.marketplace import actions as marketplace

SIGNED: Final = datetime(2026, 2, 27, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NUMBER: Final = "AS-1001"


def record(first: Mapping[str, Any], *, number: str = NUMBER, **more: Any) -> dict[str, Any]:
    """Coat 200.00, shirt 2 × 60.00, paid 270.00, signed for on 27 February 2026; buyer and merchant are those
    of another order, ``first``."""
    lines = [
        _line(first, 1, "羊毛大衣", 20_000, 1, 16_875),
        _line(first, 2, "纯棉衬衫", 6_000, 2, 10_125),
    ]
    shipment = {
        "carrier": "sf",
        "tracking_number": f"SF{number}",
        "state": "delivered",
        "shipped_at": (SIGNED - timedelta(days=2)).isoformat(),
        "promised_at": (SIGNED + timedelta(days=1)).isoformat(),
        "delivered_at": SIGNED.isoformat(),
        "track": [{"at": SIGNED.isoformat(), "code": "delivered", "place": "上海"}],
    }
    base = {
        "number": number,
        "merchant": first["merchant"],
        "buyer": first["buyer"],
        "status": "received",
        "ordered_at": (SIGNED - timedelta(days=3)).isoformat(),
        "paid_at": (SIGNED - timedelta(days=3)).isoformat(),
        "lines": lines,
        "freight_fen": 0,
        "shipments": [shipment],
        "promotions": [{"code": "full_reduction", "threshold_fen": 30_000, "off_fen": 5_000}],
        "payments": [{"way": "wechat", "amount_fen": 27_000, "reference": f"pay-{number}"}],
    }
    return {**base, **more}


def _line(
    first: Mapping[str, Any], number: int, title: str, price: int, quantity: int, paid: int
) -> dict[str, Any]:
    product = {"ref": f"{first['merchant']['ref']}-{number}", "title": title, "category": "clothes"}
    return {
        "number": number,
        "product": product,
        "sku": "M",
        "unit_price_fen": price,
        "quantity": quantity,
        "paid_fen": paid,
        "kind": "textile",
        "promises": [],
    }


def take_order(first: Mapping[str, Any], *, at: datetime, **more: Any) -> str:
    """Take such an order in; returns its number. Raises Invalid for a record that is none."""
    order = record(first, **more)
    taken = marketplace.take_orders(actor=PROGRAM, at=at, batch=[order], source="import")
    if taken.rejected:
        raise taken.rejected[0].error
    return str(order["number"])
