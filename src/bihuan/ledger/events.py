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


@event("ledger.deposit_in", zh="收到保证金 {amount} 分", en="Deposit of {amount} fen received")
class DepositIn(BookedByHand):
    pass


@event("ledger.deposit_out", zh="退还保证金 {amount} 分", en="Deposit of {amount} fen given back")
class DepositOut(BookedByHand):
    pass


@event("ledger.deposit_drawn", zh="从保证金扣划 {amount} 分", en="{amount} fen drawn from the deposit")
class DepositDrawn(BookedByHand):
    pass


@event("ledger.received", zh="收到应收款 {amount} 分", en="{amount} fen received on what is owed")
class Received(BookedByHand):
    owed: str


@event(
    "ledger.moved",
    zh="承担方变更 {amount} 分：{from_bearer} → {to_bearer}",
    en="{amount} fen moved from {from_bearer} to {to_bearer}",
)
class Moved(BookedByHand):
    from_bearer: str
    to_bearer: str
    from_id: UUID | None = None
    to_id: UUID | None = None


@event("ledger.write_off_asked", zh="申请核销 {amount} 分", en="Asked to write off {amount} fen")
class WriteOffAsked(BookedByHand):
    write_off_id: UUID


@event("ledger.write_off_approved", zh="核销 {amount} 分已批准", en="Write-off of {amount} fen approved")
class WriteOffApproved(BookedByHand):
    write_off_id: UUID


@event("ledger.write_off_rejected", zh="核销 {amount} 分被驳回", en="Write-off of {amount} fen rejected")
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
