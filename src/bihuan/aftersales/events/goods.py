"""Goods on the way: back, inspected, replaced, repaired."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("aftersales.return_address_given", zh="已提供退货地址", en="Return address given")
class ReturnAddressGiven(Event):
    leg: str = "procedure"


@event(
    "aftersales.parcel_registered",
    zh="登记包裹（{direction}）",
    en="Parcel registered ({direction})",
)
class ParcelRegistered(Event):
    parcel_id: UUID
    direction: str
    by: str


@event("aftersales.parcel_moved", zh="物流进展：{state}", en="Parcel: {state}")
class ParcelMoved(Event):
    parcel_id: UUID
    direction: str
    state: str


@event("aftersales.parcel_lost", zh="包裹{what}（{direction}）", en="Parcel {what} ({direction})")
class ParcelLost(Event):
    parcel_id: UUID
    direction: str
    what: str
    by: str


@event("aftersales.goods_received_back", zh="退回商品已签收（{via}）", en="Goods received back ({via})")
class GoodsReceivedBack(Event):
    """L-07 and the second leg of L-11 run from here."""

    parcel_id: UUID | None = None
    via: str
    leg: str = "refund"


@event("aftersales.inspected", zh="验货：{findings}", en="Inspected: {findings}")
class Inspected(Event):
    inspection_id: UUID
    findings: list[str]
    amount: int
    text_id: UUID | None = None


@event(
    "aftersales.inspection_warned",
    zh="验货即将超时，已通知商家",
    en="The merchant was warned before its time to inspect ends",
)
class InspectionWarned(Event):
    due_at: datetime
    notice_id: UUID


@event(
    "aftersales.inspection_passed",
    zh="商家超时未验货，{rule}",
    en="The merchant did not inspect in time: {rule}",
)
class InspectionPassed(Event):
    rule: str


@event("aftersales.repair_noted", zh="维修记录：{what}", en="Repair: {what}")
class RepairNoted(Event):
    repair_id: UUID
    what: str
    text_id: UUID | None = None


@event("aftersales.repair_finished", zh="维修完成", en="Repair finished")
class RepairFinished(Event):
    repair_id: UUID
    text_id: UUID


@event(
    "aftersales.warranty_held",
    zh="维修占用 {days} 日不计入保修期",
    en="{days} days of repair don't count to the warranty",
)
class WarrantyHeld(Event):
    """L-12."""

    repair_id: UUID
    days: int


@event(
    "aftersales.warranty_restarted",
    zh="换货后保修期重新起算（{lines}）",
    en="The warranty starts anew after replacement ({lines})",
)
class WarrantyRestarted(Event):
    """L-12."""

    lines: list[int]


@event(
    "aftersales.goods_delivered", zh="补发换货已送达（{via}）", en="Goods delivered to the consumer ({via})"
)
class GoodsDelivered(Event):
    parcel_id: UUID | None = None
    via: str
