"""From receipt to a complete application, and who speaks to whom."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "aftersales.received",
    zh="收到售后申请（{kind}，原因 {ground}，{lines} 行商品）",
    en="After-sales application received ({kind}, reason {ground}, {lines} lines)",
)
class Received(Event):
    channel: str
    kind: str
    ground: str
    lines: int
    order_number: str
    text_id: UUID | None = None
    digest: str | None = None
    recorded_by: UUID | None = None


@event("aftersales.applied", zh="申请材料齐全（{kind}）", en="Application complete ({kind})")
class Applied(Event):
    """PCN-2.3.3.b runs from here. ``merchant_due_at``: until when the merchant decides."""

    kind: str
    ground: str
    merchant_due_at: datetime | None = None


@event("aftersales.return_demanded", zh="消费者要求退货", en="Return demanded")
class ReturnDemanded(Event):
    """L-11: procedure and address are owed from here."""

    leg: str = "procedure"


@event(
    "aftersales.materials_requested",
    zh="要求补充材料：{materials}，截止 {due_at}",
    en="Materials asked: {materials}, until {due_at}",
)
class MaterialsRequested(Event):
    """PCN-2.3.3.a: what this reason and this product need."""

    materials: list[str]
    due_at: datetime
    reason_id: UUID | None = None
    by: str


@event("aftersales.materials_given", zh="已补充材料：{materials}", en="Materials given: {materials}")
class MaterialsGiven(Event):
    materials: list[str]
    text_id: UUID | None = None


@event(
    "aftersales.materials_reminded",
    zh="提醒补充材料，截止 {due_at}",
    en="Reminded of materials until {due_at}",
)
class MaterialsReminded(Event):
    due_at: datetime


@event("aftersales.evidence_added", zh="证据已入案（{party}）", en="Evidence joined the case ({party})")
class EvidenceAdded(Event):
    evidence_id: UUID
    sha256: str
    party: str
    material: str | None = None


@event("aftersales.assigned", zh="分派（规则 {rule}）", en="Assigned (rule {rule})")
class Assigned(Event):
    owner_id: UUID
    rule: str


@event("aftersales.answered", zh="人工答复（{via}）", en="A person answered ({via})")
class Answered(Event):
    """ASM-3.1."""

    via: str
    by: str
    message_id: UUID


@event("aftersales.lapsed", zh="逾期失效（{state}，可恢复）", en="Lapsed ({state}; can be taken up again)")
class Lapsed(Event):
    state: str
    due_at: datetime
    leg: str = "procedure"


@event("aftersales.withdrawn", zh="消费者撤回申请", en="Withdrawn by the consumer")
class Withdrawn(Event):
    by: str
