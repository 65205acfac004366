"""What the marketplace module says happened."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "marketplace.orders_taken",
    zh="接收订单数据（来源 {source}）：新增 {new}，更新 {updated}，未变 {unchanged}，未接收 {rejected}",
    en="Orders taken ({source}): {new} new, {updated} updated, {unchanged} unchanged, {rejected} rejected",
)
class OrdersTaken(Event):
    source: str
    new: int
    updated: int
    unchanged: int
    rejected: int


@event(
    "marketplace.order_asked",
    zh="向交易平台查询订单：{result} {why}",
    en="The marketplace was asked for the order: {result} {why}",
)
class OrderAsked(Event):
    result: str
    why: str | None = None


@event(
    "marketplace.buyer_asked",
    zh="向交易平台查询买家：{result}",
    en="The marketplace was asked for the buyer: {result}",
)
class BuyerAsked(Event):
    result: str


@event(
    "marketplace.product_paused",
    zh="请求暂停销售商品（{reason}）：{result}",
    en="The marketplace was asked to pause the product ({reason}): {result}",
)
class ProductPaused(Event):
    product_id: UUID
    reason: str
    result: str


@event(
    "marketplace.shop_bound",
    zh="店铺归属于组织 {organisation_id}",
    en="The shop belongs to organisation {organisation_id}",
)
class ShopBound(Event):
    organisation_id: UUID


@event(
    "marketplace.buyer_linked",
    zh="买家与人员 {person_id} 关联",
    en="The buyer is person {person_id}",
)
class BuyerLinked(Event):
    person_id: UUID
