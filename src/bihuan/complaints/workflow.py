"""States and steps of a complaint: one table. Buttons, API and the drawn diagram come from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bihuan.cases import green
from bihuan.cases.flow import Flow, Next
from bihuan.complaints.permissions import P
from bihuan.engine.workflow import Workflow, step

STATES: Final = {
    "received": ("已收到", "received"),
    "supplementing": ("待补正", "awaiting supplement"),
    "accepted": ("已受理", "accepted"),
    "investigating": ("调查中", "under investigation"),
    "settling": ("协商方案", "being settled"),
    "mediating": ("调解中", "in mediation"),
    "executing": ("执行中", "being carried out"),
    "handled": ("处理完毕", "handled"),
    "told": ("已告知结果", "result told"),
    "followed_up": ("已回访", "followed up"),
    "closed": ("已办结", "closed"),
    "refused": ("不予受理", "refused"),
    "lapsed": ("逾期未补正", "lapsed"),
    "withdrawn": ("已撤回", "withdrawn"),
    "merged": ("已合并", "merged"),
}

BEFORE: Final = ("received", "supplementing")
WORKING: Final = ("accepted", "investigating", "settling", "mediating", "executing")
AFTER: Final = ("handled", "told", "followed_up")
LIVE: Final = (*BEFORE, *WORKING, *AFTER)
ENDED: Final = ("closed", "refused", "lapsed", "withdrawn")

_INTAKE = (
    step("check", "核验受理条件", "Check the conditions", BEFORE, P.AUTOMATIC, clause="PCN-3.1.2"),
    step("accept", "受理", "Accept", ("received",), P.ACCEPT, to="accepted", clause="PCN-3.1.3.a"),
    step(
        "request_supplement",
        "要求补正",
        "Ask for a supplement",
        ("received",),
        P.ACCEPT,
        to="supplementing",
        clause="PCN-3.1.3.b",
        reason=True,
    ),
    step(
        "supplement",
        "补正",
        "Supplement",
        ("supplementing", "lapsed"),
        P.SUPPLEMENT,
        to="received",
        clause="PCN-3.1.3.b",
    ),
    step("remind_supplement", "提醒补正", "Remind", ("supplementing",), P.AUTOMATIC, clause="PCN-3.1.3.b"),
    step("lapse", "逾期中止", "Lapse", ("supplementing",), P.AUTOMATIC, to="lapsed", clause="PCN-3.1.3.b"),
    step("refuse", "不予受理", "Refuse", BEFORE, P.ACCEPT, to="refused", clause="PCN-3.1.3.b", reason=True),
    step(
        "classify", "登记分类", "Register and classify", (*BEFORE, "accepted"), P.CLASSIFY, clause="FIS-5.a"
    ),
    step(
        "reclassify",
        "重新分类",
        "Classify anew",
        (*BEFORE, *WORKING),
        P.CLASSIFY,
        clause="PCN-3.2.3.a",
        reason=True,
    ),
    step("assign", "分派", "Assign", LIVE, P.ASSIGN, clause="ISH-2.1"),
    step("take", "领取", "Take", LIVE, P.TAKE, clause="ISH-2.1"),
    step("hand_over", "转交", "Hand over", LIVE, P.CONTACT, clause="CRP-1.3.a", reason=True),
    step("take_over", "确认接手", "Confirm the hand-over", LIVE, P.CONTACT, clause="ISH-3.4"),
)
_CONTACT = (
    step("send_message", "发送消息", "Send a message", LIVE, P.CONTACT, clause="ISH-1.2.b.first"),
    step("write", "留言", "Write", (*LIVE, "closed"), P.ADD_EVIDENCE, clause="CRP-1.1.c"),
    step("log_call", "登记通话", "Log a call", LIVE, P.CONTACT, clause="FIS-5.b"),
    step("promise", "作出时间承诺", "Promise a time", LIVE, P.CONTACT, clause="CRP-2.1.c"),
    step("keep_promise", "兑现承诺", "Keep a promise", (*LIVE, "closed"), P.CONTACT, clause="CRP-2.1.c"),
    step("add_evidence", "补充证据", "Add evidence", LIVE, P.ADD_EVIDENCE, clause="PCN-3.2.2.b"),
    step("refer", "登记外部转办", "Register an external reference", LIVE, P.CONTACT, clause="X-REF"),
    step(
        "answer_reference",
        "回复外部转办",
        "Answer an external reference",
        (*LIVE, *ENDED),
        P.CONTACT,
        clause="X-REF",
    ),
)
_INVESTIGATION = (
    step(
        "open_investigation",
        "启动调查",
        "Open the investigation",
        ("accepted",),
        P.INVESTIGATE,
        to="investigating",
        clause="CRP-1.2.b",
    ),
    step(
        "decide_liability",
        "责任认定",
        "Decide liability",
        WORKING,
        P.INVESTIGATE,
        clause="PCN-3.2.1",
        reason=True,
    ),
    step("object_liability", "异议", "Object", WORKING, P.OBJECT, clause="PCN-3.2.1", reason=True),
    step(
        "open_step",
        "新增调查步骤",
        "Open a step",
        ("accepted", "investigating"),
        P.INVESTIGATE,
        clause="CRP-2.2.a",
    ),
    step("pass_step", "转交步骤", "Pass a step on", WORKING, P.WORK_STEP, clause="CRP-1.3.a", reason=True),
    step("finish_step", "完成步骤", "Finish a step", WORKING, P.WORK_STEP, clause="CRP-2.2.a", reason=True),
    step("draw_records", "调取记录", "Draw records in", WORKING, P.INVESTIGATE, clause="PCN-3.2.2.a"),
    step(
        "request_evidence",
        "要求举证",
        "Ask for evidence",
        WORKING,
        P.INVESTIGATE,
        clause="PCN-3.2.2.b",
        reason=True,
    ),
    step(
        "answer_evidence",
        "举证",
        "Give evidence",
        WORKING,
        P.ANSWER_EVIDENCE,
        clause="PCN-3.2.2.b",
        reason=True,
    ),
    step("warn_default", "逾期前通知", "Warn of a default", WORKING, P.AUTOMATIC, clause="PCN-3.2.2.b"),
    step("find_default", "逾期认定", "Find a default", WORKING, P.AUTOMATIC, clause="PCN-3.2.2.b"),
    step("tell_progress", "告知进展", "Tell progress", WORKING, P.CONTACT, clause="CRP-2.2.b"),
    step(
        "record_findings",
        "记录调查结论",
        "Record the findings",
        ("investigating",),
        P.INVESTIGATE,
        to="settling",
        clause="PCN-3.2.3",
        reason=True,
    ),
    step(
        "skip_investigation",
        "简单问题直接处理",
        "Go straight to the solution",
        ("accepted",),
        P.INVESTIGATE,
        to="settling",
        clause="CRP-2.1.b",
        reason=True,
    ),
    step(
        "report_major",
        "重大投诉上报",
        "Report as major",
        (*BEFORE, *WORKING),
        P.ESCALATE,
        clause="CRP-1.2.c",
        reason=True,
    ),
    step(
        "start_plan",
        "启动应急预案",
        "Start the emergency plan",
        (*BEFORE, *WORKING),
        P.ACKNOWLEDGE_MAJOR,
        clause="CRP-1.2.c",
    ),
    step("join_counsel", "法务介入", "Join legal counsel", LIVE, P.ESCALATE, clause="CRP-3.4.b"),
)
_SETTLEMENT = (
    step("compute_options", "计算可选方案", "Compute options", ("settling",), P.OFFER, clause="CRP-2.3.a"),
    step("offer", "提出方案", "Offer", ("settling", "mediating"), P.OFFER, clause="CRP-2.3.a"),
    step(
        "approve_offer",
        "批准方案",
        "Approve the offer",
        ("settling", "mediating"),
        P.APPROVE,
        clause="CRP-2.3.c",
    ),
    step(
        "reject_offer",
        "不批准方案",
        "Reject the offer",
        ("settling", "mediating"),
        P.APPROVE,
        clause="CRP-2.3.c",
        reason=True,
    ),
    step("counter", "反方案", "Counter", ("settling", "mediating"), P.COUNTER, clause="CRP-2.3.a"),
    step(
        "accept_offer",
        "接受方案",
        "Accept the offer",
        ("settling", "mediating"),
        P.COUNTER,
        to="executing",
        clause="CRP-2.3.a",
    ),
    step(
        "decline_offer",
        "不接受方案",
        "Decline the offer",
        ("settling", "mediating"),
        P.COUNTER,
        clause="CRP-2.3.a",
    ),
    step(
        "decide",
        "作出决定",
        "Decide",
        ("settling", "mediating"),
        P.DECIDE,
        to="executing",
        clause="PCN-3.3.2.a",
        reason=True,
    ),
    step(
        "decline_demand",
        "不支持诉求",
        "Decline the demand",
        ("settling", "mediating"),
        P.DECIDE,
        to="executing",
        clause="PCN-3.3.2.c",
        reason=True,
    ),
    step(
        "open_mediation",
        "转入调解",
        "Open mediation",
        ("settling",),
        P.MEDIATE,
        to="mediating",
        clause="CRP-2.3.b",
    ),
    step(
        "close_mediation",
        "结束调解",
        "Close mediation",
        ("mediating",),
        P.MEDIATE,
        to="settling",
        clause="CRP-2.3.b",
        reason=True,
    ),
    step("execute", "执行", "Carry out", ("executing",), P.EXECUTE, clause="PCN-3.3.3"),
    step("confirm_refund", "退款已确认", "Refund confirmed", ("executing",), P.AUTOMATIC, clause="PCN-3.3.3"),
    step("handle", "处理完毕", "Handled", ("executing",), P.EXECUTE, to="handled", clause="PCN-3.3.3"),
    step(
        "tell_result",
        "告知结果",
        "Tell the result",
        ("handled",),
        P.FOLLOW_UP,
        clause="PCN-3.4.b",
        reason=True,
    ),
    step("mark_told", "结果已告知", "Result told", ("handled",), P.AUTOMATIC, to="told", clause="PCN-3.4.b"),
    step("note_told", "已送达", "Told", tuple(STATES), P.AUTOMATIC, clause="PCN-3.4.a"),
    step("follow_up", "回访", "Follow up", ("told",), P.FOLLOW_UP, to="followed_up", clause="CRP-2.4.a"),
    step("rate", "评价", "Rate", ("told", "followed_up", "closed"), P.RATE, clause="CRP-2.4.a"),
    step("close", "办结归档", "Close", ("followed_up",), P.CLOSE, to="closed", clause="ISH-1.2.a"),
)
_CHANGES = (
    step(
        "ask_extension",
        "申请延期",
        "Ask for an extension",
        WORKING,
        P.INVESTIGATE,
        clause="PCN-3.2.3",
        reason=True,
    ),
    step("approve_extension", "批准延期", "Approve the extension", WORKING, P.APPROVE, clause="PCN-3.2.3"),
    step(
        "reject_extension",
        "不批准延期",
        "Reject the extension",
        WORKING,
        P.APPROVE,
        clause="PCN-3.2.3",
        reason=True,
    ),
    step(
        "withdraw", "撤回", "Withdraw", (*BEFORE, *WORKING), P.WITHDRAW, to="withdrawn", clause="PCN-3.1.3.b"
    ),
    step(
        "reopen",
        "重新处理",
        "Reopen",
        (*AFTER, *ENDED),
        P.REOPEN,
        to="accepted",
        clause="ISH-2.3",
        reason=True,
    ),
    step("merge", "合并", "Merge", (*BEFORE, *WORKING), P.MERGE, to="merged", clause="CRP-2.0", reason=True),
    step("mirror", "随主案同步", "Follow the main case", ("merged",), P.AUTOMATIC, clause="CRP-2.0"),
    step("unmerge", "撤销合并", "Undo the merge", ("merged",), P.MERGE, clause="CRP-2.0", reason=True),
    step("link", "关联", "Link", (*LIVE, *ENDED), P.CONTACT, clause="CRP-2.0"),
    step("unlink", "取消关联", "Remove a link", (*LIVE, *ENDED), P.CONTACT, clause="CRP-2.0"),
    step("split", "拆分", "Split", (*BEFORE, *WORKING), P.MERGE, clause="CRP-2.0", reason=True),
    step(
        "appeal",
        "申诉",
        "Appeal",
        (*AFTER, "closed", "refused", "executing"),
        P.APPEAL,
        clause="P-19",
        reason=True,
    ),
    step(
        "decide_appeal",
        "申诉决定",
        "Decide the appeal",
        (*AFTER, *ENDED, *WORKING),
        P.DECIDE_APPEAL,
        clause="P-19",
        reason=True,
    ),
    step(
        "correct", "更正登记", "Correct an entry", (*LIVE, *ENDED), P.CORRECT, clause="CRP-2.0", reason=True
    ),
    step(
        "redact",
        "删除个人信息",
        "Redact personal data",
        (*LIVE, *ENDED, "merged"),
        P.REDACT,
        clause="PCN-2.2.2.d",
        reason=True,
    ),
)

_GREEN = green.steps(LIVE, mark=P.CONTACT, unmark=P.APPROVE)

WORKFLOW: Final = Workflow(
    name="complaint",
    states=tuple(STATES),
    labels=STATES,
    steps=(*_INTAKE, *_CONTACT, *_INVESTIGATION, *_SETTLEMENT, *_CHANGES, *_GREEN),
)

_DAY = timedelta(days=1)
COMPLAINT: Final = Flow(
    name="complaint",
    workflow=WORKFLOW,
    following={
        "received": Next("accept", "agent", _DAY),
        "supplementing": Next("supplement", "consumer", 7 * _DAY),
        "accepted": Next("open_investigation", "agent", 2 * _DAY),
        "investigating": Next("record_findings", "agent", 3 * _DAY),
        "settling": Next("offer", "agent", 2 * _DAY),
        "mediating": Next("close_mediation", "agent", 14 * _DAY),
        "executing": Next("execute", "agent", 2 * _DAY),
        "handled": Next("tell_result", "agent", _DAY),
        "told": Next("follow_up", "agent", 3 * _DAY),
        "followed_up": Next("close", "agent", 2 * _DAY),
    },
)
