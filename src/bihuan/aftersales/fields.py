"""The words of the forms of an after-sales case, on top of those that every flow shares (``cases.fields``)."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from bihuan.aftersales import rules
from bihuan.aftersales.labels import TABLES
from bihuan.cases.fields import GROUND_OPTIONS, GROUND_PARTS, Part, Rows, Words
from bihuan.cases.labels import Pair

_NAMES: Final[Mapping[str, Pair]] = {
    "missing": ("需要的材料", "Materials needed"), "materials_given": ("附件分别是", "The files show"),
    "freight_by": ("退货运费由谁承担", "Who pays the way back"), "ground": ("依据", "Ground"),
    "alternatives": ("可选的替代方案", "Alternatives"), "facts": ("依据的事实", "Facts"),
    "recipient": ("收件人", "Recipient"), "phone": ("联系电话", "Phone"), "region": ("省、市、区", "Province, city, district"),
    "address": ("详细地址", "Street and number"), "postcode": ("邮编", "Postcode"),
    "carrier": ("快递公司", "Carrier"), "tracking_number": ("运单号", "Tracking number"), "freight_fen": ("已付运费（元）", "Freight paid (yuan)"),
    "finding": ("认定的事实", "What was found"), "line": ("适用的商品", "For which goods"), "day": ("日期", "Day"),
    "find.reason": ("依据和理由", "What it rests on"), "review.outcome": ("复核结果", "Outcome of the review"), "review.reason": ("复核理由", "Reasons of the review"),
    "findings": ("逐件验货结果", "Condition of each piece"), "deduction": ("扣减（元）", "Held back (yuan)"),
    "proposal_id": ("方案", "Proposal"), "amount_fen": ("金额（元）", "Amount (yuan)"), "parts": ("更换的配件，每行一件", "Parts used, one a line"),
    "report_loss.what": ("情况", "What happened"), "settle.outcome": ("裁定", "Decision"), "settle.amount": ("另行补付（元）", "To be paid on top (yuan)"),
    "propose.kind": ("改为", "Instead"), "propose.reason": ("向消费者说明", "Words to the consumer"), "decline.reason": ("告知消费者的理由", "Words to the consumer"),
    "request_materials.reason": ("告知消费者的话", "Words to the consumer"), "inspect.text": ("验货说明", "What was found"),
    "object_finding.reason": ("为什么不认可", "Why you do not agree"), "object.reason": ("还有什么没有解决", "What is still wrong"),
    "appeal.reason": ("申诉理由", "Why it should be looked at again"), "settle.reason": ("裁定理由", "Reasons of the decision"),
    "receive.note": ("签收说明", "Note"), "give_address.note": ("给消费者的提示", "Hint to the consumer"), "approve.reason": ("说明", "Note"),
    "turn_to_refund.reason": ("改为退款的原因", "Why a refund instead"), "note_repair.text": ("维修进展", "What is being done"),
    "finish_repair.text": ("维修结果", "What was done"), "report_loss.reason": ("情况说明", "What you saw"), "confirm.text": ("想说的话", "Anything to say"),
}  # fmt: skip
_HELPS: Final[Mapping[str, Pair]] = {
    "freight_by": ("不选则按规则；只能选得对消费者更有利", "Left out, the rules decide; it can only be better for the consumer"),
    "freight_fen": ("仅在先垫付时填写，并上传凭证", "Only what you laid out, with a receipt among the files"),
    "materials_given": ("一个文件可以同时说明几项", "A file may show several things"),
    "alternatives": ("至少一项；优惠券不能单独作为替代", "At least one; a voucher never stands alone"),
    "decline.facts": ("只填与所选依据有关的事实", "Only the facts that the ground asks for"),
    "finding": ("对消费者不利的认定和有关部门的认定须上传文件", "What is found against the consumer, and an authority's finding, needs a file"),
    "line": ("不选则适用于全部商品", "Left out, for all of them"), "day": ("仅用于安装日期，如 2026-03-01", "Only for the day of installation, such as 2026-03-01"),
    "findings": ("与原样不符的，须写明说明并上传照片", "Anything but intact needs words and a photograph"),
    "deduction": ("没有减损填 0 或留空", "0 or empty where nothing is held back"),
    "settle.amount": ("仅在退款完成后的异议中使用", "Only for an objection after the refund"),
    "amount_fen": ("以元为单位；仅部分退款方案需要", "In yuan; only where a part of the price is offered"),
    "phone": ("仅本单消费者可见，加密保存", "Seen by the consumer of this case only; kept encrypted"),
}  # fmt: skip
_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "report_loss.what": ("lost", "damaged"), "approve.freight_by": ("merchant", "platform"),
    "send_message.audience": ("consumer", "merchant", "internal"), "propose.kind": rules.KINDS,
    "decline.ground": rules.DECLINE_GROUNDS, "decline.alternatives": rules.ALTERNATIVES,
    "request_materials.missing": rules.MATERIALS, "settle.outcome": ("granted", "partly", "rejected"),
    "follow_up.via": ("call", "questionnaire"),
}  # fmt: skip
_GROUPS: Final[Mapping[str, str]] = {
    "missing": "material", "materials_given": "material", "alternatives": "alternative", "report_loss.what": "mishap",
    "freight_by": "payer", "settle.outcome": "ruling", "finding": "fact_found", "review.outcome": "review",
}  # fmt: skip
_CONSEQUENCES: Final[Mapping[str, str]] = {
    "find": gettext_noop("The rules are asked again with it; a decision that they contradict is not left standing."),
    "review": gettext_noop("Upheld, the decision stands with your reasons; taken anew, others decide again."),
    "withdraw": gettext_noop("The application ends here. As long as the time allows you can apply again."),
    "appeal": gettext_noop("Somebody who has not decided in this case before looks at it again."),
    "accept_proposal": gettext_noop("What is proposed takes the place of what you applied for."),
    "decline_proposal": gettext_noop("The proposal lapses; what you applied for is decided on."),
    "accept_finding": gettext_noop("What is held back stays back; the rest is paid or sent at once."),
    "object_finding": gettext_noop("A person of the platform decides on the photographs and words of both sides."),
    "confirm": gettext_noop("The case is closed. You can still say how satisfied you are."),
    "object": gettext_noop("A person of the platform looks at it and decides."),
    "send_back": gettext_noop("We follow the parcel; you need not report that it arrived."),
    "decline": gettext_noop("The consumer hears the reason, the alternatives and the other routes, and can appeal."),
    "give_address": gettext_noop("The consumer gets the address at once and sends the goods there."),
    "receive": gettext_noop("From now on the legal time for the refund runs: seven days."),
    "inspect": gettext_noop("If all is intact, the refund or the replacement starts at once."),
    "give_materials": gettext_noop("With everything there the decision is due within 24 hours."),
}  # fmt: skip


def _base(value: str) -> dict[str, object]:
    number, _, rest = value.partition(":")
    return {"number": int(number), "quantity": int(rest.partition("#")[0])}


_FINDING: Final[tuple[Part, ...]] = (
    ("finding", ("状况", "Condition"), "choice", rules.FINDINGS),
    ("deduction", ("扣减（元）", "Held back (yuan)"), "money", ()),
)

WORDS: Final = Words(
    names=_NAMES,
    helps=_HELPS,
    codes=_CODES,
    groups=_GROUPS,
    parts=lambda _step, _name: GROUND_PARTS,
    options={**GROUND_OPTIONS, **TABLES["condition_found"]},
    rows={"inspect.findings": Rows(_FINDING, _base)},
    consequences=_CONSEQUENCES,
)
