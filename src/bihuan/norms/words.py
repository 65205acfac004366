"""Words for the worked examples, so that a lawyer reads them: who does what, with what, and what comes of it.

Codes of a flow (states, steps, kinds) are the flow's own words: its module registers where to find
them. Only what the scenario files themselves name stands here.
"""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bihuan.engine.eligibility import labels as eligibility

Words = Callable[[str, str, str], str]
"""``(group, code, language)`` → the word, or the code itself where it has none."""
Pair = tuple[str, str]
_REGISTERED: list[Words] = []

WHO: Final[Mapping[str, Pair]] = {
    "agent": ("客服", "The agent"), "other_agent": ("另一名客服", "Another agent"),
    "uncertified_agent": ("未持证客服", "An agent without certificate"), "consumer": ("消费者", "The consumer"),
    "merchant": ("商家", "The merchant"), "counsel": ("法务", "Counsel"), "officer": ("专员", "The officer"),
    "supervisor": ("主管", "The supervisor"), "manager": ("经理", "The manager"), "program": ("系统", "The program"),
    "auditor": ("审计", "The auditor"), "partner": ("承运方", "The carrier"), "administrator": ("管理员", "The administrator"),
    "other_supervisor": ("另一名主管", "Another supervisor"),
}  # fmt: skip
DOES: Final[Mapping[str, Pair]] = {
    "submit": ("提交投诉", "submits a complaint"), "read": ("查看案卷", "reads the file"),
    "send_message": ("发送消息", "sends a message"), "correct": ("更正记录", "corrects an entry"),
    "apply": ("申请售后", "applies for after-sales"), "attend": ("到时自动处理", "does what is due by itself"), "report": ("举报违规", "reports a violation"), "promise": ("作出时间承诺", "promises a time"), "keep_promise": ("兑现承诺", "keeps the promise"),
}  # fmt: skip
DECIDES: Final[Mapping[str, Pair]] = {
    "acceptance": ("受理条件核验", "Checking the conditions of acceptance"), "liability": ("责任认定", "Deciding liability"),
    "classify": ("投诉分类", "Classifying the complaint"), "refusal_ground": ("拒绝理由是否成立", "Whether a ground to refuse stands"),
    "authority": ("处理权限", "Authority to settle"), "voucher_needs_consent": ("以券代赔", "A voucher instead of money"),
    "remedy.R1": ("欺诈的赔偿", "Remedy for fraud"), "remedy.R2": ("食品安全的赔偿", "Remedy for unsafe food"),
    "remedy.R3": ("明知缺陷的赔偿", "Remedy for a known defect"), "remedy.R4": ("人身伤害的赔偿", "Remedy for injury"),
    "remedy.R5": ("无理由退货的退款", "Refund for a return without reason"), "remedy.R6": ("质量问题退货的退款", "Refund for a return for quality"),
    "remedy.R7": ("承诺赔付", "A promised remedy"), "remedy.R8": ("快件丢失损毁的赔偿", "Remedy for a lost or damaged parcel"),
    "remedy.R10": ("预付款的退还", "Refund of a prepayment"), "eligibility": ("售后条件核对", "Checking an after-sales demand"),
}  # fmt: skip
FIELDS: Final[Mapping[str, Pair]] = {
    "arrivals": ("每小时到达", "arrivals an hour"),
    "arrows": ("连线", "arrows"),
    "away": ("缺勤比例", "share away"),
    "busy": ("忙碌比例", "share busy"),
    "codes": ("缺口", "gaps"),
    "erlangs": ("话务量（Erl）", "load (erlangs)"),
    "holders": ("有权人", "who may"),
    "minutes": ("分钟", "minutes"),
    "need": ("所需人数", "people needed"),
    "occupancy": ("占用率", "occupancy"),
    "patience": ("耐心（秒）", "patience (seconds)"),
    "rights": ("决定权", "decision rights"),
    "share": ("比例", "share"),
    "skills": ("技能", "skills"),
    "states": ("状态数", "states"),
    "stays": ("不变状态的步骤数", "steps that stay"),
    "steps": ("步骤数", "steps"),
    "units": ("单位", "units"),
    "within": ("时限（秒）", "within (seconds)"),
    "work": ("处理时长（秒）", "handling time (seconds)"),
    "address": ("详细地址", "address"), "alternatives": ("替代方案", "alternatives"), "amount_fen": ("金额", "amount"), "carrier": ("承运方", "carrier"),
    "deduction": ("扣减", "held back"), "direction": ("方向", "direction"), "findings": ("验货结果", "findings"), "materials": ("材料", "materials"),
    "recipient": ("收件人", "recipient"), "region": ("地区", "region"), "tracking_number": ("运单号", "tracking number"),
    "amount": ("金额", "amount"), "article": ("条文", "article"), "articles": ("依据", "articles"), "approver": ("批准人", "approver"),
    "authority": ("机构", "authority"), "beyond_testing": ("超出查验需要", "beyond testing"), "body": ("调解机构", "mediating body"),
    "by": ("由", "by"), "carrier_offer": ("承运方愿赔", "the carrier offers"), "channel": ("渠道", "channel"), "claim": ("主张", "claim"),
    "clause": ("条款", "clause"), "day": ("日期", "day"), "finding": ("认定的事实", "finding"),
    "complexity": ("复杂程度", "complexity"), "concerns": ("涉及人员", "concerns"), "condition": ("条件", "condition"),
    "confirmed": ("购买时已确认", "confirmed at purchase"), "consent": ("消费者同意", "consent recorded"), "corrective": ("改进措施", "corrective measure"),
    "count": ("件数", "count"), "damage_percent": ("损坏程度（%）", "damage in per cent"), "demand": ("诉求", "demand"),
    "department": ("部门", "department"), "due_at": ("截止", "due"), "evidence": ("证据材料", "evidence"), "excluded": ("排除情形", "excluded case"),
    "field": ("栏目", "field"), "first_step": ("第一步", "first step"), "flags": ("提示", "flags"), "flow": ("业务", "flow"),
    "fraud": ("欺诈", "fraud"), "fraud_claimed": ("已主张欺诈赔偿", "fraud claimed too"), "free_freight_from": ("满额免运费", "free freight from"),
    "freight": ("运费", "freight"), "freight_back": ("退货运费", "return freight"), "freight_out": ("寄出运费", "outward freight"),
    "from": ("满", "from"), "goods": ("商品情形", "goods"), "ground": ("理由", "ground"), "happened_at": ("发生时间", "happened"),
    "harm": ("损害", "harm"), "harmless_label_flaw": ("标签瑕疵不影响安全", "harmless flaw of the label"), "insured": ("已保价", "insured"),
    "insured_amount": ("保价金额", "insured amount"), "investigator": ("调查方", "investigator"), "items": ("事项", "items"),
    "kept": ("留下的商品", "goods kept"), "kind": ("种类", "kind"), "knew": ("明知", "knew"), "known_defect": ("明知缺陷", "known defect"),
    "knowing_buyer": ("知假买假", "knowing buyer"), "limits": ("各级权限", "limits of authority"), "loss": ("损失", "loss"),
    "lost_income": ("误工费", "lost income"), "major_ground": ("重大投诉理由", "ground of major"), "matter": ("投诉事实", "matter"),
    "medical": ("医疗费", "medical costs"), "missing": ("缺少", "missing"), "money_by": ("退款期限", "money by"),
    "money_option": ("可选现金", "money offered too"), "next_step": ("下一步", "next step"), "nursing": ("护理费", "nursing"),
    "off": ("减", "off"), "order": ("订单", "order"), "outcome": ("结果", "outcome"), "outward_freight": ("寄出运费", "outward freight"),
    "owner": ("承办人", "owner"), "paid_total": ("实付总额", "paid in all"), "party": ("当事方", "party"), "people": ("涉及人数", "people concerned"),
    "plan": ("预案", "plan"), "preticked": ("默认勾选", "ticked beforehand"), "price": ("价款", "price"), "promise_includes_refund": ("承诺是否含退款", "promise includes the refund"),
    "promised": ("按承诺", "as promised"), "promised_times": ("承诺倍数", "promised times"), "promotions": ("满减", "promotions"),
    "punitive": ("惩罚性赔偿", "punitive damages"), "quantity": ("数量", "quantity"), "reason": ("理由", "reason"),
    "reasonable_quantity": ("合理消费量", "reasonable quantity"), "record": ("交易记录", "record"), "reference": ("编号", "reference"),
    "refund": ("退款", "refund"), "refused": ("不予准许", "refused"), "result": ("结论", "result"), "returned": ("退货", "goods returned"),
    "revision": ("版次", "revision"), "role": ("身份", "role"), "rule": ("规则", "rule"), "score": ("满意度", "score"),
    "sent_date": ("寄出日", "sent on"), "severity": ("严重程度", "severity"), "shares": ("责任比例", "shares"), "signed_date": ("签收日", "signed for on"),
    "state": ("状态", "state"), "step": ("步骤", "step"), "text": ("内容", "text"), "to": ("至", "to"), "total": ("合计", "total"),
    "transaction_record": ("交易记录", "transaction record"), "transport": ("交通费", "transport"), "tries": ("尝试次数", "tries"),
    "type": ("类型", "type"), "unit_price": ("单价", "unit price"), "urgency": ("紧急程度", "urgency"), "value": ("价值", "value"),
    "value_kept": ("留下商品的价值", "value kept"), "via": ("方式", "via"), "way": ("方式", "way"), "what": ("材料", "what"), "about": ("举报对象", "about"), "mail": ("邮箱", "mail"), "named": ("署名", "named"),
    "phone": ("电话", "telephone"), "promises": ("承诺", "promises"), "tasks": ("任务", "tasks"), "orders": ("订单数", "orders"), "event": ("记录", "recorded"),
}  # fmt: skip
CODES: Final[Mapping[str, Pair]] = {
    "limits_contradict:refund:agent>supervisor": ("退款额度矛盾：客服高于主管", "limits contradict: an agent above a supervisor"),
    "nobody_decides:appeal": ("无人可以决定申诉", "nobody may decide appeals"),
    "valid": ("有效", "valid"), "none": ("无", "none"), "unreachable": ("暂时无法核对", "cannot be reached"), "pass": ("通过", "passes"),
    "fail": ("不通过", "fails"), "unknown": ("不明", "unknown"), "accepted": ("受理", "accepted"), "supplement": ("要求补正", "ask for a supplement"),
    "person_decides": ("由人决定", "a person decides"), "allowed": ("准许", "allowed"), "within": ("权限内", "within authority"),
    "held": ("须上级批准", "held for approval"), "free": ("无须同意", "no consent needed"), "consent_needed": ("须经同意", "consent needed"),
    "money_option_needed": ("须可选现金", "money must be offered too"), "yes": ("是", "yes"), "no": ("否", "no"), "death": ("死亡", "death"),
    "victim": ("受害人", "victim"), "complaint": ("投诉", "complaint"), "aftersales": ("售后", "after-sales"), "refused": ("不予准许", "refused"),
    "agent_attitude": ("客服态度", "attitude of staff"), "late_shipment": ("迟延发货", "late shipment"), "lost_parcel": ("包裹丢失", "lost parcel"),
    "product_quality": ("商品质量", "product quality"), "system_failure": ("系统故障", "failure of the system"),
    "merchant_pays_first": ("商家先行赔付", "the merchant pays first"), "recourse_on_carrier": ("再向承运方追偿", "recourse on the carrier"),
    "carrier_term_to_be_tested": ("承运方限赔条款待审查", "the carrier’s term is to be tested"), "return_freight_consumer": ("退货运费由消费者承担", "the consumer bears the return freight"),
    "negative": ("结果为负，不向消费者收取", "negative: nothing is charged"), "extortion": ("敲诈", "extortion"), "forged": ("伪造", "forged"),
    "planted": ("夹带", "planted"), "swapped": ("掉包", "swapped"), "harmless_label_flaw": ("标签瑕疵", "flaw of the label"),
    "custom": ("定作商品", "made to order"), "perishable": ("鲜活易腐", "perishable"), "digital_opened": ("已拆封数字商品", "opened digital goods"),
    "newspaper": ("报刊", "newspaper"), "opened_affects_safety": ("拆封影响安全", "opening affects safety"), "activated_loses_value": ("激活后贬值", "loses value when activated"),
    "near_expiry_or_flawed": ("临期或瑕疵商品", "near expiry or flawed"), "clothing": ("服装", "clothing"), "no_reason_return": ("无理由退货", "return without reason"),
    "quality_return": ("质量问题退货", "return for quality"), "12315": ("12315", "12315"), "consumer_law_26": ("消法第二十六条", "consumer law art. 26"),
    "open": ("未了结", "open"), "complete": ("完整", "complete"), "incomplete": ("不完整", "incomplete"),
    "no_maker_named": ("未标明生产者", "no maker named"), "mail": ("邮箱", "mail"), "phone": ("电话", "telephone"),
    "unreasonable": ("诉求不合理", "unreasonable"), "safety": ("安全预案", "safety plan"), "order_or_record": ("订单或交易记录", "order or record"),
}  # fmt: skip
MONEY: Final = frozenset({
    "amount_fen", "deduction",
    "amount", "price", "paid_total", "value_kept", "medical", "nursing", "transport", "lost_income", "value", "freight",
    "carrier_offer", "insured_amount", "loss", "punitive", "freight_out", "freight_back", "free_freight_from", "unit_price",
    "total", "promised", "refund", "kept", "outward_freight", "limits", "from", "off", "principal", "value_used", "interest", "cost",
})  # fmt: skip
"""Fields that are amounts in fen."""
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "materials": ("material",), "findings": ("condition_found",), "finding": ("fact_found",),
    "alternatives": ("alternative",),
    "missing": ("condition", "material"), "next_step": ("step",), "approver": ("role",), "major_ground": ("ground",),
    "investigator": ("party", "department"), "ground": ("ground", "aftersales_ground"), "matter": ("ground",), "step": ("step_kind", "step"), "kind": ("kind", "step_kind"),
    "first_step": ("step_kind",), "result": ("result", "party"), "value": ("channel",),
}  # fmt: skip
"""Under which groups of the flow's words the codes of a field stand, where the names differ."""


def register_words(words: Words) -> None:
    """Add a flow's words. Registering twice changes nothing."""
    if words not in _REGISTERED:
        _REGISTERED.append(words)


def word(group: str, code: str, language: str) -> str:
    """The word for a code of a field: the flow's, else this table's, else the code."""
    for words in _REGISTERED:
        for each in GROUPS.get(group, (group,)):
            found = words(each, code, language)
            if found != code:
                return found
    if code in CODES:
        return _of(CODES, code, language)
    if code in WHO:
        return _of(WHO, code, language).replace("The ", "the ").replace("An", "an")
    return eligibility.named(code, language, group)


def who(code: str, language: str) -> str:
    """Who acts in an example."""
    return _of(WHO, code, language)


def does(code: str, language: str) -> str:
    """What is done in an example: the flow's own word for the step."""
    if code in DOES:
        return _of(DOES, code, language)
    return next((found for words in _REGISTERED if (found := words("step", code, language)) != code), code)


def decides(code: str, language: str) -> str:
    """What is decided in an example."""
    return _of(DECIDES, code, language)


def field(code: str, language: str) -> str:
    """What a field of an example is called."""
    return _of(FIELDS, code, language) if code in FIELDS else eligibility.fact(code, language)


def _of(table: Mapping[str, Pair], code: str, language: str) -> str:
    pair = table.get(code, (code, code))
    return pair[0] if language == "zh" else pair[1]
