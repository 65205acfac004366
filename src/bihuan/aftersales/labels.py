"""What the codes of after-sales are called, Chinese first; ``cases.labels`` holds the one table of words."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.aftersales.workflow import STATES, WORKFLOW
from bihuan.cases import labels
from bihuan.cases.labels import Pair

_OWN_KINDS: Final[Mapping[str, Pair]] = {
    "refund_only": ("仅退款", "refund without return"), "price_protection": ("价格保护", "price protection"),
}  # fmt: skip
_KINDS: Final[Mapping[str, Pair]] = {
    "return": ("退货", "return of the goods"), "exchange": ("换货", "exchange"), "repair": ("修理", "repair"),
    "resend": ("补发", "resend"), **_OWN_KINDS,
}  # fmt: skip
GROUNDS: Final[Mapping[str, Pair]] = {
    "no_reason": ("七日无理由", "no reason given (7 days)"), "quality": ("质量问题", "defect"),
    "not_as_described": ("与描述不符", "not as described"), "fake": ("假冒商品", "counterfeit"),
    "certified_defect": ("行政部门认定不合格", "found non-conforming by an authority"),
    "wrong_item": ("发错商品", "wrong item"), "damaged_in_transit": ("运输损坏", "damaged in transport"),
    "missing_item": ("少件漏发", "something missing"), "lost": ("包裹丢失", "parcel lost"),
    "late": ("超时未送达", "late delivery"), "not_performed": ("未提供服务", "not performed"),
    "price_drop": ("降价", "price reduced"),
}  # fmt: skip

TABLES: Final[Mapping[str, Mapping[str, Pair]]] = {
    "state": STATES,
    "step": {
        **{step.name: (step.zh, step.en) for step in WORKFLOW.steps},
        "approve_refund": ("审批超限退款", "Approve the refund above the limit"),
    },
    "type": _KINDS,
    "kind": _KINDS,
    "aftersales_ground": GROUNDS,
    "material": {
        "photo": ("商品照片", "photos of the goods"), "video": ("问题视频", "video of the problem"),
        "packaging": ("外包装和面单照片", "photos of packaging and label"),
        "inspection_report": ("检验鉴定报告", "inspection report"),
        "certificate": ("不合格认定文书", "authority's finding"), "price_proof": ("降价截图", "picture of the lower price"),
        "shipment_proof": ("物流凭证", "proof of shipment"), "statement": ("情况说明", "statement"),
    },
    "condition_found": {
        "intact": ("完好", "intact"), "worn": ("有使用痕迹", "worn"), "damaged": ("损坏", "damaged"),
        "wrong": ("不是原商品", "not the goods sold"), "missing": ("缺件", "missing"),
    },
    "alternative": {
        **_KINDS, "voucher": ("优惠券（须您同意）", "voucher (with consent)"), "negotiate": ("与商家协商", "settle with the merchant"),
        "complaint": ("转为投诉", "open a complaint"),
        "voucher_by_consent": ("优惠券（须您明确同意）", "a voucher, with your express consent"),
        "agreement": ("与商家另行约定", "an agreement with the merchant"),
    },
    "goods": {
        "custom": ("定作商品", "made to order"), "perishable": ("鲜活易腐", "perishable"), "digital": ("数字化商品", "digital goods"),
        "newspaper": ("报纸期刊", "newspapers"), "food": ("食品", "food"), "cosmetics": ("化妆品", "cosmetics"),
        "medical": ("医疗用品", "medical goods"), "electronics": ("电子产品", "electronics"), "textile": ("纺织服装", "textiles"),
        "durable": ("耐用品", "durable goods"), "ordinary": ("一般商品", "ordinary goods"),
    },
    "eligibility": {
        "eligible": ("符合条件", "due"), "not_eligible": ("不符合条件", "not due"), "person": ("须人工判断", "a person must judge"),
    },
    "decision": {"approved": ("同意", "approved"), "declined": ("未通过", "declined")},
    "ruling": {
        "granted": ("支持消费者", "for the consumer"), "partly": ("部分支持", "in part"), "rejected": ("不支持", "against the claim"),
    },
    "outcome": {
        "refunded": ("已退款", "refunded"), "exchanged": ("已换货", "exchanged"), "repaired": ("已修理", "repaired"),
        "resent": ("已补发", "sent"), "rejected": ("不予退款", "no refund"), "nothing_left": ("此前已全部退还", "refunded before"),
    },
    "payer": {
        "merchant": ("商家承担", "merchant"), "platform": ("平台承担", "platform"), "consumer": ("消费者承担", "consumer"), "": ("不涉及", "none"),
    },
    "mishap": {"lost": ("丢失", "lost"), "damaged": ("损坏", "damaged")},
    "direction": {"back": ("寄回", "back"), "out": ("寄给消费者", "to the consumer")},
    "parcel": {
        "registered": ("已登记", "registered"), "in_transit": ("运输中", "in transit"), "delivering": ("派送中", "delivering"),
        "delivered": ("已签收", "delivered"), "lost": ("丢失", "lost"), "damaged": ("损坏", "damaged"), "preparing": ("待揽收", "preparing"),
        "refused": ("拒收", "refused"), "returned": ("已退回", "returned"),
    },
    "part": {
        "price": ("商品款", "price"), "freight": ("寄出运费", "outward freight"), "freight_back": ("退货运费", "return freight"),
        "supplement": ("异议后补退", "awarded on top"), "promise": ("承诺赔付", "promised compensation"),
    },
    "why": {
        "finding": ("验货有问题", "finding of the inspection"), "objection": ("消费者有异议", "objection"),
        "review": ("原决定待复核", "the decision is under review"), "parcel_lost": ("退货丢失", "return parcel lost"), "parcel_damaged": ("退货途中损坏", "return parcel damaged"),
    },
    "silence": {"approve": ("按平台规则同意", "approved by the platform's rule"), "platform": ("由平台人员决定", "a person of the platform decides")},
    "uninspected": {"intact": ("商品按完好处理", "the goods are taken as intact"), "platform": ("由平台人员验货", "a person of the platform inspects")},
    "repair_note": {"progress": ("维修中", "under repair")},
    "by": {"agreement": ("双方协商", "agreement")},
    "fact_found": {
        "shown.yes": ("所述情况属实", "it is as the consumer says"), "shown.no": ("所述情况不属实", "it is not as the consumer says"),
        "certified.yes": ("有关部门认定不合格", "an authority found the goods substandard"),
        "certified.no": ("有关部门未认定不合格", "no authority found the goods substandard"),
        "serious.yes": ("合同目的不能实现", "the purpose of the contract fails"), "serious.no": ("合同目的仍能实现", "the purpose can still be reached"),
        "timely.yes": ("在合理期间内提出", "told within reasonable time"), "timely.no": ("超过合理期间提出", "told after reasonable time"),
        "unsafe.yes": ("商品危及人身、财产安全", "the goods endanger people or property"), "unsafe.no": ("未发现安全危险", "no danger was found"),
        "abuse.none": ("不存在不当主张", "no abuse was found"), "abuse.harmless_label_flaw": ("仅为无害的标签瑕疵", "only a harmless flaw of the label"),
        "abuse.planted": ("夹带", "planted"), "abuse.swapped": ("掉包", "swapped"), "abuse.forged": ("造假", "forged"), "abuse.extortion": ("敲诈", "extortion"),
        "intact.yes": ("商品完好", "the goods are intact"), "intact.no": ("商品不完好", "the goods are not intact"),
        "opened.yes": ("已拆封、下载", "opened or downloaded"), "opened.no": ("未拆封、未下载", "neither opened nor downloaded"),
        "used.yes": ("已激活或者超出查验使用", "activated, or used beyond testing"), "used.no": ("未超出查验使用", "not used beyond testing"),
        "traces.none": ("没有使用痕迹", "no traces of use"), "traces.seal_broken": ("一次性密封包装损坏", "one-time seal broken"),
        "traces.tampered": ("擅自维修改动", "tampered with"), "traces.activated": ("有激活痕迹", "traces of activation"),
        "traces.data_left": ("留有个人使用数据", "personal data left"), "traces.tag_removed": ("标识被摘剪", "tag removed"),
        "traces.soiled": ("受污", "soiled"), "traces.damaged": ("受损", "damaged"),
        "confirmed.none": ("购买时没有逐次确认", "no exclusion was confirmed for this purchase"),
        "confirmed.opened_affects_safety": ("逐次确认过：拆封易影响安全", "confirmed for this purchase: unsafe once opened"),
        "confirmed.activated_loses_value": ("逐次确认过：激活后贬值较大", "confirmed for this purchase: loses value once activated"),
        "confirmed.near_expiry_or_flawed": ("逐次确认过：临期或者有瑕疵", "confirmed for this purchase: near expiry or flawed"),
        "preticked.yes": ("确认为默认勾选", "the box was ticked beforehand"), "preticked.no": ("确认由消费者自行勾选", "the consumer ticked the box"),
        "making_begun.yes": ("定作已经开始", "making has begun"), "making_begun.no": ("定作尚未开始", "making has not begun"),
        "durable.yes": ("属于耐用商品", "these are durable goods"), "installed.on": ("安装日期", "installed on"),
        "prepaid.yes": ("属于预付款", "this is a prepayment"), "prepaid.no": ("不属于预付款", "this is no prepayment"),
        "prepaid_exception.yes": ("属于预付款不返还的例外", "an exception for prepayments applies"),
        "prepaid_exception.no": ("不属于预付款的例外", "no exception for prepayments applies"),
        "chose_carrier.yes": ("消费者另行选定承运人", "the consumer chose the carrier"), "chose_carrier.no": ("承运人由商家选定", "the merchant chose the carrier"),
        "route.same_city": ("同城寄递", "sent within the city"), "route.domestic": ("国内异地寄递", "sent within the country"),
        "route.international": ("国际寄递", "sent across the border"),
        "self_run.yes": ("标为自营", "labelled self-run"), "self_run.no": ("不是自营", "not self-run"),
        "merchant_known.yes": ("能提供商家真实信息", "the merchant can be named"), "merchant_known.no": ("不能提供商家真实信息", "the merchant can't be named"),
        "platform_knew.yes": ("平台知道或应当知道而未采取措施", "the platform knew or should have known and took no measures"),
        "platform_knew.no": ("平台不知道也不应当知道", "the platform neither knew nor should have known"),
    },
    "review": {
        "open": ("待复核", "to be reviewed"), "upheld": ("维持原决定", "upheld"), "reopened": ("重新决定", "taken anew"),
        "settled": ("随争议一并裁定", "decided with the dispute"),
    },
    "contradiction": {
        "due": ("拒绝过，现应当支持", "refused, and now found due"), "ground_gone": ("拒绝的依据不再成立", "the ground of the refusal is gone"),
        "not_due": ("同意过，现有拒绝的依据", "granted, and now a ground speaks against it"), "unclear": ("由规则同意过，现须人工判断", "granted by rule, and now for a person"),
    },
}  # fmt: skip
_GROUPS: Final[Mapping[str, str]] = {
    "aftersales.received.ground": "aftersales_ground", "aftersales.applied.ground": "aftersales_ground",
    "aftersales.recourse_due.ground": "aftersales_ground", "materials": "material",
    "aftersales.fact_found.finding": "fact_found", "aftersales.decision_contradicted.why": "contradiction",
    "aftersales.decision_reviewed.outcome": "review",
    "aftersales.judged.outcome": "eligibility", "aftersales.judged.articles": "article",
    "aftersales.decision_told.outcome": "decision", "aftersales.condition_decided.outcome": "ruling",
    "findings": "condition_found", "alternatives": "alternative", "aftersales.parcel_moved.state": "parcel",
    "aftersales.parcel_lost.what": "mishap", "freight": "payer", "aftersales.decision_passed.rule": "silence",
    "aftersales.inspection_passed.rule": "uninspected",
    "aftersales.refund_initiated.kind": "part", "aftersales.repair_noted.what": "repair_note",
    "aftersales.turned_to_refund.before": "kind", "aftersales.demand_changed.before": "kind",
}  # fmt: skip


def install() -> None:
    """Add the words to the one table; done once at the start."""
    labels.add(TABLES, _GROUPS)
