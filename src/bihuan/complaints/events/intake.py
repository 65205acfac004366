"""From receipt to acceptance: received, checked, classified, accepted, supplemented, refused, assigned."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "complaint.received",
    zh="收到投诉（渠道 {channel}，诉求 {items} 项）",
    en="Complaint received ({channel}, {items} claim items)",
)
class Received(Event):
    channel: str
    items: int
    text_id: UUID | None = None
    digest: str | None = None
    order_number: str | None = None
    recorded_by: UUID | None = None


@event("complaint.reported", zh="登记违规举报（{about}）", en="Report of a violation registered ({about})")
class Reported(Event):
    """PCN-3.1.1.b. ``named``: whether the reporter can be written to."""

    about: str
    named: bool


@event(
    "complaint.checked",
    zh="受理条件核验：{condition} → {result}",
    en="Acceptance condition {condition}: {result}",
)
class Checked(Event):
    condition: str
    result: str
    basis: str | None = None


@event(
    "complaint.classified",
    zh="登记分类：{type}／{severity}／{complexity}／{urgency}",
    en="Registered and classified: {type}, {severity}, {complexity}, {urgency}",
)
class Classified(Event):
    type: str
    urgency: str
    severity: str
    complexity: str
    basis: list[str]
    reason_id: UUID | None = None


@event(
    "complaint.reclassified",
    zh="重新分类：{type}／{severity}／{complexity}／{urgency}",
    en="Classified anew: {type}, {severity}, {complexity}, {urgency}",
)
class Reclassified(Event):
    type: str
    urgency: str
    severity: str
    complexity: str
    reason_id: UUID


@event("complaint.accepted", zh="予以受理（{by}）", en="Accepted (by {by})")
class Accepted(Event):
    by: str
    reason_id: UUID | None = None


@event("complaint.acceptance_told", zh="已告知受理（{channel}）", en="Acceptance told ({channel})")
class AcceptanceTold(Event):
    """``notice_id`` is missing where it was told before the case was imported."""

    channel: str
    notice_id: UUID | None = None


@event(
    "complaint.supplement_requested",
    zh="要求补正：{missing}，截止 {due_at}",
    en="Supplement asked: {missing}, until {due_at}",
)
class SupplementRequested(Event):
    missing: list[str]
    due_at: datetime
    reason_id: UUID


@event(
    "complaint.supplement_told", zh="补正要求已告知（{channel}）", en="Supplement request told ({channel})"
)
class SupplementTold(Event):
    notice_id: UUID
    channel: str


@event("complaint.supplement_reminded", zh="提醒补正", en="Reminded of the supplement")
class SupplementReminded(Event):
    due_at: datetime


@event("complaint.supplemented", zh="已补正：{fields}", en="Supplemented: {fields}")
class Supplemented(Event):
    fields: list[str]


@event(
    "complaint.lapsed",
    zh="逾期未补正，投诉中止（可恢复）",
    en="Not supplemented in time; lapsed (can be reopened)",
)
class Lapsed(Event):
    due_at: datetime


@event("complaint.refused", zh="不予受理：{ground}（{article}）", en="Refused: {ground} ({article})")
class Refused(Event):
    ground: str
    article: str | None = None
    routes: list[str]
    reason_id: UUID


@event("complaint.refusal_told", zh="不予受理已告知（{channel}）", en="Refusal told ({channel})")
class RefusalTold(Event):
    notice_id: UUID
    channel: str


@event("complaint.assigned", zh="分派（规则 {rule}）", en="Assigned (rule {rule})")
class Assigned(Event):
    owner_id: UUID
    rule: str


@event("complaint.handed_over", zh="转交（第 {count} 次）", en="Handed over (number {count})")
class HandedOver(Event):
    owner_id: UUID
    from_id: UUID | None = None
    count: int
    reason_id: UUID


@event(
    "complaint.taken_over",
    zh="确认接手（未兑现承诺 {promises} 项，未完成步骤 {tasks} 项）",
    en="Hand-over confirmed ({promises} open promises, {tasks} open steps)",
)
class TakenOver(Event):
    hand_over_id: UUID
    from_id: UUID | None = None
    promises: int
    tasks: int


@event("complaint.colleague_joined", zh="同事应备注中的提及参与", en="A colleague was brought in by a note")
class ColleagueJoined(Event):
    person_id: UUID
    message_id: UUID


@event("complaint.answered", zh="人工答复（{via}）", en="A person answered ({via})")
class Answered(Event):
    via: str
    message_id: UUID


@event(
    "complaint.contacted", zh="已由人工联系投诉人（{via}）", en="Complainant contacted by a person ({via})"
)
class Contacted(Event):
    via: str
    message_id: UUID


@event("complaint.promised", zh="承诺于 {due_at} 前答复", en="Promised to the complainant until {due_at}")
class Promised(Event):
    promise_id: UUID
    due_at: datetime
    text_id: UUID


@event("complaint.promise_kept", zh="承诺事项已告知", en="What was promised was told")
class PromiseKept(Event):
    promise_id: UUID
