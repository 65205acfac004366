"""Money back: computed, initiated, credited; and recourse on a carrier."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event(
    "aftersales.refund_computed", zh="退款核算：{amount}（{rules}）", en="Refund computed: {amount} ({rules})"
)
class RefundComputed(Event):
    amount: int
    rules: list[str]


@event(
    "aftersales.refund_initiated",
    zh="退款已发起：{amount}（{kind}）",
    en="Refund initiated: {amount} ({kind})",
)
class RefundInitiated(Event):
    part_id: UUID
    refund_id: UUID
    kind: str
    amount: int


@event("aftersales.refund_sent", zh="退款全部发起：{amount}", en="All of the refund is initiated: {amount}")
class RefundSent(Event):
    """L-07 and the second leg of L-11 stop here."""

    amount: int
    leg: str = "refund"


@event("aftersales.refund_denied", zh="不予退款", en="No refund is owed")
class RefundDenied(Event):
    leg: str = "refund"


@event("aftersales.refund_credited", zh="退款到账：{amount}", en="Refund credited: {amount}")
class RefundCredited(Event):
    part_id: UUID
    refund_id: UUID
    amount: int


@event(
    "aftersales.refund_failed", zh="退款失败，须重新办理：{amount}", en="Refund failed, owed again: {amount}"
)
class RefundFailed(Event):
    part_id: UUID
    refund_id: UUID
    amount: int


@event("aftersales.turned_to_refund", zh="改为退款", en="Turned to a refund")
class TurnedToRefund(Event):
    reason_id: UUID
    before: str
    leg: str = "refund"


@event(
    "aftersales.recourse_due",
    zh="向承运方追偿 {amount}（{ground}）",
    en="Recourse of {amount} on the carrier ({ground})",
)
class RecourseDue(Event):
    """G-17: the merchant pays the consumer first; what is claimed of the carrier is another matter.

    ``carrier_id`` is its organisation, None where the carrier of the parcel is none here."""

    recourse_id: UUID
    amount: int
    ground: str
    organisation_id: UUID | None = None
    carrier_id: UUID | None = None
