"""What a person booked. Subject is the ``account`` owner's organisation, or the books; amounts in fen.

What follows from a refund has no event of its own: the event of the refund stands behind its posting.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bihuan.journal.events import Event, event


@dataclass(frozen=True, kw_only=True)
class BookedByHand(Event):
    """Fields that all of them have."""

    amount: int
    currency: str
    case_id: UUID | None = None
    reference: str | None = None
    reason_id: UUID | None = None


@event("ledger.deposit_in", zh="收到保证金 {amount}", en="Deposit of {amount} received")
class DepositIn(BookedByHand):
    pass


@event("ledger.deposit_out", zh="退还保证金 {amount}", en="Deposit of {amount} given back")
class DepositOut(BookedByHand):
    pass


@event("ledger.deposit_drawn", zh="从保证金扣划 {amount}", en="{amount} drawn from the deposit")
class DepositDrawn(BookedByHand):
    pass


@event("ledger.received", zh="收到应收款 {amount}", en="{amount} received on what is owed")
class Received(BookedByHand):
    owed: str


@event(
    "ledger.moved",
    zh="承担方变更 {amount}：{from_bearer} → {to_bearer}",
    en="{amount} moved from {from_bearer} to {to_bearer}",
)
class Moved(BookedByHand):
    from_bearer: str
    to_bearer: str
    from_id: UUID | None = None
    to_id: UUID | None = None
    recourse_id: UUID | None = None


@event("ledger.write_off_asked", zh="申请核销 {amount}", en="Asked to write off {amount}")
class WriteOffAsked(BookedByHand):
    write_off_id: UUID


@event("ledger.write_off_approved", zh="核销 {amount} 已批准", en="Write-off of {amount} approved")
class WriteOffApproved(BookedByHand):
    write_off_id: UUID


@event("ledger.write_off_rejected", zh="核销 {amount} 被驳回", en="Write-off of {amount} rejected")
class WriteOffRejected(BookedByHand):
    write_off_id: UUID


@event("ledger.reversed", zh="冲正凭证 {posting}", en="Posting {posting} reversed")
class Reversed(BookedByHand):
    posting: int


@event("ledger.exported", zh="导出账目（{form}）", en="Ledger exported ({form})")
class Exported(Event):
    form: str
    organisation_id: UUID | None = None
    case_id: UUID | None = None
