"""On which terms the demo's orders were sold and how they were paid; the same for the same order.

It draws from a chance of its own, so that the orders themselves stay as they are.
"""

from __future__ import annotations

import random
from typing import Any, Final

Json = dict[str, Any]
KINDS: Final = {
    "food": "food",
    "electronics": "electronics",
    "clothes": "textile",
    "medicine": "medical",
    "digital": "digital",
    "home": "ordinary",
}
"""Kind of a category, where no ware has one of its own."""
OWN_KINDS: Final = {
    "番茄牛腩饭双人套餐": "perishable",
    "实木餐椅": "durable",
    "维生素 C 咀嚼片 100 片": "food",
}
WARRANTY: Final = {"electronics": 12, "durable": 24}
CONFIRMED: Final = {"electronics": "activated_loses_value", "medical": "opened_affects_safety"}
WAYS: Final = ("wechat", "wechat", "alipay", "card", "balance")
SPLIT: Final = (("points", 300), ("voucher", 1000), ("gift_card", 2000))
FREE_FREIGHT_FEN: Final = 5_900
REGIONS: Final = ("浙江省杭州市", "浙江省宁波市", "河南省郑州市", "四川省成都市", "广东省深圳市")
BATCHED: Final = ("food", "medicine")
GIFT: Final = {"title": "收纳布袋（赠品）", "category": "electronics"}


def add(order: Json) -> None:
    """Complete a record of the demo with what after-sales asks for."""
    chance = random.Random(order["number"])  # noqa: S311 (a demo, not a secret)
    for line in order["lines"]:
        _sell(chance, line)
    if order["lines"][0]["kind"] == "electronics" and chance.random() < 0.4:
        order["lines"].append(_gift(order))
    full = sum(line["unit_price_fen"] * line["quantity"] for line in order["lines"])
    paid = sum(line["paid_fen"] for line in order["lines"])
    if full > paid:
        threshold = full // 5_000 * 5_000 or full
        order["promotions"] = [{"code": "full_reduction", "threshold_fen": threshold, "off_fen": full - paid}]
    if order["freight_fen"] == 0 and full >= FREE_FREIGHT_FEN:
        order["free_freight_from_fen"] = FREE_FREIGHT_FEN
    order["payments"] = _payments(chance, order["number"], paid + order["freight_fen"])
    _come_from(chance, order)


def plain(line: Json) -> Json:
    """The line with its kind and warranty, and no special terms."""
    product = line["product"]
    kind = OWN_KINDS.get(product["title"], KINDS[product["category"]])
    return line | {"kind": kind, "warranty_months": WARRANTY.get(kind, 0)}


def _sell(chance: random.Random, line: Json) -> None:
    line |= plain(line)
    kind = line["kind"]
    if kind in CONFIRMED and chance.random() < 0.5:
        line["confirmed"] = CONFIRMED[kind]
        line["preticked"] = chance.random() < 0.25


def _come_from(chance: random.Random, order: Json) -> None:
    order["region"] = chance.choice(REGIONS)
    for shipment in order["shipments"]:
        shipment["warehouse"] = f"{order['merchant']['name']}一号仓"
    for line in order["lines"]:
        if line["product"]["category"] in BATCHED:
            line["batch"] = f"B{chance.randrange(1, 6):03d}"


def _gift(order: Json) -> Json:
    return {
        "number": len(order["lines"]) + 1,
        "product": {"ref": f"{order['merchant']['ref']}-gift", **GIFT},
        "sku": "",
        "unit_price_fen": 0,
        "quantity": 1,
        "paid_fen": 0,
        "promises": [],
        "kind": "ordinary",
        "gift_of": 1,
        "gift_price_fen": 2_900,
    }


def _payments(chance: random.Random, number: str, due_fen: int) -> list[Json]:
    """One way, or one way and a smaller part in points, a voucher or a gift card."""
    main = {"way": chance.choice(WAYS), "amount_fen": due_fen, "reference": f"pay-{number}"}
    way, part = chance.choice(SPLIT)
    if chance.random() < 0.35 and part * 4 < due_fen:
        main["amount_fen"] = due_fen - part
        return [main, {"way": way, "amount_fen": part}]
    return [main]
