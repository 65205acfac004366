"""What is done about orders in the demonstration, two incidents, and what stands in the books besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bihuan.complaints.stage import Stage
from bihuan.incidents import actions as incidents
from bihuan.journal.time import now
from bihuan.ledger import actions as ledger
from bihuan.ledger.actions import Booked
from bihuan.ledger.actions.posting import account_id
from bihuan.ledger.chart import Account
from bihuan.marketplace import demo as orders
from bihuan.marketplace.queries import Reach
from bihuan.orders import actions
from bihuan.orders.actions import NewService
from bihuan.project.demo_care import bought
from bihuan.project.drain import drain

FIRST: Final = 9101


@dataclass(frozen=True, slots=True)
class Asked:
    """A service about an order placed ``hours`` ago; sent ``sent`` hours ago, or not yet."""

    service: str
    ware: str
    hours: float
    ago: float
    buyer: int = 0
    sent: float | None = None
    details: Mapping[str, str] | None = None
    by: str = "consumer"


_COMPANY: Final = {"title": "杭州青屿设计有限公司", "tax_number": "91330106MA2XDEMO1A"}
ASKED: Final = (
    Asked("change_address", "有机小米 5 千克", 9, 3, details={"address": "西湖区文二路 391 号 5 幢 602"}),
    Asked("intercept", "珐琅铸铁锅 24 厘米", 52, 2, sent=20),
    Asked("cancel", "纯棉衬衫", 7, 1.5),
    Asked("invoice", "修图软件授权码", 90, 5, details=_COMPANY),
    Asked("urge_shipment", "山楂陈皮糕 12 枚", 70, 0.7, buyer=5, by="agent"),
)  # fmt: skip
LATE: Final = "承运方分拨中心昨夜分拣线故障，部分包裹会晚到一至两天。现已恢复，快递员优先派送。"
SHORT: Final = "满减活动配置有误，活动期间的订单少减了 80 元。系统已修正，少减的金额逐单退还。"
REDUCTION, VOUCHER, VALID_DAYS = 8_000, 500, 30
"""Of one order, in fen; days for which the voucher is valid."""


def tell(on: Stage) -> None:
    """Services about orders, as people asked for them in the last hours."""
    for number, asked in enumerate(ASKED, FIRST):
        sent = {"shipped_at": now() - timedelta(hours=asked.sent)} if asked.sent is not None else {}
        ago = timedelta(hours=asked.hours)
        order = bought(on, buyer=asked.buyer, number=number, ago=ago, ware=asked.ware, **sent)
        actor = on.consumers[order["buyer"]["ref"]] if asked.by == "consumer" else on.who(asked.by)
        new = NewService(
            service=asked.service, order_number=order["number"], details=asked.details or {},
            channel="site" if asked.by == "consumer" else "telephone",
        )  # fmt: skip
        actions.open_service(actor=actor, at=now() - timedelta(hours=asked.ago), new=new)
        drain(at=now())


def announce(on: Stage) -> None:
    """An incident of which everybody heard, and one whose total waits for the manager."""
    boss, at = on.who("supervisor"), now()
    carrier = Reach(
        from_at=at - timedelta(days=7), until_at=at, by="shipped", carrier=orders.CARRIERS[0]
    )  # fmt: skip
    late = incidents.declare(
        kind="carrier", reach=carrier, text=LATE, actor=boss, at=at - timedelta(minutes=40)
    ).id
    incidents.freeze(incident_id=late, actor=boss, at=at - timedelta(minutes=36))
    incidents.choose(
        incident_id=late, remedy="voucher", amount_fen=VOUCHER, days=VALID_DAYS, actor=boss,
        at=at - timedelta(minutes=33),
    )  # fmt: skip
    incidents.start(incident_id=late, actor=boss, at=at - timedelta(minutes=32))
    drain(at=now())
    everything = Reach(from_at=at - timedelta(days=45), until_at=at)
    short = incidents.declare(
        kind="system", reach=everything, text=SHORT, actor=boss, at=at - timedelta(minutes=25)
    ).id
    incidents.freeze(incident_id=short, actor=boss, at=at - timedelta(minutes=21))
    incidents.choose(
        incident_id=short, remedy="refund", amount_fen=REDUCTION, actor=boss, at=at - timedelta(minutes=18)
    )
    drain(at=now())


def book(on: Stage) -> None:
    """Deposits, a claim paid, one that is to be given up; recourse on a carrier books itself."""
    boss, at = on.who("supervisor"), now()
    shops: dict[str, Any] = {name: on.merchants[f"shop-{name}"] for name in ("lumi", "yunshang")}
    for shop, fen in (("lumi", 5_000_000), ("yunshang", 2_000_000)):
        paid = Booked(amount_fen=fen, reference=f"BZJ-2026-{shop}")
        ledger.deposit_in(actor=boss, at=at, organisation_id=shops[shop], given=paid)
    settled = Booked(amount_fen=30_000, reference="JS-2026-47")
    ledger.receive(actor=boss, at=at, owed="merchant", organisation_id=shops["yunshang"], given=settled)
    ledger.ask_write_off(
        actor=boss, at=at, account_id=account_id(Account.MERCHANT, shops["yunshang"]), amount_fen=1_200,
        reason="寄回运费由平台活动补贴",
    )  # fmt: skip
    drain(at=now())
