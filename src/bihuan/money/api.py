"""Payments over the API: reading, approving, and what the payment side tells."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.journal.moment import Moment
from bihuan.journal.time import now
from bihuan.marketplace.callbacks import signed_by
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import actions, queries
from bihuan.money.models import Difference, Limit, Refund, RefundPart

router = Router(tags=["money"])
READ = [ApiKeyAuth("refunds:read"), SessionAuth()]
WRITE = [ApiKeyAuth("refunds:write"), SessionAuth()]


class PartOut(Schema):
    """What goes back in which way; ``from_way`` is how it was paid."""

    way: str
    from_way: str
    amount_fen: int


class RefundOut(Schema):
    """Amount in fen."""

    id: UUID
    key: str
    case_id: UUID | None
    order_number: str
    kind: str
    beyond_price: bool
    rule: str
    amount_fen: int
    currency: str
    state: str
    requested_at: datetime
    initiated_at: datetime | None
    credited_at: datetime | None
    end_code: str
    to_way: str
    parts: list[PartOut]

    @staticmethod
    def resolve_parts(row: Refund) -> list[RefundPart]:
        return list(row.parts.all())


class ReasonIn(Schema):
    reason_code: str = Field(pattern=r"^[a-z0-9_]{1,40}$")


class CallbackIn(Schema):
    """The contract's ``Refund``."""

    key: str = Field(pattern=r"^[A-Za-z0-9._:\-]{8,80}$")
    state: Literal["initiated", "credited", "failed"]
    amount_fen: int = Field(ge=1, le=10**12)
    reference: str = Field("", pattern=r"^[A-Za-z0-9._:\-]{0,64}$")
    code: str = Field("", pattern=r"^[a-z0-9_]{0,40}$")
    at: Moment | None = None


class CreditIn(Schema):
    key: str = Field(pattern=r"^[A-Za-z0-9._:\-]{8,80}$")
    amount_fen: int = Field(ge=1, le=10**12)
    credited_at: Moment
    reference: str = Field("", pattern=r"^[A-Za-z0-9._:\-]{0,64}$")
    way: Literal["", "wechat", "alipay", "card", "balance", "points", "voucher", "gift_card", "original"] = ""


class StatementIn(Schema):
    """A statement of the payment side for a period; ``until_at`` is exclusive. Either its rows speak of whole
    refunds, or each names the way of payment whose part arrived."""

    statement: str = Field(pattern=r"^[A-Za-z0-9._:\-]{1,60}$")
    from_at: Moment
    until_at: Moment
    rows: list[CreditIn] = Field(max_length=10_000)


class DifferenceOut(Schema):
    id: UUID
    key: str
    kind: str
    expected_fen: int | None
    found_fen: int | None
    found_at: datetime


class SettleIn(Schema):
    outcome: Literal["initiated", "credited", "failed"]
    happened_at: Moment
    proof_reference: str = Field(pattern=r"^[A-Za-z0-9._:\-]{1,80}$")


class LimitIn(Schema):
    """``most_fen`` empty: no limit."""

    role: str = Field(max_length=24)
    most_fen: int | None = Field(None, ge=0, le=10**12)
    from_date: date
    reason: str = Field(min_length=1, max_length=500)


class LimitOut(Schema):
    role: str
    most_fen: int | None
    from_date: date
    set_at: datetime


class StatementOut(Schema):
    rows: int
    credited: int
    differences: list[DifferenceOut]


@router.get("/refunds", response=list[RefundOut], auth=READ, operation_id="list_refunds")
def pending(
    request: HttpRequest,
    held: bool = False,
    after_at: Moment | None = None,
    after_id: UUID | None = None,
) -> list[Refund]:
    """Payments not at their end, the oldest first, 50 a page; go on after the last one's time and id."""
    after = (after_at, after_id) if after_at and after_id else None
    return queries.pending(actor=actor_asking(request), held_only=held, after=after)


@router.get("/refunds/{uuid:refund_id}", response=RefundOut, auth=READ, operation_id="get_refund")
def get(request: HttpRequest, refund_id: UUID) -> Refund:
    return queries.get_for(actor_asking(request), refund_id)


@router.post(
    "/refunds/{uuid:refund_id}/approve", response=RefundOut, auth=WRITE, operation_id="approve_refund"
)
def approve(request: HttpRequest, refund_id: UUID) -> Refund:
    """Approve a held payment; never the person who asked for it."""
    return actions.approve(actor=actor_asking(request), at=now(), refund_id=refund_id)


@router.post("/refunds/{uuid:refund_id}/reject", response=RefundOut, auth=WRITE, operation_id="reject_refund")
def reject(request: HttpRequest, refund_id: UUID, body: ReasonIn) -> Refund:
    return actions.reject(
        actor=actor_asking(request), at=now(), refund_id=refund_id, reason_code=body.reason_code
    )


@router.post("/refunds/{uuid:refund_id}/cancel", response=RefundOut, auth=WRITE, operation_id="cancel_refund")
def cancel(request: HttpRequest, refund_id: UUID, body: ReasonIn) -> Refund:
    """Take back a payment that was not sent yet."""
    return actions.cancel(
        actor=actor_asking(request), at=now(), refund_id=refund_id, reason_code=body.reason_code
    )


@router.post("/refunds/{uuid:refund_id}/settle", response=RefundOut, auth=WRITE, operation_id="settle_refund")
def settle(request: HttpRequest, refund_id: UUID, body: SettleIn) -> Refund:
    """Record by hand, with its proof, what the payment side leaves open."""
    return actions.settle(
        actor=actor_asking(request),
        at=now(),
        refund_id=refund_id,
        outcome=body.outcome,
        happened_at=body.happened_at,
        proof_reference=body.proof_reference,
    )


@router.get("/money/differences", response=list[DifferenceOut], auth=READ, operation_id="list_differences")
def differences(request: HttpRequest) -> list[Difference]:
    """Where the payment side says something else, open ones, the oldest first."""
    return queries.differences(actor=actor_asking(request))


@router.post(
    "/money/differences/{uuid:difference_id}/close",
    response={204: None},
    auth=WRITE,
    operation_id="close_difference",
)
def close_difference(request: HttpRequest, difference_id: UUID, body: ReasonIn) -> Status[None]:
    actions.close_difference(
        actor=actor_asking(request), at=now(), difference_id=difference_id, reason_code=body.reason_code
    )
    return Status(204, None)


@router.get("/money/limits", response=list[LimitOut], auth=READ, operation_id="list_refund_limits")
def limits(request: HttpRequest) -> list[Limit]:
    """Every limit that was set, the latest day first; a role without any has the shipped one."""
    return queries.limit_history(actor=actor_asking(request))


@router.post("/money/limits", response={201: LimitOut}, auth=WRITE, operation_id="set_refund_limit")
def set_limit(request: HttpRequest, body: LimitIn) -> Status[Limit]:
    """Set up to which sum a role pays alone, from a day to come."""
    row = actions.set_limit(
        actor=actor_asking(request),
        at=now(),
        role=body.role,
        most_fen=body.most_fen,
        from_date=body.from_date,
        reason=body.reason,
    )
    return Status(201, row)


@router.post("/money/statements", response=StatementOut, auth=WRITE, operation_id="reconcile_statement")
def statement(request: HttpRequest, body: StatementIn) -> actions.Reconciled:
    """Compare with a statement; the same one again adds nothing."""
    rows = [
        actions.StatementRow(row.key, row.amount_fen, row.credited_at, row.reference, row.way)
        for row in body.rows
    ]
    return actions.reconcile(
        actor=actor_asking(request),
        at=now(),
        statement=body.statement,
        rows=rows,
        from_at=body.from_at,
        until_at=body.until_at,
    )


@router.post("/money/callbacks", response={204: None}, auth=None, operation_id="refund_changed")
def callback(request: HttpRequest, body: CallbackIn) -> Status[None]:
    """What the payment side tells of a refund, signed as the marketplace contract says."""
    signer = signed_by(request, side="payment_side", code="money.signature")
    answer = RefundAnswer(
        key=body.key,
        state=RefundState(body.state),
        amount_fen=body.amount_fen,
        reference=body.reference,
        code=body.code,
        at=body.at,
    )
    actions.take_callback(actor=signer, at=now(), answer=answer)
    return Status(204, None)
