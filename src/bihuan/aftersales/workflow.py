"""States and steps of an after-sales case: one table. Buttons, API and the drawn diagram come from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bihuan.aftersales.awaiting import awaiting
from bihuan.aftersales.permissions import P
from bihuan.cases import green
from bihuan.cases.flow import Flow, Next
from bihuan.engine.workflow import Workflow, step

STATES: Final = {
    "deciding": ("待审核", "to be decided"),
    "materials": ("待补材料", "awaiting materials"),
    "approved": ("已同意，待寄回", "approved, goods to be sent back"),
    "returning": ("寄回中", "on the way back"),
    "inspecting": ("验货中", "being inspected"),
    "disputed": ("验货结果待定", "condition in question"),
    "refunding": ("退款中", "refunding"),
    "replacing": ("补发换货中", "goods being sent"),
    "repairing": ("维修中", "being repaired"),
    "fulfilled": ("处理完成，待确认", "fulfilled, to be confirmed"),
    "closed": ("已办结", "closed"),
    "declined": ("审核未通过", "not granted"),
    "expired": ("已失效", "expired"),
    "withdrawn": ("已撤回", "withdrawn"),
}

BEFORE: Final = ("deciding", "materials")
BACK: Final = ("approved", "returning", "inspecting", "disputed")
FULFILLING: Final = ("refunding", "replacing", "repairing")
OPEN: Final = (*BEFORE, *BACK, *FULFILLING, "fulfilled")
ENDED: Final = ("closed", "declined", "expired", "withdrawn")
DECIDED: Final = (*BACK, *FULFILLING, "fulfilled", "closed", "declined")

_PEOPLE = (
    step("assign", "分派", "Assign", OPEN, P.ASSIGN, clause="ISH-2.1"),
    step("take", "领取", "Take", OPEN, P.TAKE, clause="ISH-2.1"),
    step("send_message", "发送消息", "Send a message", OPEN, P.CONTACT, clause="ASM-3.1"),
    step("log_call", "登记通话", "Log a call", OPEN, P.CONTACT, clause="ASM-3.1"),
    step("write", "留言", "Write", (*OPEN, *ENDED), P.WRITE, clause="ASM-3.3"),
    step("add_evidence", "补充证据", "Add evidence", OPEN, P.ADD_EVIDENCE, clause="ASM-5.1"),
    step("note_told", "已送达", "Told", tuple(STATES), P.AUTOMATIC, clause="ASM-3.3"),
)
_DECISION = (
    step(
        "request_materials",
        "要求补充材料",
        "Ask for materials",
        ("deciding",),
        P.DECIDE,
        to="materials",
        clause="PCN-2.3.3.a",
        reason=True,
    ),
    step(
        "give_materials",
        "补充材料",
        "Give materials",
        ("materials", "expired"),
        P.SUPPLY,
        to="deciding",
        clause="PCN-2.3.3.a",
    ),
    step(
        "remind_materials",
        "提醒补充材料",
        "Remind of materials",
        ("materials",),
        P.AUTOMATIC,
        clause="PCN-2.3.3.a",
    ),
    step(
        "expire",
        "逾期失效",
        "Expire",
        ("materials", "approved"),
        P.AUTOMATIC,
        to="expired",
        clause="PCN-2.3.3.a",
    ),
    step("judge", "重新核对条件", "Check eligibility again", ("deciding",), P.DECIDE, clause="PCN-2.3.3.b"),
    step(
        "find",
        "登记认定的事实",
        "Record a finding",
        ("deciding", *DECIDED),
        P.FIND,
        clause="PCN-2.3.3.b",
        reason=True,
    ),
    step("review", "复核决定", "Review the decision", DECIDED, P.FIND, clause="P-19", reason=True),
    step("approve", "同意申请", "Approve", ("deciding",), P.DECIDE, to="approved", clause="PCN-2.3.3.b"),
    step(
        "decline",
        "拒绝申请",
        "Decline",
        ("deciding",),
        P.DECIDE,
        to="declined",
        clause="PCN-2.3.3.c",
        reason=True,
    ),
    step(
        "propose",
        "提出其他方案",
        "Propose another solution",
        ("deciding",),
        P.DECIDE,
        clause="ASM-5.2",
        reason=True,
    ),
    step(
        "accept_proposal",
        "接受该方案",
        "Accept the proposal",
        ("deciding",),
        P.ANSWER_FINDING,
        to="approved",
        clause="ASM-5.2",
    ),
    step(
        "decline_proposal",
        "不接受该方案",
        "Stay with the application",
        ("deciding",),
        P.ANSWER_FINDING,
        clause="ASM-5.2",
    ),
    step(
        "warn_merchant",
        "审核超时前通知商家",
        "Warn the merchant",
        ("deciding",),
        P.AUTOMATIC,
        clause="PCN-2.3.3.b",
    ),
    step(
        "pass_decision",
        "商家超时，平台决定",
        "Decision passes to the platform",
        ("deciding",),
        P.AUTOMATIC,
        clause="PCN-2.3.3.b",
    ),
    step(
        "appeal",
        "申诉",
        "Appeal",
        ("declined",),
        P.APPEAL,
        to="deciding",
        clause="P-19",
        reason=True,
    ),
)
_RETURN = (
    step("give_address", "提供退货地址", "Give the return address", ("approved",), P.DECIDE, clause="L-11"),
    step(
        "send_back",
        "登记寄回包裹",
        "Register the return parcel",
        ("approved",),
        P.SEND_BACK,
        to="returning",
        clause="ASM-5.3",
    ),
    step("track", "物流跟踪", "Follow the parcel", ("returning", "replacing"), P.AUTOMATIC, clause="ASM-5.3"),
    step(
        "report_loss",
        "报告包裹丢失损毁",
        "Report loss or damage on the way",
        ("returning", "replacing"),
        P.DELIVER,
        clause="G-17",
        reason=True,
    ),
    step(
        "receive",
        "签收退货",
        "Goods received back",
        ("approved", "returning"),
        P.RECEIVE,
        to="inspecting",
        clause="L-07",
    ),
    step("inspect", "验货", "Inspect", ("inspecting",), P.RECEIVE, clause="ASM-5.3"),
    step(
        "warn_inspection",
        "验货超时前通知商家",
        "Warn before the time to inspect ends",
        ("inspecting",),
        P.AUTOMATIC,
        clause="ASM-5.3",
    ),
    step(
        "pass_inspection",
        "商家超时未验货",
        "Time to inspect is over",
        ("inspecting",),
        P.AUTOMATIC,
        clause="ASM-5.3",
    ),
    step(
        "start_dispute",
        "验货有异议",
        "Condition questioned",
        ("inspecting", "returning", "fulfilled"),
        P.AUTOMATIC,
        to="disputed",
        clause="ASM-5.2",
    ),
    step(
        "accept_finding",
        "认可验货结果",
        "Accept the finding",
        ("disputed",),
        P.ANSWER_FINDING,
        clause="ASM-5.2",
    ),
    step(
        "object_finding",
        "不认可验货结果",
        "Object to the finding",
        ("disputed",),
        P.ANSWER_FINDING,
        clause="ASM-5.2",
        reason=True,
    ),
    step(
        "settle",
        "平台裁定",
        "Decide the dispute",
        ("disputed",),
        P.SETTLE,
        clause="ASM-5.2",
        reason=True,
    ),
)
_FULFILMENT = (
    step(
        "start_refund",
        "进入退款",
        "Refund starts",
        ("approved", "inspecting", "disputed"),
        P.AUTOMATIC,
        to="refunding",
        clause="L-07",
    ),
    step(
        "start_replacement",
        "进入补发换货",
        "Sending starts",
        ("approved", "inspecting", "disputed"),
        P.AUTOMATIC,
        to="replacing",
        clause="ASM-5.3",
    ),
    step(
        "start_repair",
        "进入维修",
        "Repair starts",
        ("inspecting", "disputed"),
        P.AUTOMATIC,
        to="repairing",
        clause="ASM-5.3",
    ),
    step("pay", "发起退款", "Refund", ("refunding",), P.PAY, clause="L-07"),
    step(
        "confirm_refund",
        "退款已确认",
        "Refund confirmed",
        ("refunding", "disputed", "fulfilled", "closed"),
        P.AUTOMATIC,
        clause="L-07",
    ),
    step(
        "send_goods",
        "登记寄出包裹",
        "Register the parcel to the consumer",
        ("replacing",),
        P.SUPPLY_GOODS,
        clause="ASM-5.3",
    ),
    step("note_repair", "登记维修", "Note on the repair", ("repairing",), P.SUPPLY_GOODS, clause="ASM-5.3"),
    step(
        "finish_repair",
        "维修完成",
        "Repair finished",
        ("repairing",),
        P.SUPPLY_GOODS,
        to="replacing",
        clause="L-12",
    ),
    step(
        "turn_to_refund",
        "改为退款",
        "Refund instead",
        ("replacing", "repairing"),
        P.DECIDE,
        to="refunding",
        clause="L-02",
        reason=True,
    ),
    step("deliver", "确认收到", "Delivered", ("replacing",), P.DELIVER, to="fulfilled", clause="ASM-5.3"),
    step(
        "finish",
        "全部完成",
        "All done",
        ("refunding", "disputed"),
        P.AUTOMATIC,
        to="fulfilled",
        clause="ASM-3.2",
    ),
)
_ENDING = (
    step("confirm", "确认完成", "Confirm", ("fulfilled",), P.CONFIRM, to="closed", clause="ASM-3.3"),
    step(
        "object",
        "提出异议",
        "Object",
        ("fulfilled",),
        P.CONFIRM,
        to="disputed",
        clause="ASM-3.3",
        reason=True,
    ),
    step("rate", "评价", "Rate", ("fulfilled", "closed"), P.CONFIRM, clause="ASM-6.1"),
    step("follow_up", "回访", "Follow up", ("fulfilled", "closed"), P.FOLLOW_UP, clause="ASM-6.1"),
    step(
        "close_silent",
        "逾期未确认，办结",
        "Close without an answer",
        ("fulfilled",),
        P.AUTOMATIC,
        to="closed",
        clause="ASM-3.3",
    ),
    step(
        "withdraw",
        "撤回",
        "Withdraw",
        ("deciding", "materials", "approved", "returning"),
        P.WITHDRAW,
        to="withdrawn",
        clause="ASM-5.1",
    ),
)

_GREEN = green.steps(OPEN, mark=P.SETTLE, unmark=P.ASSIGN)

WORKFLOW: Final = Workflow(
    name="aftersales",
    states=tuple(STATES),
    labels=STATES,
    initial=("deciding", "materials"),
    steps=(*_DECISION, *_RETURN, *_FULFILMENT, *_ENDING, *_PEOPLE, *_GREEN),
)

_DAY = timedelta(days=1)

AFTERSALES: Final = Flow(
    name="aftersales",
    workflow=WORKFLOW,
    following={
        "deciding": Next("approve", "merchant", _DAY),
        "materials": Next("give_materials", "consumer", 7 * _DAY),
        "approved": Next("send_back", "consumer", 7 * _DAY),
        "returning": Next("receive", "merchant", 10 * _DAY),
        "inspecting": Next("inspect", "merchant", 2 * _DAY),
        "disputed": Next("settle", "agent", 3 * _DAY),
        "refunding": Next("pay", "merchant", _DAY),
        "replacing": Next("send_goods", "merchant", 3 * _DAY),
        "repairing": Next("finish_repair", "merchant", 15 * _DAY),
        "fulfilled": Next("confirm", "consumer", 7 * _DAY),
    },
    awaiting=awaiting,
)
