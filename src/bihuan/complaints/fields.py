"""The words of a complaint's forms, on top of those that every flow shares (``cases.fields``)."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_noop

from bihuan.cases import labels
from bihuan.cases.fields import ASK, GROUND_OPTIONS, GROUND_PARTS, YES_NO, Part, Words
from bihuan.cases.labels import PARTIES, Pair
from bihuan.complaints.labels import TABLES

_NAMES: Final[Mapping[str, Pair]] = {
    "type": ("投诉类型", "Type"), "urgency": ("紧急程度", "Urgency"), "severity": ("严重程度", "Severity"),
    "complexity": ("复杂程度", "Complexity"), "ground": ("依据", "Ground"), "missing": ("缺少的材料", "What is missing"),
    "counsel_id": ("法务人员", "Counsel"), "promised_at": ("承诺再次告知的时间", "Promised to tell again by"),
    "first_step": ("第一步", "First step"), "party": ("当事方", "Party"), "shares": ("责任比例（%）", "Shares (per cent)"),
    "department": ("部门", "Department"), "step_id": ("步骤", "Step"), "request_id": ("举证要求", "Evidence request"),
    "result": ("调查结论", "Findings"), "plan": ("应急预案", "Emergency plan"), "steps": ("同时启动", "Start at once"),
    "facts": ("计算所需事实", "Facts"), "rule": ("依据的计算方案", "Computed option"), "offer_id": ("方案", "Offer"),
    "consent": ("消费者明确同意以优惠券代替金钱", "Express consent to a voucher instead of money"), "article": ("法律依据", "Article"),
    "body": ("调解机构", "Mediator"), "remedy_id": ("待执行事项", "Remedy"), "corrective": ("整改措施", "Corrective measure"),
    "money_by": ("款项到账日期", "Day by which the money is there"),
    "to": ("延期至", "Extend to"), "extension_id": ("延期申请", "Extension"), "into_id": ("并入", "Merge into"),
    "items": ("投诉事项", "Claim items"), "take_over.promises": ("未兑现的承诺，逐项确认", "Open promises: confirm each"),
    "take_over.tasks": ("未完成的步骤，逐项确认", "Open steps: confirm each"), "promise_id": ("承诺", "Promise"),
    "authority": ("机构", "Authority"), "transaction_record": ("交易记录", "Transaction record"),
    "tell_result.reason": ("处理结果", "Outcome in words"), "record_findings.reason": ("调查经过与结论", "What was found"),
    "finish_step.reason": ("步骤结论", "Finding of the step"),
    "request_evidence.reason": ("需要证明什么", "What is to be shown"), "answer_evidence.reason": ("说明", "Statement"),
    "execute.reference": ("执行凭证编号", "Proof of execution"),
    "request_supplement.reason": ("告知投诉人的话", "Words to the complainant"),
    "refuse.reason": ("告知投诉人的理由", "Words to the complainant"), "request_evidence.party": ("向谁要求", "From whom"),
    "offer.text": ("向消费者说明", "Words to the consumer"), "decide.reason": ("决定理由", "Reasons of the decision"),
    "decide.article": ("法律依据", "Article"), "follow_up.text": ("回访记录", "Note"), "rate.text": ("评价", "Comment"),
    "ask_extension.reason": ("延期理由（将告知投诉人）", "Reason (the complainant is told)"),
}  # fmt: skip
_HELPS: Final[Mapping[str, Pair]] = {
    "promised_at": ("北京时间，可不填", "China time; may be left out"),
    "shares": ("仅在各方分担时填写，合计 100", "Only where responsibility is shared; they sum to 100"),
    "assign.owner_id": ("不选则按资质、班次和负荷自动分派", "Left out, the program assigns by certificate, shift and load"),
    "execute.reference": ("退款由系统办理，其他事项填包裹号、函件号等", "Refunds go through the program; for all else the number of parcel, letter or ticket"),
    "facts": ("金额以元填写，不适用的留空", "Sums in yuan; leave out what does not apply"),
    "decline_demand.facts": ("只填与所选依据有关的事实", "Only the facts that the ground asks for"),
    "tell_result.reason": ("处理结果、款项何时到账", "The outcome, and when the money arrives"),
    "tell_result.corrective": ("今后如何避免", "How it is avoided from now on"),
    "consent": ("仅对优惠券方案有意义", "Only for an offer of a voucher"),
}  # fmt: skip
_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "decide_liability.ground": ("product_quality", "misdescription", "late_dispatch", "transport_damage", "lost_parcel",
                                "platform_error", "service_fault", "misuse", "evidence_default", "other"),
    "join_counsel.ground": ("compensation", "litigation", "safety_accident", "other"),
    "appeal.ground": ("new_evidence", "procedure", "liability", "amount", "other"),
    "request_evidence.what": tuple(TABLES["what"]), "open_mediation.body": tuple(TABLES["body"]),
    "refer.authority": tuple(labels.table("authority")), "start_plan.plan": tuple(TABLES["plan"]),
    "start_plan.steps": ("recall", "suspension"),
    "decide.article": ("", "L-02", "L-08", "L-11", "L-14", "L-17", "L-19", "G-13"),
}  # fmt: skip
_GROUPS: Final[Mapping[str, str]] = {
    "open_step.kind": "step_kind", "start_plan.steps": "step_kind", "first_step": "step_kind", "missing": "condition",
}  # fmt: skip
_CONSEQUENCES: Final[Mapping[str, str]] = {
    "withdraw": gettext_noop(
        "The complaint ends here and its deadlines stop. It can be taken up again later."
    ),
    "appeal": gettext_noop("Somebody who has not decided in this case before looks at it again."),
    "reopen": gettext_noop("The case is taken up again with new deadlines. Say what is still wrong."),
    "object_liability": gettext_noop("The person in charge looks again at who is responsible."),
    "accept_offer": gettext_noop("Accepting is binding: the offer is carried out, and all others lapse."),
    "decline_offer": gettext_noop("The offer lapses. The case goes on, and another solution is looked for."),
    "counter": gettext_noop("Your own proposal goes to the other side; theirs is then answered."),
    "offer": gettext_noop("Your offer goes to the consumer at once. It binds you until it is answered."),
    "supplement": gettext_noop("With what you add we check again, with a new deadline for us."),
    "answer_evidence": gettext_noop("Statement and files go into the case file; they cannot be taken back."),
    "add_evidence": gettext_noop("The files go into the case file; they cannot be taken back."),
    "rate": gettext_noop("Your score goes also to those who check how we work."),
    "write": gettext_noop("The person in charge reads it and answers you here."),
}

_REMEDY: Final[tuple[Part, ...]] = (
    ("price", ("实付价款（元）", "Price paid (yuan)"), "money", ()),
    ("freight", ("运费（元）", "Freight (yuan)"), "money", ()),
    ("loss", ("损失（元）", "Loss (yuan)"), "money", ()),
    ("paid_total", ("无理由退货：订单实付（元）", "Return without reason: paid in all (yuan)"), "money", ()),
    ("fraud", ("是否欺诈", "Fraud"), "yesno", ASK),
    ("food", ("是否食品", "Food"), "yesno", YES_NO),
    ("knew", ("经营者明知不合格", "The trader knew"), "yesno", ASK),
    ("promised_times", ("商家承诺赔几倍", "Promised: times the price"), "number", ()),
    ("promised_amount", ("商家承诺赔付（元）", "Promised sum (yuan)"), "money", ()),
    ("lost", ("包裹丢失", "Parcel lost"), "yesno", YES_NO),
    ("insured", ("快件已保价", "Parcel insured"), "yesno", YES_NO),
    ("insured_amount", ("保价金额（元）", "Insured sum (yuan)"), "money", ()),
)


def _parts(step: str, name: str) -> Sequence[Part]:
    if name == "shares":
        return tuple(
            (party, PARTIES[party], "number", ())
            for party in ("merchant", "platform", "third_party", "consumer")
        )
    return _REMEDY if step == "compute_options" else GROUND_PARTS


WORDS: Final = Words(
    names=_NAMES,
    helps=_HELPS,
    codes=_CODES,
    groups=_GROUPS,
    parts=_parts,
    options=GROUND_OPTIONS,
    consequences=_CONSEQUENCES,
)
