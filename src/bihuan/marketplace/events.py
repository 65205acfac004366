"""What the marketplace module says happened."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class InstructionEvent(Event):
    """Fields that all events of an instruction have; the subject is ``instruction``."""

    kind: str
    case_id: UUID | None = None


@event("marketplace.instruction_given", zh="交办：{kind}", en="Instruction given: {kind}")
class InstructionGiven(InstructionEvent):
    reason: str


@event(
    "marketplace.instruction_sent",
    zh="已向交易平台提交：{kind}，第 {attempt} 次",
    en="Instruction sent to the marketplace: {kind}, attempt {attempt}",
)
class InstructionSent(InstructionEvent):
    attempt: int


@event(
    "marketplace.instruction_unknown",
    zh="交易平台没有可用的答复：{kind}（{why}）",
    en="No usable answer of the marketplace: {kind} ({why})",
)
class InstructionUnknown(InstructionEvent):
    why: str


@event(
    "marketplace.instruction_taken",
    zh="对方已受理，等待结果：{kind}",
    en="Taken by the other side, outcome awaited: {kind}",
)
class InstructionTaken(InstructionEvent):
    reference: str | None = None


@event(
    "marketplace.instruction_shown",
    zh="办理方查看了办理内容：{kind}",
    en="Who carries it out read what is to be different: {kind}",
)
class InstructionShown(InstructionEvent):
    """The details are personal data: every look is written down (PCN-2.2.2.d)."""


@event("marketplace.instruction_done", zh="已办成：{kind}", en="Done: {kind}")
class InstructionDone(InstructionEvent):
    proof: str
    reference: str | None = None


@event("marketplace.instruction_refused", zh="未办成：{kind}（{refusal}）", en="Refused: {kind} ({refusal})")
class InstructionRefused(InstructionEvent):
    proof: str
    refusal: str


@event(
    "marketplace.instruction_contradicted",
    zh="后到的答复（{answer}）与已知结果（{known}）不一致：{kind}",
    en="A later answer ({answer}) contradicts what is known ({known}): {kind}",
)
class InstructionContradicted(InstructionEvent):
    answer: str
    known: str
