"""What happens to a payment. Subject is ``refund``; amounts in fen.

Every event carries the case and the amount, so that the flow that asked for it can go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bihuan.journal.events import Event, event


@dataclass(frozen=True, kw_only=True)
class RefundEvent(Event):
    """Fields that all of them have."""

    kind: str
    amount: int
    currency: str
    case_id: UUID | None = None
    basis_id: UUID | None = None


@event(
    "money.refund_requested",
    zh="申请退款 {amount}（{kind}）",
    en="Refund of {amount} requested ({kind})",
)
class RefundRequested(RefundEvent):
    rule: str | None = None
    reason: str
    to_way: str | None = None
    consent_id: UUID | None = None


@event("money.refund_held", zh="退款 {amount} 超出权限，待审批", en="Refund of {amount} held for approval")
class RefundHeld(RefundEvent):
    limit: int


@event("money.refund_approved", zh="退款 {amount} 已批准", en="Refund of {amount} approved")
class RefundApproved(RefundEvent):
    approver_id: UUID


@event(
    "money.refund_rejected",
    zh="退款 {amount} 被驳回（{reason}）",
    en="Refund of {amount} rejected ({reason})",
)
class RefundRejected(RefundEvent):
    reason: str


@event(
    "money.refund_cancelled",
    zh="退款 {amount} 已取消（{reason}）",
    en="Refund of {amount} cancelled ({reason})",
)
class RefundCancelled(RefundEvent):
    reason: str


@event(
    "money.refund_sent",
    zh="退款 {amount} 已提交支付，第 {attempt} 次",
    en="Refund of {amount} sent, attempt {attempt}",
)
class RefundSent(RefundEvent):
    attempt: int


@event(
    "money.refund_unknown",
    zh="退款 {amount} 结果未知（{why}）",
    en="Outcome of the refund of {amount} unknown ({why})",
)
class RefundUnknown(RefundEvent):
    why: str


@event("money.refund_initiated", zh="退款 {amount} 已发起", en="Refund of {amount} initiated")
class RefundInitiated(RefundEvent):
    reference: str | None = None


@event("money.refund_credited", zh="退款 {amount} 已到账", en="Refund of {amount} credited")
class RefundCredited(RefundEvent):
    reference: str | None = None
    proof: str
    proof_reference: str | None = None


@event(
    "money.refund_failed",
    zh="退款 {amount} 失败（{failure}）",
    en="Refund of {amount} failed ({failure})",
)
class RefundFailed(RefundEvent):
    failure: str


@event(
    "money.limit_set",
    zh="自 {from_date} 起，{role} 单笔退款上限为 {most}",
    en="From {from_date} on, {role} pays up to {most} alone",
)
class LimitSet(Event):
    role: str
    most: int | None = None
    from_date: date
    reason_id: UUID


@event(
    "money.difference_found", zh="与支付方不一致：{difference}", en="The payment side differs: {difference}"
)
class DifferenceFound(Event):
    difference: str
    source: str
    expected: int | None = None
    found: int | None = None
    case_id: UUID | None = None


@event("money.difference_closed", zh="不一致已处理（{reason}）", en="Difference settled ({reason})")
class DifferenceClosed(Event):
    difference: str
    reason: str


@event(
    "money.statement_reconciled",
    zh="对账完成：{rows} 行，到账 {credited}，不一致 {differences}",
    en="Statement reconciled: {rows} rows, {credited} credited, {differences} differences",
)
class StatementReconciled(Event):
    rows: int
    credited: int
    differences: int
    amount: int | None = None
    from_at: datetime
    until_at: datetime
