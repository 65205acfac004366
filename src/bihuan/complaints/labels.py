"""What codes are called on every site, Chinese first: the one table of words.

``label("type", "quality", "zh")`` gives 商品质量; a code that is not in the table is shown as it is.
"""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bihuan.complaints.workflow import STATES, WORKFLOW
from bihuan.journal.events import sentence

Pair = tuple[str, str]

_PARTIES: Final[Mapping[str, Pair]] = {
    "merchant": ("商家", "merchant"), "platform": ("平台", "platform"), "third_party": ("第三方", "third party"),
    "consumer": ("消费者", "consumer"), "shared": ("各方分担", "shared"), "undecided": ("尚未认定", "not decided"),
    "carrier": ("承运方", "carrier"),
}  # fmt: skip
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

LABELS: Final[Mapping[str, Mapping[str, Pair]]] = {
    "state": STATES,
    "step": {step.name: (step.zh, step.en) for step in WORKFLOW.steps},
    "type": _TYPES,
    "matter": _TYPES,
    "demand": _KINDS,
    "kind": _KINDS,
    "step_kind": _STEP_KINDS,
    "urgency": {"normal": ("一般", "normal"), "urgent": ("紧急", "urgent"), "critical": ("特急", "critical")},
    "severity": {"normal": ("普通", "normal"), "major": ("重大", "major")},
    "complexity": {"general": ("一般", "general"), "complex": ("复杂", "complex"), "special": ("特殊", "special")},
    "channel": {
        "site": ("网站", "site"), "api": ("接口", "API"), "telephone": ("电话", "telephone"),
        "walk_in": ("当面", "walk-in"), "social": ("社交媒体", "social media"), "mail": ("邮件", "mail"),
        "regulator": ("监管转办", "regulator"), "station": ("站内信", "station letter"), "sms": ("短信", "SMS"),
        "sink": ("演示通道", "demo channel"), "push": ("推送", "push"), "webhook": ("接口通知", "webhook"),
    },
    "liable": _PARTIES,
    "party": _PARTIES,
    "about": {
        "goods": ("商品或商品信息", "goods or what is said of them"), "merchant": ("商家的行为", "conduct of a merchant"),
        "staff": ("平台工作人员", "staff of the platform"), "platform": ("平台的规则或页面", "rules or pages of the platform"),
        "user": ("其他用户的行为", "conduct of another user"), "other": ("其他", "other"),
    },
    "claimant": {
        "buyer": ("购买者", "buyer"), "user": ("使用者", "user"), "victim": ("受害人", "injured person"),
        "reporter": ("举报人", "reporter"),
    },
    "by": {
        **_PARTIES, "staff": ("平台人员", "staff"), "partner": ("合作方", "partner"), "program": ("系统", "the program"),
        "system": ("外部系统", "outside system"), "agent": ("客服", "agent"),
    },
    "department": {
        "service": ("客服", "service"), "technical": ("品控技术", "technical"), "legal": ("法务", "legal"),
        "product": ("商品", "product"), "marketing": ("市场", "marketing"), "management": ("管理层", "management"),
    },
    "result": {
        "substantiated": ("属实", "substantiated"), "partly": ("部分属实", "partly substantiated"),
        "unsubstantiated": ("不属实", "not substantiated"), "undetermined": ("无法查明", "undetermined"),
        "undisputed": ("无争议", "undisputed"),
    },
    "check": {"pass": ("通过", "passed"), "fail": ("未通过", "failed"), "unknown": ("未知", "unknown")},
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
    "verdict": {
        "running": ("计时中", "running"), "held": ("中止", "on hold"), "overdue": ("已逾期", "overdue"),
        "met": ("按时", "met"), "late": ("超时", "late"), "cancelled": ("取消", "cancelled"),
        "provisional": ("暂定", "provisional"),
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
    "authority": {
        "regulator_12315": ("12315 平台", "12315 platform"), "market_regulator": ("市场监管部门", "market regulator"),
        "consumer_association": ("消费者协会", "consumer association"), "court": ("人民法院", "court"), "other": ("其他机构", "other body"),
    },
    "plan": {
        "safety_1": ("一级安全预案", "safety plan, level 1"), "safety_2": ("二级安全预案", "safety plan, level 2"),
        "media_1": ("舆情应对预案", "media plan"), "batch_1": ("批次召回预案", "batch recall plan"),
    },
    "via": {"call": ("电话", "call"), "questionnaire": ("问卷", "questionnaire"), "message": ("消息", "message")},
    "audience": {
        "consumer": ("消费者", "consumer"), "merchant": ("商家", "merchant"), "third_party": ("第三方", "third party"),
        "internal": ("内部", "internal"),
    },
    "to": {"complex": ("复杂", "complex"), "special": ("特殊", "special")},
    "field": {
        "channel": ("渠道", "channel"), "order_number": ("订单号", "order number"), "merchant_id": ("商家", "merchant"),
        "partner_id": ("承运方", "carrier"), "transaction_record": ("交易记录", "transaction record"),
        "text": ("说明", "text"), "evidence": ("证据材料", "evidence"),
    },
    "code": {"personal_data": ("个人信息", "personal data")},
    "rule": {"named": ("指定", "named"), "load": ("按负荷", "by load"), "taken": ("自领", "taken")},
    "route": {
        "negotiate": ("与经营者协商", "negotiate"), "consumer_association": ("请消费者协会调解", "consumer association"),
        "regulator_12315": ("向12315投诉", "complain to 12315"), "arbitration": ("申请仲裁", "arbitration"),
        "court": ("向法院起诉", "sue in court"),
    },
    "order_status": {
        "placed": ("已下单", "placed"), "paid": ("已付款", "paid"), "shipped": ("已发货", "shipped"),
        "received": ("已收货", "received"), "completed": ("已完成", "completed"), "cancelled": ("已取消", "cancelled"),
    },
    "shipment": {
        "preparing": ("备货中", "preparing"), "in_transit": ("运输中", "in transit"), "delivering": ("派送中", "delivering"),
        "delivered": ("已签收", "delivered"), "refused": ("拒收", "refused"), "returned": ("已退回", "returned"),
        "lost": ("丢失", "lost"), "collected": ("已揽收", "collected"), "arrived": ("到达", "arrived"),
        "departed": ("离开", "departed"), "out_for_delivery": ("派送中", "out for delivery"), "exception": ("异常", "exception"),
    },
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
    "role": {
        "agent": ("客服", "agent"), "supervisor": ("主管", "supervisor"), "manager": ("经理", "manager"),
        "counsel": ("法务", "counsel"), "auditor": ("审计", "auditor"), "administrator": ("管理员", "administrator"),
    },
    "link": {
        "related": ("关联", "related"), "merged_into": ("已并入该工单", "merged into it"), "merged_in": ("并入本案", "merged in"),
        "split_from": ("由该工单拆出", "split off from it"), "split_off": ("由本案拆出", "split off"),
    },
    "record": {
        "order": ("订单", "order"), "order_log": ("订单日志", "order log"), "shipment": ("物流", "shipment"), "track": ("轨迹", "track"),
    },
}  # fmt: skip

_OF_EVENTS: Final[Mapping[str, str]] = {
    "complaint.step_opened": "step_kind", "complaint.step_done": "step_kind", "complaint.step_handed_over": "step_kind",
}  # fmt: skip
_GROUP_OF_DATA: Final[Mapping[str, str]] = {
    "first_step": "step_kind", "missing": "condition", "routes": "route", "kinds": "record", "fields": "field",
}  # fmt: skip


def label(group: str, code: str, language: str) -> str:
    """The word for a code in a language; the code itself where the table does not know it."""
    pair = LABELS.get(group, {}).get(code)
    if pair is None:
        return code
    return pair[0] if language.startswith("zh") else pair[1]


def words(event: str, data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data of an event with words for its codes, for the event's sentence."""
    return {name: _word(event, name, value, language) for name, value in data.items()}


def told(event: str, data: Mapping[str, Any], language: str) -> str:
    """The sentence of an event for people: words for codes, yuan for fen, 24:00 for the end of a day."""
    said = sentence(event, words(event, data, language), language)
    return said.replace("（—）", "").replace(" (—)", "")


def _word(event: str, name: str, value: Any, language: str) -> Any:
    if name == "result" and event == "complaint.checked":
        return label("check", str(value), language)
    if name in _READERS:
        return _READERS[name](value, language)
    if name.endswith("_at"):
        return _moment(str(value))
    group = _GROUP_OF_DATA.get(name, name)
    if name == "step":
        group = _OF_EVENTS.get(event, "step_kind")
    if isinstance(value, list):
        joint = "、" if language.startswith("zh") else ", "
        return joint.join(label(group, str(one), language) for one in value)
    if isinstance(value, Mapping):
        joint = "、" if language.startswith("zh") else ", "
        return joint.join(f"{label('party', str(k), language)} {v}%" for k, v in value.items())
    return label(group, value, language) if isinstance(value, str) else value


def _moment(value: str) -> str:
    return f"{datetime.fromisoformat(value).astimezone(_ZONE):%Y-%m-%d %H:%M}"


def ends(value: Any, language: str) -> str:
    """A due time: midnight is 24:00 of the day before."""
    local = datetime.fromisoformat(str(value)).astimezone(_ZONE)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def _money(value: Any, language: str) -> str:
    return f"¥{int(value) // 100:,}.{int(value) % 100:02d}"


def _level(value: Any, language: str) -> str:
    """50% stays; -2h is two hours before the end, 1wd a working day after it."""
    found = _LEVEL.fullmatch(str(value))
    if found is None:
        return str(value)
    zh, en = _UNITS[found[3]]
    number = found[2]
    if language.startswith("zh"):
        return f"{'提前' if found[1] else '超期'}{number}{zh}"
    return f"{number} {en}{'' if number == '1' else 's'} {'before the end' if found[1] else 'overdue'}"


def _count(value: Any, language: str) -> str:
    """How many options, in place of the numbers of the rules that gave them."""
    return f"{len(value)} 种" if language.startswith("zh") else str(len(value))


_ZONE: Final = ZoneInfo("Asia/Shanghai")
_LEVEL: Final = re.compile(r"(-?)(\d+)(s|m|h|d|wd|bh|mo|y)")
_UNITS: Final[Mapping[str, Pair]] = {
    "s": ("秒", "second"), "m": ("分钟", "minute"), "h": ("小时", "hour"), "d": ("天", "day"),
    "wd": ("个工作日", "working day"), "bh": ("个工作小时", "working hour"), "mo": ("个月", "month"), "y": ("年", "year"),
}  # fmt: skip
_READERS: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "due_at": ends, "until_at": ends, "amount": _money, "level": _level, "rules": _count,
}  # fmt: skip
