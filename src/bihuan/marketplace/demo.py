"""Orders for demo and tests, the same for the same seed. Every name here is made up.

``orders()`` gives records in the form of the contract; ``actions.take_orders`` takes them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from bihuan.marketplace import demo_terms

Json = dict[str, Any]


class Ware(NamedTuple):
    title: str
    category: str
    sku: str
    price_fen: int
    promises: tuple[str, ...] = ()


class Shop(NamedTuple):
    ref: str
    name: str
    wares: Sequence[Ware]


GENUINE: Final = ("genuine_or_tenfold",)
FAST: Final = ("ships_in_48h",)
SHOPS: Final[Sequence[Shop]] = (
    Shop(
        "shop-qinghe",
        "青禾小灶",
        (
            Ware("番茄牛腩饭双人套餐", "food", "微辣", 6800),
            Ware("手工荠菜馄饨 1 千克", "food", "冷冻", 4290),
            Ware("山楂陈皮糕 12 枚", "food", "原味", 2990, FAST),
            Ware("有机小米 5 千克", "food", "真空装", 7600),
        ),
    ),
    Shop(
        "shop-lumi",
        "鹿米数码",
        (
            Ware("降噪耳机 X3", "electronics", "石墨黑", 49900, GENUINE),
            Ware("65 瓦充电器", "electronics", "白色", 8900),
            Ware("便携显示器 14 英寸", "electronics", "标准版", 109900, GENUINE),
            Ware("机械键盘 87 键", "electronics", "茶轴", 26900, FAST),
        ),
    ),
    Shop(
        "shop-yunshang",
        "云裳里",
        (
            Ware("羊毛混纺大衣", "clothes", "驼色 M", 69900),
            Ware("纯棉衬衫", "clothes", "白色 L", 15900),
            Ware("防泼水冲锋衣", "clothes", "墨绿 XL", 38900, FAST),
            Ware("儿童加绒卫衣", "clothes", "120 厘米", 9900),
        ),
    ),
    Shop(
        "shop-heantang",
        "和安堂大药房",
        (
            Ware("家用电子血压计", "medicine", "上臂式", 23900, GENUINE),
            Ware("医用退热贴 8 片", "medicine", "儿童", 2680),
            Ware("维生素 C 咀嚼片 100 片", "medicine", "橙味", 5900),
            Ware("碘伏消毒棉棒 50 支", "medicine", "独立装", 1990),
        ),
    ),
    Shop(
        "shop-zidian",
        "字点书屋",
        (
            Ware("电子书年度会员", "digital", "12 个月", 18800),
            Ware("摄影入门视频课", "digital", "全 24 讲", 12900),
            Ware("修图软件授权码", "digital", "单机永久", 29900, GENUINE),
            Ware("有声剧全集", "digital", "80 回", 3900),
        ),
    ),
    Shop(
        "shop-muju",
        "木居家坊",
        (
            Ware("实木餐椅", "home", "胡桃色", 32900),
            Ware("全棉四件套", "home", "1.8 米 雾蓝", 25900, FAST),
            Ware("珐琅铸铁锅 24 厘米", "home", "奶白", 35900),
            Ware("折叠收纳箱 3 只", "home", "66 升", 8900),
        ),
    ),
)
CARRIERS: Final = ("迅捷速运", "四方快递", "银燕物流")
PLACES: Final = ("杭州转运中心", "武汉转运中心", "成都转运中心", "广州转运中心", "济南转运中心")
STATES: Final = (*("delivered",) * 4, "in_transit", "delivering", "preparing", "refused", "lost")
STEPS: Final = {
    "delivering": (("out_for_delivery", 40),),
    "delivered": (("out_for_delivery", 40), ("delivered", 46)),
    "lost": (("exception", 50),),
    "refused": (("refused", 46),),
}
"""How a track ends, in hours after the shipment."""
BUYERS: Final = 24


def buyer(index: int) -> Json:
    """The buyer of this number, with a telephone number made up for the demo."""
    return {"ref": f"buyer-{index:03d}", "phone": f"1990000{index:04d}", "registered": True}


def orders(*, seed: int, until: datetime, count: int = 60) -> list[Json]:
    """``count`` orders placed in the 45 days before ``until``, the oldest first."""
    chance = random.Random(seed)  # noqa: S311 (a demo, not a secret)
    moments = sorted(until - timedelta(minutes=chance.randrange(60, 45 * 24 * 60)) for _ in range(count))
    return [_order(chance, index, at, until) for index, at in enumerate(moments, 1)]


def purchase(
    *,
    number: str,
    ware: str,
    buyer: Json,
    ordered_at: datetime,
    shipped_at: datetime | None = None,
    delivered_at: datetime | None = None,
    lost: bool = False,
    quantity: int = 1,
) -> Json:
    """One ware bought on plain terms and paid in one way, in the state that the times say.

    ``lost``: on its way. Raises LookupError for a ware that no shop has.
    """
    shop, bought = next(
        ((s, w) for s in SHOPS for w in s.wares if w.title == ware), (None, None)
    )  # fmt: skip
    if shop is None or bought is None:
        raise LookupError(f"no shop has {ware}")
    line = demo_terms.plain(_piece(1, shop, bought, quantity, bought.price_fen * quantity))
    order = _placed(number, shop, buyer, ordered_at, ordered_at + timedelta(minutes=3), [line])
    order["payments"] = [
        {"way": "wechat", "amount_fen": line["paid_fen"], "reference": f"pay-{number}"}
    ]  # fmt: skip
    if bought.category == "digital":
        _hand_over(order, ordered_at, until=ordered_at)
    elif shipped_at is not None:
        _send(order, shipped_at, delivered_at, lost=lost)
    return order


def _send(order: Json, shipped_at: datetime, delivered_at: datetime | None, *, lost: bool) -> None:
    """A parcel that was collected, is on its way, and then delivered or lost."""
    track = [
        {"at": shipped_at.isoformat(), "code": "collected", "place": PLACES[0]},
        {"at": (shipped_at + timedelta(hours=2)).isoformat(), "code": "departed", "place": PLACES[0]},
    ]
    shipment: Json = {
        "carrier": CARRIERS[0],
        "tracking_number": f"T{order['number'][1:]}",
        "state": "lost" if lost else "in_transit",
        "shipped_at": shipped_at.isoformat(),
        "promised_at": (datetime.fromisoformat(order["paid_at"]) + timedelta(days=3)).isoformat(),
        "track": track,
    }
    order["shipments"], order["status"] = [shipment], "shipped"
    order["log"].append(_entry(shipped_at, "shipped", "merchant"))
    if delivered_at is not None:
        track.append({"at": delivered_at.isoformat(), "code": "delivered", "place": PLACES[1]})
        shipment |= {"state": "delivered", "delivered_at": delivered_at.isoformat()}
        order["status"] = "received"
        order["log"].append(_entry(delivered_at, "received", "buyer"))


def _order(chance: random.Random, index: int, at: datetime, until: datetime) -> Json:
    shop = SHOPS[(index - 1) % len(SHOPS)]
    wares = chance.sample(list(shop.wares), chance.choice((1, 1, 2, 3)))
    lines = [_line(chance, number, shop, ware) for number, ware in enumerate(wares, 1)]
    paid_at = at + timedelta(minutes=chance.randrange(1, 20))
    whose = buyer(chance.randrange(1, BUYERS + 1))
    order = _placed(f"D{at:%Y%m%d}{index:04d}", shop, whose, at, paid_at, lines)
    order["freight_fen"] = chance.choice((0, 0, 600, 800, 1200))
    if all(ware.category == "digital" for ware in wares):
        _hand_over(order, paid_at, until)
    else:
        _ship(chance, order, index, paid_at, until)
    demo_terms.add(order)
    return order


def _placed(number: str, shop: Shop, whose: Json, at: datetime, paid_at: datetime, lines: list[Json]) -> Json:
    """Ordered and paid, not sent yet."""
    return {
        "number": number,
        "merchant": {"ref": shop.ref, "name": shop.name},
        "buyer": whose,
        "status": "paid",
        "currency": "CNY",
        "freight_fen": 0,
        "ordered_at": at.isoformat(),
        "paid_at": paid_at.isoformat(),
        "lines": lines,
        "shipments": [],
        "log": [_entry(at, "placed", "buyer"), _entry(paid_at, "paid", "buyer")],
    }


def _line(chance: random.Random, number: int, shop: Shop, ware: Ware) -> Json:
    quantity = chance.choice((1, 1, 1, 2, 3))
    reduction = chance.choice((0, 0, 0, 5, 10))
    return _piece(number, shop, ware, quantity, ware.price_fen * quantity * (100 - reduction) // 100)


def _piece(number: int, shop: Shop, ware: Ware, quantity: int, paid_fen: int) -> Json:
    return {
        "number": number,
        "product": {
            "ref": f"{shop.ref}-{shop.wares.index(ware) + 1}",
            "title": ware.title,
            "category": ware.category,
        },
        "sku": ware.sku,
        "unit_price_fen": ware.price_fen,
        "quantity": quantity,
        "paid_fen": paid_fen,
        "promises": list(ware.promises),
    }


def _hand_over(order: Json, paid_at: datetime, until: datetime) -> None:
    """Digital goods: received at once, completed a week later."""
    order["status"] = "received"
    order["log"].append(_entry(paid_at, "received", "platform"))
    _complete(order, paid_at, until)


def _ship(chance: random.Random, order: Json, index: int, paid_at: datetime, until: datetime) -> None:
    state = chance.choice(STATES)
    shipped_at = paid_at + timedelta(hours=chance.randrange(3, 60))
    if state == "preparing" or shipped_at >= until:
        return
    steps = [("collected", 0), ("departed", 6), ("arrived", 30), *STEPS.get(state, ())]
    stretch = chance.choice((1, 1, 1, 2, 3))
    track = [_point(chance, shipped_at + timedelta(hours=hours * stretch), code) for code, hours in steps]
    track = [point for point in track if point["at"] < until.isoformat()]
    reached = track[-1]["code"] if track else ""
    shipment: Json = {
        "carrier": chance.choice(CARRIERS),
        "tracking_number": f"T{index:04d}{chance.randrange(10**8):08d}",
        "state": state if reached == steps[-1][0] else "in_transit",
        "shipped_at": shipped_at.isoformat(),
        "promised_at": (paid_at + timedelta(days=3)).isoformat(),
        "track": track,
    }
    order["shipments"].append(shipment)
    order["status"] = "shipped"
    order["log"].append(_entry(shipped_at, "shipped", "merchant"))
    if shipment["state"] == "delivered":
        delivered_at = datetime.fromisoformat(track[-1]["at"])
        shipment["delivered_at"] = track[-1]["at"]
        order["status"] = "received"
        order["log"].append(_entry(delivered_at, "received", "buyer"))
        _complete(order, delivered_at, until)


def _complete(order: Json, received_at: datetime, until: datetime) -> None:
    completed_at = received_at + timedelta(days=7)
    if completed_at < until:
        order["status"], order["completed_at"] = "completed", completed_at.isoformat()
        order["log"].append(_entry(completed_at, "completed", "platform"))


def _point(chance: random.Random, at: datetime, code: str) -> Json:
    return {"at": at.isoformat(), "code": code, "place": chance.choice(PLACES)}


def _entry(at: datetime, code: str, by: str) -> Json:
    return {"at": at.isoformat(), "code": code, "by": by}
