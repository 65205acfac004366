"""Words for the codes of a demand and of its judgement, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]

MISSING: Mapping[str, Pair] = {
    "kind": ("商品种类", "the kind of goods"),
    "opened": ("是否拆封、下载", "whether it was opened or downloaded"),
    "used": ("是否激活或者超出查验使用", "whether it was activated or used beyond testing"),
    "intact": ("商品是否完好", "whether the goods are intact"),
    "confirmed": ("购买时是否确认过不适用退货", "whether an exclusion was confirmed at the purchase"),
    "preticked": ("确认是否默认勾选", "whether the box was ticked beforehand"),
    "exclusion_applies": ("确认的例外是否仍然适用", "whether the confirmed exclusion holds"),
    "signed": ("签收日期", "the day of signing"),
    "ordered": ("下单付款日期", "the day of order and payment"),
    "calendar": ("该年度的放假安排", "the holidays of that year"),
    "making_begun": ("定作是否已经开始", "whether making has begun"),
    "main_goods": ("赠品所随的主商品", "the goods that the gift came with"),
    "shown": ("所述情况是否属实", "whether it is as the consumer says"),
    "serious": ("合同目的是否不能实现", "whether the purpose of the contract fails"),
    "timely": ("是否在合理期间内提出", "whether it was told within reasonable time"),
    "certified": ("有关部门的认定", "an authority's certificate"),
    "carrier_claim": ("承运人是否由消费者承担风险", "who bears the risk of the carrier chosen"),
    "chose_carrier": ("承运人由谁选定", "who chose the carrier"),
    "prepaid_exception": ("是否属于预付款的例外", "whether an exception for prepayments applies"),
    "abuse": ("查明的情形是否影响本项要求", "what the abuse found means for this demand"),
    "agreement": ("双方是否同意", "whether both sides agree"),
}

LABELS: Mapping[str, Pair] = {
    "merchant": ("商家", "merchant"),
    "platform": ("平台", "platform"),
    "consumer": ("消费者", "consumer"),
    "return": ("退货退款", "return"),
    "exchange": ("换货", "exchange"),
    "repair": ("维修", "repair"),
    "refund_only": ("仅退款", "refund only"),
    "resend": ("补发", "re-send"),
    "price_protection": ("价格保护", "price protection"),
    "free_return": ("免费退货", "free return"),
    "times": ("倍数赔付", "a multiple"),
    "quality_return": ("质量退货", "return for quality"),
    "warranty": ("保修", "warranty"),
    "no_reason": ("无理由", "no reason"),
    "quality": ("质量问题", "quality"),
    "not_as_described": ("与描述不符", "not as described"),
    "fake": ("假冒商品", "fake"),
    "certified_defect": ("经认定不合格", "certified substandard"),
    "wrong_item": ("错发", "wrong item"),
    "missing_item": ("漏发", "missing item"),
    "damaged_in_transit": ("运输损坏", "damaged on the way"),
    "lost": ("丢失", "lost"),
    "late": ("延误", "late"),
    "not_performed": ("未按约定提供", "not performed"),
    "price_drop": ("降价", "price drop"),
    "custom": ("定作商品", "made to order"),
    "perishable": ("鲜活易腐商品", "fresh and perishable"),
    "digital": ("数字化商品", "digital goods"),
    "digital_opened": ("已下载或拆封的数字化商品", "digital goods downloaded or unsealed"),
    "newspaper": ("已交付的报纸、期刊", "newspapers and periodicals delivered"),
    "food": ("食品", "food"),
    "cosmetics": ("化妆品", "cosmetics"),
    "medical": ("医疗器械", "medical goods"),
    "electronics": ("电子电器", "electronics"),
    "textile": ("服装鞋帽", "textiles"),
    "durable": ("耐用商品", "durable goods"),
    "ordinary": ("普通商品", "ordinary goods"),
    "opened_affects_safety": ("拆封后易影响安全或品质", "unsafe or spoilt once opened"),
    "activated_loses_value": ("激活或试用后价值贬损较大", "loses much value once activated"),
    "near_expiry_or_flawed": ("已明示临期或者有瑕疵", "marked near expiry or flawed"),
    "not_shipped": ("尚未发货", "Not shipped"),
    "on_the_way": ("运输途中", "On the way"),
    "signed": ("已签收", "Signed for"),
    "same_city": ("同城", "same city"),
    "domestic": ("国内异地", "domestic"),
    "international": ("国际", "international"),
    "harmless_label_flaw": ("无害的标签瑕疵", "a harmless label flaw"),
    "planted": ("夹带", "planting"),
    "swapped": ("掉包", "swapping"),
    "forged": ("造假", "forging"),
    "extortion": ("敲诈", "extortion"),
    "seal_broken": ("一次性密封包装损坏", "one-time seal broken"),
    "tampered": ("擅自维修改动", "tampered with"),
    "activated": ("已激活", "activated"),
    "data_left": ("留有个人使用数据", "personal data left"),
    "tag_removed": ("标识被摘剪", "tag removed"),
    "soiled": ("受污", "soiled"),
    "damaged": ("受损", "damaged"),
    "opened": ("是否拆封", "it was opened"),
    "used": ("是否激活或试用", "it was activated or tried"),
}

CONDITIONS: Mapping[str, Pair] = {
    "intact_on_receipt": ("商品在收到时应当完好", "the goods are intact when received"),
    "delivery_refused": ("拒收，或者收到后寄回", "delivery is refused, or the goods are sent back"),
    "gifts_back_or_paid": (
        "赠品一并退回，或按事先标明的价格支付",
        "gifts come back or are paid at their marked price",
    ),
    "operator_may_disprove": ("经营者可以举证否定", "the operator may disprove the flaw"),
    "recourse_on_carrier": ("其后由经营者或平台向承运人追偿", "recourse on the carrier follows"),
    "damage_share": ("损坏比例由人认定", "a person finds the share of the damage"),
}

OUTCOMES: Mapping[str, Pair] = {
    "eligible": ("符合条件", "eligible"),
    "not_eligible": ("不符合条件", "not eligible"),
    "person": ("由人判断", "a person judges"),
}

REFUSALS: Mapping[str, Pair] = {
    "excluded_goods": ("依法不适用无理由退货的商品", "goods excluded from no-reason return by law"),
    "confirmed_exclusion": ("购买时逐次确认过不适用退货", "an exclusion confirmed for this purchase"),
    "not_intact": ("商品不完好", "the goods are not intact"),
    "out_of_time": ("超过无理由退货期限", "out of time for a no-reason return"),
    "abusive_fraud_claim": (
        "以夹带、掉包、造假、敲诈方式主张",
        "a claim made by planting, swapping, forging or extortion",
    ),
}

LEGS: Mapping[str, Pair] = {
    "no_reason": ("无理由退货", "return without reason"),
    "lost": ("丢失赔付", "loss on the way"),
    "not_performed": ("未按约定提供的退款", "refund of what was not performed"),
    "cancel": ("发货前取消", "cancelling before shipment"),
    "quality_return": ("七日内质量退货", "return for quality within seven days"),
    "rescission": ("解除合同退货", "return by rescission"),
    "repair_replace": ("修理、更换、补发", "repair, replacement or re-sending"),
    "warranty": ("保修", "warranty"),
    "certified": ("认定不合格退货", "taking back what was certified substandard"),
    "fraud": ("假冒商品退货", "return of a fake"),
    "still_owed": ("补足漏发", "what is owed still"),
    "transit_damage": ("运输损坏赔偿", "damage on the way"),
    "late_rescission": ("延误退货", "return for lateness"),
    "prepaid_back": ("七日内返还预付款", "the prepayment back within seven days"),
    "refund_without_return": ("留下商品退款", "money back with the goods kept"),
    "agreement": ("协商", "agreement"),
    "abuse": ("不当主张", "abuse"),
    "promised_return": ("承诺的退货", "a promised return"),
    "promised_exchange": ("承诺的换货", "a promised exchange"),
    "promised_quality_return": ("承诺的质量退货", "a promised return for quality"),
    "promised_warranty": ("承诺的保修", "a promised warranty"),
    "promised_price_protection": ("承诺的价格保护", "a promised price protection"),
    "promised_refund_only": ("承诺的仅退款", "a promised refund without return"),
    "promised_late": ("承诺的延误赔付", "a promised sum for lateness"),
}

FLAGS: Mapping[str, Pair] = {
    "no_punitive": ("不适用惩罚性赔偿", "no punitive damages"),
    "self_run": ("自营", "self-run"),
    "merchant_unknown": ("不能提供商家信息", "the merchant can't be named"),
    "joint_liability": ("平台连带责任", "the platform is jointly liable"),
    "unsafe": ("危及安全", "dangerous goods"),
    "promised_times": ("承诺倍数赔付", "a promised multiple"),
    "operator": ("经营者", "operator"),
    "voucher_by_consent": ("经同意的优惠券", "a voucher by consent"),
    "other_demand": ("其他要求", "another demand"),
    "if_flawed": ("有质量问题的", "if a flaw is shown"),
}

FACTS: Mapping[str, Pair] = {
    "want": ("要求", "wanted"),
    "asked": ("提出日", "asked on"),
    "ordered": ("下单日", "ordered on"),
    "shipped": ("揽收日", "shipped on"),
    "signed": ("签收日", "signed for on"),
    "good": ("商品", "goods"),
    "shown": ("所述属实", "shown"),
    "serious": ("合同目的落空", "the purpose fails"),
    "timely": ("合理期间内提出", "told in reasonable time"),
    "certified": ("经认定不合格", "certified substandard"),
    "route": ("线路", "route"),
    "chose_carrier": ("消费者选定承运人", "carrier chosen by the consumer"),
    "self_run": ("自营", "self-run"),
    "platform_knew": ("平台应知而未采取措施", "platform should have known"),
    "unsafe": ("危及安全", "found dangerous"),
    "asked_of": ("首先被要求的一方", "asked first"),
    "merchant_known": ("能提供商家信息", "merchant can be named"),
    "opened": ("已拆封、下载", "opened"),
    "used": ("超出查验使用", "used beyond testing"),
    "intact": ("查验完好", "found intact"),
    "traces": ("痕迹", "traces"),
    "prepaid": ("预付款", "prepaid"),
    "prepaid_exception": ("预付款例外", "exception for prepayments"),
    "warranty_months": ("保修月数", "warranty in months"),
    "warranty_from": ("安装日", "installed on"),
    "replaced": ("更换日", "replaced on"),
    "repair_days": ("修理天数", "days in repair"),
    "days": ("天数", "days"),
    "months": ("月数", "months"),
    "until": ("截止", "until"),
    "leg": ("依据的权利", "right"),
    "open": ("成立的权利", "rights open"),
    "refusal": ("拒绝理由", "ground of refusal"),
    "last_day": ("末日", "last day"),
    "unrolled": ("未顺延的末日", "last day without roll"),
    "conditions": ("条件", "conditions"),
    "formula": ("计算公式", "formula"),
    "pays_first": ("先行承担", "pays first"),
    "burden": ("举证责任", "burden of proof"),
    "deemed_refusal": ("视为拒绝的末日", "deemed refusal after"),
    "alternatives": ("替代方案", "alternatives"),
    "routes": ("其他途径", "other routes"),
    "principal": ("预付本金", "principal"),
    "value_used": ("已用价值", "value used"),
    "at_fault": ("经营者有过错", "operator at fault"),
    "rate_bp": ("年利率（万分之）", "yearly rate in basis points"),
    "interest": ("利息", "interest"),
}

ROUTES: Mapping[str, Pair] = {
    "negotiate": ("与经营者协商", "negotiation"),
    "consumer_association": ("消费者协会", "consumers’ association"),
    "regulator_12315": ("12315投诉", "complaint to 12315"),
    "arbitration": ("仲裁", "arbitration"),
    "court": ("诉讼", "court"),
}

_ALL = (LABELS, OUTCOMES, LEGS, REFUSALS, CONDITIONS, FLAGS, ROUTES, MISSING)


_FIRST: Mapping[str, Mapping[str, Pair]] = {
    "missing": MISSING,
    "leg": LEGS,
    "open": LEGS,
    "refusal": REFUSALS,
    "conditions": CONDITIONS,
}


def named(code: str, language: str, group: str = "") -> str:
    """Any code of a judgement in words, that of its group first; the code itself where there is none."""
    tables = (_FIRST.get(group, {}), *_ALL)
    found = next((table[code] for table in tables if code in table), (code, code))
    return found[language != "zh"]


def fact(name: str, language: str) -> str:
    """What a fact or a field of a judgement is called; the name itself where there is none."""
    return FACTS.get(name, (name, name))[language != "zh"]
