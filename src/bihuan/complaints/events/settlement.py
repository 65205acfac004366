"""How it ends: options, offers, agreement, decision, mediation, execution, telling, follow-up."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event("complaint.options_computed", zh="计算可选方案：{rules}", en="Options computed: {rules}")
class OptionsComputed(Event):
    rules: list[str]
    totals: list[int]


@event("complaint.offered", zh="{by}提出方案 {kind}（{amount}）", en="The {by} offered {kind} ({amount})")
class Offered(Event):
    offer_id: UUID
    kind: str
    amount: int
    by: str
    rule: str | None = None


@event("complaint.offer_held", zh="方案超出权限，待审批（{reason}）", en="Offer held for approval ({reason})")
class OfferHeld(Event):
    offer_id: UUID
    amount: int
    reason: str


@event("complaint.offer_approved", zh="方案获批", en="Offer approved")
class OfferApproved(Event):
    offer_id: UUID


@event("complaint.offer_rejected", zh="方案未获批", en="Offer not approved")
class OfferRejected(Event):
    offer_id: UUID
    reason_id: UUID


@event(
    "complaint.countered",
    zh="{by}提出反方案 {kind}（{amount}）",
    en="The {by} countered with {kind} ({amount})",
)
class Countered(Event):
    offer_id: UUID
    parent_id: UUID
    kind: str
    amount: int
    by: str


@event("complaint.offer_accepted", zh="{by}接受方案", en="The {by} accepted the offer")
class OfferAccepted(Event):
    offer_id: UUID
    by: str
    consent: bool = False


@event("complaint.offer_declined", zh="{by}不接受方案", en="The {by} declined the offer")
class OfferDeclined(Event):
    offer_id: UUID
    by: str


@event("complaint.agreed", zh="双方达成一致", en="Agreement reached")
class Agreed(Event):
    offer_id: UUID


@event("complaint.decided", zh="作出决定：{outcome}（{article}）", en="Decided: {outcome} ({article})")
class Decided(Event):
    outcome: str
    amount: int
    article: str | None = None
    text_id: UUID
    digest: str


@event(
    "complaint.demand_declined",
    zh="不支持诉求：{ground}（{article}）",
    en="Demand declined: {ground} ({article})",
)
class DemandDeclined(Event):
    ground: str
    article: str
    routes: list[str]
    reason_id: UUID


@event("complaint.mediation_opened", zh="转入调解（{body}）", en="Mediation opened ({body})")
class MediationOpened(Event):
    body: str
    pack_sha256: str


@event("complaint.mediation_closed", zh="调解结束：{outcome}", en="Mediation closed: {outcome}")
class MediationClosed(Event):
    body: str
    outcome: str
    text_id: UUID


@event("complaint.execution_started", zh="开始执行（{count} 项）", en="Execution started ({count} items)")
class ExecutionStarted(Event):
    count: int


@event("complaint.remedy_initiated", zh="已执行：{kind}（{amount}）", en="Initiated: {kind} ({amount})")
class RemedyInitiated(Event):
    remedy_id: UUID
    kind: str
    amount: int
    refund_id: UUID | None = None


@event("complaint.handled", zh="处理完毕：{outcome}", en="Handled: {outcome}")
class Handled(Event):
    outcome: str


@event("complaint.result_told", zh="处理结果已告知（{channel}）", en="Result told ({channel})")
class ResultTold(Event):
    """``notice_id`` is missing where it was told before the case was imported."""

    channel: str
    notice_id: UUID | None = None


@event("complaint.followed_up", zh="回访（{via}），评分 {score}", en="Followed up ({via}), score {score}")
class FollowedUp(Event):
    via: str
    score: int | None = None
    text_id: UUID | None = None
    tries: int = 1


@event("complaint.archived", zh="归入案例库（已匿名）", en="Put into the case library, anonymised")
class Archived(Event):
    entry_id: UUID


@event("complaint.closed", zh="办结归档", en="Closed")
class Closed(Event):
    outcome: str
