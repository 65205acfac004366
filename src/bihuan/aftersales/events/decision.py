"""Eligibility and decision: judged by rule, approved or refused, told, passed on by time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@event("aftersales.judged", zh="条件核对：{outcome}（{articles}）", en="Eligibility: {outcome} ({articles})")
class Judged(Event):
    judgement_id: UUID
    outcome: str
    articles: list[str]
    missing: list[str]


@event("aftersales.approved", zh="同意申请（{by}，{article}）", en="Approved (by the {by}, {article})")
class Approved(Event):
    decision_id: UUID
    by: str
    kind: str
    article: str | None = None
    freight: str


@event(
    "aftersales.refused",
    zh="拒绝申请：{ground}（{article}），替代方案 {alternatives}",
    en="Refused: {ground} ({article}); alternatives {alternatives}",
)
class Refused(Event):
    """PCN-2.3.3.c: ground, reason, at least one alternative, the other routes."""

    decision_id: UUID
    by: str
    ground: str
    article: str
    alternatives: list[str]
    routes: list[str]
    reason_id: UUID
    leg: str = "procedure"


@event(
    "aftersales.decision_told",
    zh="审核结果已告知（{outcome}，{channel}）",
    en="Decision told ({outcome}, {channel})",
)
class DecisionTold(Event):
    notice_id: UUID
    channel: str
    outcome: str


@event(
    "aftersales.merchant_warned",
    zh="审核即将超时，已通知商家",
    en="The merchant was warned before the decision passes",
)
class MerchantWarned(Event):
    due_at: datetime
    notice_id: UUID


@event(
    "aftersales.decision_passed",
    zh="商家超时未决定，由平台决定（{rule}）",
    en="The merchant did not decide in time: {rule}",
)
class DecisionPassed(Event):
    rule: str


@event("aftersales.appealed", zh="消费者申诉", en="Appealed")
class Appealed(Event):
    reason_id: UUID


@event(
    "aftersales.fact_found",
    zh="认定：{finding}（{clause}），附证据 {files} 份",
    en="Found: {finding} ({clause}), with {files} files",
)
class FactFound(Event):
    """What only a person can find; the rules are asked again with it."""

    established_id: int
    finding: str
    clause: str
    line: int | None = None
    files: int
    reason_id: UUID


@event(
    "aftersales.decision_contradicted",
    zh="已作的决定与新的核对结果不一致（{why}）",
    en="The decision and the new judgement disagree ({why})",
)
class DecisionContradicted(Event):
    decision_id: UUID
    judgement_id: UUID
    why: str


@event("aftersales.decision_reviewed", zh="决定已复核：{outcome}", en="Decision reviewed: {outcome}")
class DecisionReviewed(Event):
    """P-19; without a reason the rules themselves opened it again, or a dispute was decided."""

    decision_id: UUID
    outcome: str
    reason_id: UUID | None = None


@event("aftersales.condition_questioned", zh="验货结果待定（{why}）", en="Condition in question ({why})")
class ConditionQuestioned(Event):
    why: str


@event("aftersales.finding_accepted", zh="消费者认可验货结果", en="Finding accepted by the consumer")
class FindingAccepted(Event):
    inspection_id: UUID


@event("aftersales.finding_objected", zh="消费者不认可验货结果", en="The consumer objects to the finding")
class FindingObjected(Event):
    inspection_id: UUID
    reason_id: UUID


@event(
    "aftersales.condition_decided",
    zh="验货争议裁定：{outcome}，扣减 {amount}",
    en="Dispute decided: {outcome}, {amount} deducted",
)
class ConditionDecided(Event):
    outcome: str
    amount: int
    reason_id: UUID


@event("aftersales.proposed", zh="{by}提出方案：{kind}（{amount}）", en="The {by} proposed {kind} ({amount})")
class Proposed(Event):
    """ASM-5.2."""

    proposal_id: UUID
    kind: str
    amount: int
    by: str
    reason_id: UUID


@event("aftersales.proposal_accepted", zh="消费者接受方案", en="Proposal accepted by the consumer")
class ProposalAccepted(Event):
    proposal_id: UUID


@event("aftersales.proposal_declined", zh="消费者不接受方案", en="Proposal declined by the consumer")
class ProposalDeclined(Event):
    proposal_id: UUID
    text_id: UUID | None = None


@event("aftersales.demand_changed", zh="消费者同意改为{kind}", en="By agreement the demand is now {kind}")
class DemandChanged(Event):
    """The former demand is settled by agreement; what the law set for it gives way."""

    kind: str
    before: str
    leg: str = "procedure"
