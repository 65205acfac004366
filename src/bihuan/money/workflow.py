"""States of a refund. Once sent it is never sent under another key and never cancelled."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bihuan.engine.workflow import Step, Workflow
from bihuan.money.permissions import RefundPermission as May


class State(StrEnum):
    REQUESTED = "requested"
    HELD = "held"
    SENT = "sent"
    UNKNOWN = "unknown"
    INITIATED = "initiated"
    CREDITED = "credited"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN: Final = (State.REQUESTED, State.HELD, State.SENT, State.UNKNOWN, State.INITIATED)
UNCOUNTED: Final = (State.FAILED, State.CANCELLED)
"""States in which the amount no longer counts against what was paid for the line."""

REFUND: Final = Workflow(
    name="refund",
    states=tuple(State),
    initial=(State.REQUESTED, State.HELD),
    labels={
        State.REQUESTED: ("已申请", "Requested"),
        State.HELD: ("待审批", "Held for approval"),
        State.SENT: ("已提交支付", "Sent"),
        State.UNKNOWN: ("结果未知", "Outcome unknown"),
        State.INITIATED: ("已发起退款", "Initiated"),
        State.CREDITED: ("已到账", "Credited"),
        State.FAILED: ("失败", "Failed"),
        State.CANCELLED: ("已取消", "Cancelled"),
    },
    steps=(
        Step("approve", (State.HELD,), State.REQUESTED, May.APPROVE, zh="批准", en="Approve"),
        Step(
            "reject", (State.HELD,), State.CANCELLED, May.APPROVE, needs_reason=True, zh="驳回", en="Reject"
        ),
        Step(
            "cancel",
            (State.REQUESTED, State.HELD),
            State.CANCELLED,
            May.CANCEL,
            needs_reason=True,
            zh="取消",
            en="Cancel",
        ),
        Step("send", (State.REQUESTED,), State.SENT, May.SEND, zh="提交支付", en="Send"),
        Step(
            "resend",
            (State.SENT, State.UNKNOWN),
            State.SENT,
            May.SEND,
            zh="同键重发",
            en="Send again, same key",
        ),
        Step("lose", (State.SENT,), State.UNKNOWN, May.RECORD, zh="结果未知", en="Outcome unknown"),
        Step(
            "initiate",
            (State.SENT, State.UNKNOWN),
            State.INITIATED,
            May.RECORD,
            zh="确认发起",
            en="Initiated",
        ),
        Step("credit", (State.INITIATED,), State.CREDITED, May.RECORD, zh="确认到账", en="Credited"),
        Step(
            "fail",
            (State.SENT, State.UNKNOWN, State.INITIATED),
            State.FAILED,
            May.RECORD,
            needs_reason=True,
            zh="失败",
            en="Failed",
        ),
    ),
)
