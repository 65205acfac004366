"""The sentences of a judgement in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.engine.eligibility.labels import LABELS, Pair

STEPS: Mapping[str, Pair] = {
    "not_shipped": ("订单尚未发货，可以取消", "Nothing was shipped yet, so the order can be cancelled"),
    "making_begun": ("定作商品是否已开始制作未知", "Whether making the custom goods has begun is not known"),
    "promise": ("{by}承诺：{what}", "The {by} promised: {what}"),
    "promise_days": ("{by}承诺：{what}，{days}日", "The {by} promised: {what}, {days} days"),
    "promise_months": ("{by}承诺：{what}，{months}个月", "The {by} promised: {what}, {months} months"),
    "exclusions_lifted": (
        "{by}承诺的范围包括依法不适用退货的商品",
        "The promise of the {by} covers goods that the law excludes",
    ),
    "kind_unknown": (
        "商品种类未知，是否属于不适用退货的商品无法判断",
        "The kind of goods is not known, so nor is whether the law excludes it",
    ),
    "excluded": ("{goods}，依法不适用七日无理由退货", "{goods}: excluded from no-reason return by law"),
    "opened_unknown": ("是否已下载或者拆封未知", "Whether it was downloaded or unsealed is not known"),
    "not_excluded": ("{kind}不在依法不适用退货之列", "{kind}: not among the goods excluded by law"),
    "nothing_confirmed": (
        "购买时没有确认过不适用退货",
        "No exclusion was confirmed at the purchase",
    ),
    "confirmation_unknown": (
        "购买时是否逐次确认不适用退货未知",
        "Whether an exclusion was confirmed for this purchase is not known",
    ),
    "preticked": (
        "“{goods}”的确认是默认勾选的，不算确认",
        "The box '{goods}' was ticked beforehand, which is no confirmation",
    ),
    "preticked_unknown": (
        "“{goods}”的确认是否默认勾选未知",
        "Whether the box '{goods}' was ticked beforehand is not known",
    ),
    "confirmed_exclusion": (
        "消费者在本次购买中确认过“{goods}”，不适用无理由退货",
        "The buyer confirmed '{goods}' for this purchase: no return without reason",
    ),
    "exclusion_depends": (
        "确认过“{goods}”，但{fact}未知",
        "'{goods}' was confirmed, but whether {fact} is not known",
    ),
    "reason_not_come_about": (
        "确认过“{goods}”，但尚未拆封或激活，是否仍不适用退货由人判断",
        "'{goods}' was confirmed, but it is still sealed or inactive: a person judges whether it holds",
    ),
    "found_intact": ("查验认定商品完好", "Inspection found the goods intact"),
    "not_intact": (
        "商品的使用超出查验和合理调试，已不完好",
        "Used beyond inspection and reasonable testing: no longer intact",
    ),
    "traces": (
        "发现“{trace}”痕迹，是否影响完好由人判断",
        "Trace '{trace}' was found: a person judges whether the goods are intact",
    ),
    "used_is_not_all": (
        "使用超出了查验，价值是否贬损较大以收到后查验为准",
        "Used beyond inspection: whether much value was lost is for an inspection to find",
    ),
    "opened_is_intact": (
        "为查验而打开包装不影响完好，收到后查验",
        "Opening the package to inspect does no harm; the goods are inspected on receipt",
    ),
    "intact_on_receipt": (
        "商品应当完好，收到后查验",
        "The goods must be intact; they are inspected on receipt",
    ),
    "before_signing": ("{state}，期限尚未开始", "{state}: the period has not begun"),
    "signed_unknown": (
        "签收日期未知，期限无法计算",
        "The day of signing is not known, so the period can't be counted",
    ),
    "in_time": (
        "{signed}签收，次日起{days}日，末日{last_day}；{asked}提出，在期限内",
        "Signed for on {signed}; {days} days from the day after end on {last_day}; asked on {asked}, in time",
    ),
    "out_of_time": (
        "{signed_date}签收，次日起{days}日，末日{last_day}；{sent_date}提出，已过期限",
        "Signed for on {signed_date}; {days} days end on {last_day}; asked on {sent_date}, too late",
    ),
    "rolled": (
        "{unrolled}是休息日，末日顺延到{last_day}",
        "{unrolled} is a day off: the last day moves to {last_day}",
    ),
    "calendar_unknown": (
        "末日{last_day}所在年度的放假安排尚未公布，是否顺延无法确定",
        "The holidays of the year of {last_day} are not published, so whether the last day moves is open",
    ),
    "gift_alone": ("该商品是赠品，随主商品一并处理", "This is a gift; it goes with the goods it came with"),
    "prepaid_in_time": (
        "{paid}付款，7日内（末日{last_day}）可以要求返还预付款本金",
        "Paid on {paid}; the principal may be asked back within 7 days, until {last_day}",
    ),
    "prepaid_late": (
        "{paid}付款，已过7日（末日{last_day}）",
        "Paid on {paid}; the 7 days ended on {last_day}",
    ),
    "prepaid_exception": (
        "是否属于不返还预付款本金的例外未知",
        "Whether an exception keeps the principal from going back is to be found",
    ),
    "paid_unknown": ("下单付款日期未知", "The day of order and payment is not known"),
    "not_performed": ("已付款而未按约定提供", "Paid for and not performed as agreed"),
    "not_shown": ("“{ground}”尚未证实", "'{ground}' is not shown yet"),
    "disproved": ("查明不存在“{ground}”", "'{ground}' was disproved"),
    "shown": ("“{ground}”已证实", "'{ground}' is shown"),
    "presumed": (
        "耐用商品自收到之日起{months}个月内发现瑕疵，由经营者举证",
        "Durable goods: for a flaw found within {months} months the operator bears the burden of proof",
    ),
    "carrier_chosen": (
        "消费者另行选定了承运人，运输风险由谁承担由人判断",
        "The consumer chose the carrier: a person judges who bears the risk",
    ),
    "carrier_unknown": ("承运人是否由消费者选定未知", "Whether the consumer chose the carrier is not known"),
    "merchant_bears_risk": ("运输风险由经营者承担", "The merchant bears the risk of the way"),
    "quality_in_time": (
        "末日{last_day}，{asked}提出，在期限内",
        "The last day is {last_day}; asked on {asked}, in time",
    ),
    "quality_days_over": (
        "末日{last_day}，{asked}提出，已过期限；此后看能否解除合同或者修理、更换",
        "The last day was {last_day}; asked on {asked}: from then on rescission, repair or replacement",
    ),
    "serious": (
        "合同目的不能实现，可以解除合同退货",
        "The purpose of the contract fails: it may be rescinded",
    ),
    "serious_unknown": (
        "合同目的是否不能实现由人认定",
        "Whether the purpose of the contract fails is for a person to find",
    ),
    "not_serious": (
        "认定合同目的仍能实现，应修理或者更换",
        "The purpose can still be reached: repair or replacement is owed",
    ),
    "told_early": ("{asked}提出，在收到后{days}日内", "Told on {asked}, within {days} days of receipt"),
    "notice_in_time": (
        "{asked}提出，未超过收到后2年（至{last_day}）",
        "Told on {asked}, within 2 years of receipt (until {last_day})",
    ),
    "notice_too_late": (
        "{asked}提出，已超过收到后2年（至{last_day}）",
        "Told on {asked}, after the 2 years until {last_day}",
    ),
    "told_in_reasonable_time": ("发现后在合理期间内提出", "Told within reasonable time of finding it"),
    "timely_unknown": (
        "是否在发现后的合理期间内提出由人认定",
        "Whether it was told within reasonable time is for a person to find",
    ),
    "told_late": ("认定超过了合理期间", "Told after reasonable time"),
    "warranty_anew": ("{replaced}更换，保修期重新计算", "Replaced on {replaced}: the warranty runs anew"),
    "repair_not_counted": ("修理占用的{days}日不计入", "{days} days of repair are not counted"),
    "warranty_runs": (
        "{asked}在保修期内（至{last_day}）",
        "{asked} is within the warranty (until {last_day})",
    ),
    "warranty_over": (
        "{asked}已过保修期（至{last_day}）",
        "{asked} is after the warranty (until {last_day})",
    ),
    "certified": (
        "经有关部门认定为不合格，应当退货",
        "Certified substandard by an authority: must be taken back",
    ),
    "certificate_unknown": (
        "是否经有关部门认定为不合格未知",
        "Whether an authority certified it substandard is not known",
    ),
    "not_certified": ("未经有关部门认定为不合格", "No authority certified it substandard"),
    "not_prescribed": ("诉讼时效未过（至{last_day}）", "The limitation has not run out (until {last_day})"),
    "prescribed": ("已超过一般诉讼时效（至{last_day}）", "The ordinary limitation ran out on {last_day}"),
    "found_lost": ("已查明丢失", "Found to be lost"),
    "final_delay": (
        "{shipped}揽收（{route}），至{last_day}仍未送达，构成彻底延误，视为丢失",
        "Picked up on {shipped} ({route}) and not delivered until {last_day}: final delay counts as loss",
    ),
    "not_yet_lost": (
        "{shipped}揽收（{route}），{last_day}过后仍未送达才视为丢失",
        "Picked up on {shipped} ({route}): it counts as lost only after {last_day}",
    ),
    "refund_without_return": (
        "商品留下而退全款，法律没有规定，也不得强制经营者接受，由双方协商",
        "Money back with the goods kept: the law neither gives nor forces it, so somebody must agree",
    ),
    "only_return": (
        "无理由可以退货；“{want}”须经对方同意",
        "Without reason the goods may be returned; '{want}' needs agreement",
    ),
    "no_ground_to_refuse": (
        "法律、规范和承诺都未直接支持“{want}”，但也没有可以据以拒绝的法定理由，由人判断",
        "Neither law, norm nor promise gives '{want}', and no lawful ground refuses it: a person judges",
    ),
    "abuse": ("查明存在{way}，主张不予支持", "Found: {way}; the claim is excluded"),
    "abuse_found": ("查明存在{way}，由人判断", "Found: {way}; a person judges"),
    "free_return": ("退回运费由{by}按承诺承担", "The {by} promised to pay the way back"),
    "promise_in_time": (
        "{asked}提出，在承诺期限内（至{last_day}）",
        "Asked on {asked}, within the time promised (until {last_day})",
    ),
    "promise_over": (
        "{asked}提出，已过承诺期限（至{last_day}）",
        "Asked on {asked}, after the time promised (until {last_day})",
    ),
    "promise_unclear": ("承诺是否适用于本订单未知", "Whether the promise holds for this order is not known"),
    "self_run": ("标为自营，平台承担销售者责任", "Labelled self-run: the platform is liable as seller"),
    "merchant_unknown": (
        "平台不能提供经营者的真实名称、地址和有效联系方式，由平台先行赔偿，其后追偿",
        "The merchant's name, address and contact can't be given: the platform pays first, with recourse",
    ),
    "joint_liability": (
        "平台知道或者应当知道而未采取必要措施，承担连带责任",
        "The platform knew or should have known and took no measures: it is jointly liable",
    ),
    "unsafe": (
        "查明商品危及人身、财产安全：应当立即停止销售并报告",
        "Found to endanger people or property: the sale must stop and be reported at once",
    ),
    "food_first_asked": (
        "食品：首先接到要求的{who}先行赔付，不得推诿",
        "Food: the {who}, who was asked first, pays first",
    ),
    "food_damages": (
        "食品不符合安全标准且明知的，可另行主张十倍价款或三倍损失，由人认定",
        "Food below safety standards knowingly sold: ten times the price or three times the loss besides",
    ),
    "better_wins": (
        "几项权利同时成立，从对消费者更有利的一项",
        "Several rights are open: the one better for the consumer leads",
    ),
}


def sentence(code: str, data: Mapping[str, Any], language: str) -> str:
    """The sentence of a step, ``zh`` or ``en``, with its facts in words."""
    template = STEPS[code][language != "zh"]
    text = template.format_map({name: label(value, language) for name, value in data.items()})
    return text[:1].upper() + text[1:]


def label(value: Any, language: str) -> str:
    """A code in words; dates and numbers as they are, nothing for nothing."""
    if isinstance(value, str) and value in LABELS:
        return LABELS[value][language != "zh"]
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
