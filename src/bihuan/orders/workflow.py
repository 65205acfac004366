"""States and steps of a service about an order: one table. Buttons and API come from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bihuan.cases import green
from bihuan.cases.flow import Flow, Next
from bihuan.engine.workflow import Workflow, step
from bihuan.orders.awaiting import awaiting
from bihuan.orders.permissions import P

STATES: Final = {
    "instructed": ("已交办", "passed on"),
    "coming_back": ("退回途中", "coming back"),
    "repaying": ("已取消，退款中", "cancelled, being refunded"),
    "completed": ("已办成", "done"),
    "not_done": ("未办成", "not done"),
    "guided": ("已指引", "guided"),
}
OPEN: Final = ("instructed", "coming_back", "repaying")

_BY_PEOPLE = (
    step("take", "领取", "Take", OPEN, P.TAKE, clause="ISH-2.1"),
    step(
        "record_answer", "登记对方答复", "Record the answer", ("instructed",), P.ANSWER, clause="PCN-2.3.2.a"
    ),
    step(
        "receive_return",
        "确认退回商品已到",
        "The goods are back",
        ("coming_back",),
        P.RETURN,
        to="repaying",
        clause="PCN-2.3.2.b",
    ),
    step("repay", "重新发起退款", "Refund again", ("repaying",), P.REPAY, clause="PCN-2.3.2.b"),
)
_BY_PROGRAM = (
    step("note_done", "已办成", "Done", ("instructed",), P.AUTOMATIC, to="completed", clause="PCN-2.3.2.a"),
    step(
        "note_cancelled",
        "已取消",
        "Cancelled",
        ("instructed",),
        P.AUTOMATIC,
        to="repaying",
        clause="PCN-2.3.2.b",
    ),
    step(
        "note_intercepted",
        "承运方已拦截",
        "Intercepted",
        ("instructed",),
        P.AUTOMATIC,
        to="coming_back",
        clause="PCN-2.3.2.b",
    ),
    step(
        "note_refused", "未办成", "Refused", ("instructed",), P.AUTOMATIC, to="not_done", clause="PCN-2.3.2.a"
    ),
    step(
        "note_too_late",
        "已发货，改为指引",
        "Shipped meanwhile",
        ("instructed",),
        P.AUTOMATIC,
        to="guided",
        clause="PCN-2.3.2.b",
    ),
    step(
        "note_parcel",
        "一件包裹有了答复",
        "Answer about one parcel",
        ("instructed",),
        P.AUTOMATIC,
        clause="PCN-2.3.2.a",
    ),
    step("note_money", "退款到账", "Arrival of the refund", ("repaying",), P.AUTOMATIC, clause="PCN-2.3.2.b"),
    step("note_told", "已送达", "Told", tuple(STATES), P.AUTOMATIC, clause="PCN-2.3.2.a"),
)

_GREEN = green.steps(OPEN, mark=P.TAKE, unmark=P.SUPERVISE)

WORKFLOW: Final = Workflow(
    name="order",
    states=tuple(STATES),
    initial=("instructed", "guided"),
    labels=STATES,
    steps=(*_BY_PEOPLE, *_BY_PROGRAM, *_GREEN),
)

_DAY: Final = timedelta(days=1)
ORDER: Final = Flow(
    name="order",
    workflow=WORKFLOW,
    following={
        "instructed": Next("record_answer", "platform", _DAY),
        "coming_back": Next("receive_return", "merchant", 7 * _DAY),
        "repaying": Next("note_money", "program", 3 * _DAY),
    },
    awaiting=awaiting,
)
