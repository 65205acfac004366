"""What happens to a service about an order. Subject is the case; amounts in fen."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "order.requested",
    zh="收到订单服务申请：{service}（渠道 {channel}，订单状态 {phase}）",
    en="Order service asked for: {service} ({channel}, order {phase})",
)
class Requested(Event):
    service: str
    channel: str
    phase: str
    order_number: str
    recorded_by: UUID | None = None


@event("order.change_asked", zh="提出变更：{service}，由{way}办理", en="Change asked: {service}, by {way}")
class ChangeAsked(Event):
    """PCN-2.3.2.a: in the order before shipment, by the carrier after it."""

    service: str
    way: str
    instruction_id: UUID


@event(
    "order.change_answered",
    zh="变更有了答复：{service}，{outcome}",
    en="Change answered: {service}, {outcome}",
)
class ChangeAnswered(Event):
    service: str
    way: str
    outcome: str
    refusal: str | None = None


@event("order.cancel_asked", zh="提出取消未发货订单", en="Cancellation of the unshipped order asked")
class CancelAsked(Event):
    instruction_id: UUID


@event("order.cancelled", zh="订单已取消", en="The order is cancelled")
class Cancelled(Event):
    instruction_id: UUID | None = None


@event("order.intercept_asked", zh="请承运方拦截退回", en="The carrier is asked to bring the parcel back")
class InterceptAsked(Event):
    instruction_id: UUID


@event("order.intercepted", zh="承运方已拦截，商品退回途中", en="The carrier brings the parcel back")
class Intercepted(Event):
    instruction_id: UUID | None = None


@event("order.goods_back", zh="商家已收到退回商品", en="The merchant has the goods back")
class GoodsBack(Event):
    recorded_by: UUID


@event(
    "order.refund_asked",
    zh="按交易平台金额申请退款 {amount}",
    en="Refund of {amount} asked, by the marketplace's amounts",
)
class RefundAsked(Event):
    amount: int
    refund_ids: list[str]


@event("order.nothing_paid", zh="订单未付款，无须退款", en="Nothing was paid; nothing goes back")
class NothingPaid(Event):
    order_number: str


@event("order.refund_sent", zh="退款 {amount} 已全部发起", en="The whole refund of {amount} is initiated")
class RefundSent(Event):
    """The payment side has begun to return it (L-07); the norm asks for more: that it is credited."""

    amount: int


@event("order.refund_credited", zh="退款 {amount} 已全部到账", en="The whole refund of {amount} is credited")
class RefundCredited(Event):
    amount: int


@event("order.refund_failed", zh="退款失败，须重新发起", en="The refund failed and is owed again")
class RefundFailed(Event):
    refund_id: UUID


@event("order.service_asked", zh="已转交：{service}", en="Passed on: {service}")
class ServiceAsked(Event):
    """Invoice and urging: passed on to whoever sees to it."""

    service: str
    instruction_id: UUID


@event("order.done", zh="已办成：{service}", en="Done: {service}")
class Done(Event):
    service: str


@event(
    "order.parcel_answered",
    zh="承运方答复其中一件包裹：{service}，{outcome}（{refusal}），尚有 {left} 件未答复",
    en="The carrier answered about one parcel: {service}, {outcome} ({refusal}); {left} still to come",
)
class ParcelAnswered(Event):
    """Of several parcels each has its own request and answer."""

    service: str
    instruction_id: UUID
    outcome: str
    refusal: str | None = None
    left: int


@event(
    "order.refused",
    zh="未办成：{service}（{refusal}）；其他途径：{routes}",
    en="Not done: {service} ({refusal}); other ways: {routes}",
)
class Refused(Event):
    service: str
    refusal: str
    routes: list[str]


@event(
    "order.guided",
    zh="已指引：{service}（{refusal}）；可行途径：{routes}",
    en="Guided: {service} ({refusal}); ways: {routes}",
)
class Guided(Event):
    """PCN-2.3.2.b: after shipment the buyer is guided to refuse delivery or to return."""

    service: str
    refusal: str
    routes: list[str]


@event("order.told", zh="已告知消费者：{what}", en="The consumer was told: {what}")
class Told(Event):
    what: str
    notice_id: UUID
    channel: str


@event("order.taken", zh="有人领取", en="Taken by a person")
class Taken(Event):
    owner_id: UUID
