"""What the codes of a complaint are called, Chinese first; ``cases.labels`` holds the one table of words."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.cases import labels
from bihuan.cases.labels import Pair
from bihuan.complaints.workflow import STATES, WORKFLOW

_KINDS: Final[Mapping[str, Pair]] = {
    "refund": ("退款", "refund"), "compensation": ("赔偿", "compensation"), "return": ("退货", "return of the goods"),
    "exchange": ("换货", "exchange"), "repair": ("修理", "repair"), "resend": ("补发", "resend"),
    "apology": ("道歉", "apology"), "voucher": ("优惠券", "voucher"), "referral": ("告知其他途径", "other routes named"),
    "explanation": ("解释说明", "explanation"), "examination": ("核查处理", "examination"),
    "measure": ("处置措施", "measure taken"), "other": ("其他", "other"),
}  # fmt: skip
_TYPES: Final[Mapping[str, Pair]] = {
    "quality": ("商品质量", "product quality"), "service": ("服务态度", "service"), "delivery": ("物流配送", "delivery"),
    "order_error": ("订单差错", "order error"), "price": ("价格争议", "price"), "refund": ("退款争议", "refund"),
    "safety": ("安全问题", "safety"), "counterfeit": ("假冒商品", "counterfeit"), "privacy": ("个人信息", "privacy"),
    "violation": ("违规举报", "report of a violation"), "other": ("其他", "other"),
}  # fmt: skip
_STEP_KINDS: Final[Mapping[str, Pair]] = {
    "data": ("调取数据", "data"), "interview": ("询问当事人", "interview"), "site_visit": ("现场核查", "on-site visit"),
    "appraisal": ("检测鉴定", "appraisal"), "analysis": ("技术分析", "analysis"), "counsel": ("法律意见", "legal opinion"),
    "recall": ("商品召回", "recall"), "suspension": ("暂停销售", "suspension of sale"),
    "draw_records": ("调取记录", "draw records in"), "request_evidence": ("要求举证", "ask for evidence"),
}  # fmt: skip

TABLES: Final[Mapping[str, Mapping[str, Pair]]] = {
    "state": STATES,
    "step": {step.name: (step.zh, step.en) for step in WORKFLOW.steps},
    "type": _TYPES,
    "matter": _TYPES,
    "demand": _KINDS,
    "kind": _KINDS,
    "step_kind": _STEP_KINDS,
    "about": {
        "goods": ("商品或商品信息", "goods or what is said of them"), "merchant": ("商家的行为", "conduct of a merchant"),
        "staff": ("平台工作人员", "staff of the platform"), "platform": ("平台的规则或页面", "rules or pages of the platform"),
        "user": ("其他用户的行为", "conduct of another user"), "other": ("其他", "other"),
    },
    "claimant": {
        "buyer": ("购买者", "buyer"), "user": ("使用者", "user"), "victim": ("受害人", "injured person"),
        "reporter": ("举报人", "reporter"),
    },
    "result": {
        "substantiated": ("属实", "substantiated"), "partly": ("部分属实", "partly substantiated"),
        "unsubstantiated": ("不属实", "not substantiated"), "undetermined": ("无法查明", "undetermined"),
        "undisputed": ("无争议", "undisputed"),
    },
    "condition": {
        "party": ("投诉人身份", "complainant"), "order_or_record": ("订单或交易记录", "order or record"),
        "matter": ("投诉事实", "matter"), "demand": ("投诉诉求", "demand"), "evidence": ("证据材料", "evidence"),
    },
    "offer_state": {
        "held": ("待批准", "waits for approval"), "open": ("待答复", "open"), "countered": ("已反提", "countered"),
        "accepted": ("已接受", "accepted"), "declined": ("未接受", "declined"), "rejected": ("未批准", "not approved"),
        "void": ("已失效", "void"),
    },
    "hold_reason": {
        "beyond_authority": ("超出权限", "beyond authority"), "below_law": ("低于法定数额", "below what the law gives"),
    },
    "extension_state": {
        "asked": ("待批准", "asked"), "approved": ("已批准，待告知", "approved, to be told"),
        "rejected": ("未批准", "rejected"), "effective": ("已生效", "in effect"), "failed": ("未及时告知", "told too late"),
    },
    "outcome": {
        "done": ("完成", "done"), "confirmed": ("证实", "confirmed"), "refuted": ("否定", "refuted"),
        "inconclusive": ("无定论", "inconclusive"), "upheld": ("支持", "upheld"), "partly_upheld": ("部分支持", "partly upheld"),
        "dismissed": ("驳回", "dismissed"), "agreed": ("达成一致", "agreed"), "failed": ("未达成一致", "failed"),
        "withdrawn": ("撤回", "withdrawn"), "declined": ("不支持", "declined"), "closed": ("办结", "closed"),
    },
    "ground": {
        "out_of_scope": ("不属受理范围", "out of scope"), "withdrawn": ("已撤回", "withdrawn"),
        "duplicate": ("重复投诉", "duplicate"), "not_supplemented": ("逾期未补正", "not supplemented"),
        "safety_accident": ("安全事故", "safety accident"), "many_people": ("涉及多人", "many people"),
        "batch_defect": ("批次缺陷", "batch defect"), "media": ("媒体关注", "media"), "other": ("其他", "other"),
        "excluded_goods": ("不适用无理由退货的商品", "goods excluded from return"),
        "confirmed_exclusion": ("购买时已确认不适用", "exclusion confirmed at purchase"),
        "not_intact": ("商品不完好", "goods not intact"), "out_of_time": ("超过期限", "out of time"),
        "abusive_fraud_claim": ("恶意索赔", "abusive fraud claim"),
        "product_quality": ("商品质量不合格", "defective product"), "misdescription": ("与描述不符", "not as described"),
        "late_dispatch": ("迟延发货", "late dispatch"), "transport_damage": ("运输损坏", "damaged in transport"),
        "lost_parcel": ("包裹丢失", "parcel lost"), "platform_error": ("平台差错", "error of the platform"),
        "service_fault": ("服务过失", "fault in service"), "misuse": ("使用不当", "misuse"),
        "evidence_default": ("逾期未举证", "no evidence in time"), "compensation": ("涉及赔偿", "compensation"),
        "litigation": ("涉及诉讼", "litigation"), "new_evidence": ("有新证据", "new evidence"),
        "procedure": ("程序问题", "procedure"), "amount": ("对数额不服", "amount"), "liability": ("对责任认定不服", "liability"),
    },
    "what": {
        "photo": ("照片", "photographs"), "video": ("视频", "video"), "chat_record": ("聊天记录", "chat record"),
        "invoice": ("发票凭证", "invoice"), "inspection_report": ("检验报告", "inspection report"),
        "shipment_proof": ("发货及物流凭证", "proof of shipment"), "product_certificate": ("合格证明", "product certificate"),
        "statement": ("书面说明", "written statement"), "other": ("其他", "other"),
    },
    "body": {
        "consumer_association": ("消费者协会", "consumer association"), "mediation_committee": ("人民调解委员会", "mediation committee"),
        "industry_association": ("行业协会", "industry association"), "regulator": ("市场监管部门", "market regulator"),
    },
    "plan": {
        "safety_1": ("一级安全预案", "safety plan, level 1"), "safety_2": ("二级安全预案", "safety plan, level 2"),
        "media_1": ("舆情应对预案", "media plan"), "batch_1": ("批次召回预案", "batch recall plan"),
    },
    "to": {"complex": ("复杂", "complex"), "special": ("特殊", "special")},
    "field": {
        "channel": ("渠道", "channel"), "order_number": ("订单号", "order number"), "merchant_id": ("商家", "merchant"),
        "partner_id": ("承运方", "carrier"), "transaction_record": ("交易记录", "transaction record"),
        "text": ("说明", "text"), "evidence": ("证据材料", "evidence"),
    },
    "code": {"personal_data": ("个人信息", "personal data")},
    "stage": {"investigation": ("调查", "investigation"), "investigation_opened": ("已启动调查", "investigation opened")},
    "reason": {
        "beyond_authority": ("超出权限", "beyond authority"), "below_law": ("低于法定数额", "below what the law gives"),
        "told_late": ("告知过晚", "told too late"), "safety_accident": ("安全事故", "safety accident"),
        "many_people": ("涉及多人", "many people"), "batch_defect": ("批次缺陷", "batch defect"),
        "media": ("媒体关注", "media"), "other": ("其他", "other"), "compensation": ("涉及赔偿", "compensation"),
        "litigation": ("涉及诉讼", "litigation"), "calendar": ("放假安排公布", "calendar published"),
    },
    "finding": {
        "fraud": ("是否欺诈", "fraud"), "knew": ("是否明知", "knowledge"), "known_defect": ("是否明知缺陷", "knowledge of the defect"),
        "harm": ("损害程度", "harm"), "punitive_amount": ("惩罚性赔偿数额", "amount of punitive damages"),
        "minimum_per_claim": ("是否一次主张", "one claim or several"), "loss": ("损失数额", "loss"),
    },
}  # fmt: skip

_GROUPS: Final[Mapping[str, str]] = {
    "complaint.step_opened.step": "step_kind", "complaint.step_done.step": "step_kind",
    "complaint.step_handed_over.step": "step_kind", "first_step": "step_kind", "missing": "condition", "fields": "field",
    "complaint.checked.result": "check",
}  # fmt: skip


def install() -> None:
    """Add the words to the one table; done once at the start."""
    labels.add(TABLES, _GROUPS)
