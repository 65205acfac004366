"""Words of the room for codes, in both languages."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.utils.translation import get_language

from bihuan.cases import labels

Pair = tuple[str, str]
WORDS: Final[Mapping[str, Mapping[str, Pair]]] = {
    "weekday": {
        "1": ("周一", "Mon"), "2": ("周二", "Tue"), "3": ("周三", "Wed"), "4": ("周四", "Thu"), "5": ("周五", "Fri"),
        "6": ("周六", "Sat"), "7": ("周日", "Sun"),
    },
    "figure": {
        "set": ("本平台设定", "set by this platform"), "measured": ("实测", "measured"), "assumed": ("编者设定", "assumed"),
    },
    "taker": {"program": ("程序自动", "the program"), "system": ("对接系统", "a connected system")},
    "state": {
        "invited": ("待加入", "invited"), "active": ("在用", "active"), "locked": ("已停用", "locked"),
        "left": ("已离岗", "left"), "erased": ("已删除", "erased"), "closed": ("已停用", "closed"),
    },
    "kind": {
        "staff": ("员工", "staff"), "merchant": ("商家人员", "merchant user"), "partner": ("合作方人员", "partner user"),
    },
    "organisation": {
        "platform": ("平台", "platform"), "merchant": ("商家", "merchant"), "agency": ("机构", "agency"),
        "carrier": ("承运方", "carrier"), "authority": ("主管部门", "authority"),
    },
    "department": {
        "service": ("客服", "service"), "technical": ("品控技术", "technical"), "legal": ("法务", "legal"),
        "product": ("商品", "product"), "marketing": ("市场", "marketing"), "management": ("管理层", "management"),
    },
    "education": {
        "primary": ("小学", "primary school"), "junior_high": ("初中", "junior high school"),
        "senior_high": ("高中或中专", "senior high school"), "college": ("大专", "college"),
        "bachelor": ("本科", "bachelor"), "master": ("硕士", "master"), "doctor": ("博士", "doctor"),
    },
    "skill": {
        "any": ("全部类型", "every type"), "quality": ("商品质量", "product quality"), "service": ("服务态度", "service"),
        "delivery": ("物流配送", "delivery"), "order_error": ("订单差错", "order error"), "price": ("价格争议", "price"),
        "refund": ("退款争议", "refund"), "safety": ("安全问题", "safety"), "counterfeit": ("假冒商品", "counterfeit"),
        "privacy": ("个人信息", "privacy"), "violation": ("违规举报", "violation"), "other": ("其他", "other"),
    },
    "kept": {
        "ended_cases": ("已办结工单的个人信息", "personal data of ended cases"),
        "drafts": ("消费者的草稿", "drafts of consumers"), "uploads": ("未传完的文件", "files that were not sent to the end"),
    },
    "absence": {
        "leave": ("休假", "leave"), "illness": ("病假", "illness"), "training": ("培训", "training"),
        "business": ("公出", "business trip"), "other": ("其他", "other"),
    },
    "lock": {
        "suspended": ("停职", "suspended"), "security": ("账号安全", "account security"),
        "long_absence": ("长期缺勤", "long absence"), "other": ("其他", "other"),
    },
    "leaving": {
        "resigned": ("辞职", "resigned"), "dismissed": ("解除合同", "dismissed"), "transferred": ("调离", "transferred"),
        "retired": ("退休", "retired"), "other": ("其他", "other"),
    },
    "revocation": {
        "failed_exam": ("考核不合格", "failed examination"), "violation": ("违规", "violation"), "other": ("其他", "other"),
    },
    "unfit": {
        "not_a_worker": ("未办理入职", "not hired"), "left": ("已离职", "has left"), "education": ("学历不足", "education below senior high"),
        "no_certificate": ("无有效上岗证", "no certificate in force"), "absent": ("缺勤中", "absent"),
        "off_shift": ("不在班", "off shift"), "skill": ("技能不符", "skill missing"),
    },
    "presence": {"online": ("在线", "online"), "busy": ("忙碌", "busy"), "offline": ("离线", "offline")},
    "job": {
        "todo": ("等待执行", "waiting"), "doing": ("执行中", "running"), "failed": ("失败", "failed"),
        "cancelled": ("已放弃", "given up"), "succeeded": ("已完成", "done"),
    },
    "backup": {
        "waiting": ("排队中", "waiting"), "running": ("备份中", "being written"), "ended": ("已核对", "verified"),
        "failed": ("失败", "failed"),
    },
    "notice": {"failed": ("未能发出", "failed"), "bounced": ("被退回", "came back")},
    "channel": {
        "station": ("站内信", "station letter"), "sms": ("短信", "SMS"), "mail": ("邮件", "mail"), "push": ("推送", "push"),
        "webhook": ("接口通知", "webhook"),
    },
    "sign": {"good": ("正常", "well"), "watch": ("请留意", "look at it"), "bad": ("异常", "broken")},
    "thing": {
        "worker": ("后台进程", "Worker"), "database": ("数据库", "Database"), "jobs": ("后台任务", "Jobs"),
        "notices": ("通知", "Notices"), "anchors": ("履历锚点", "Anchors"), "backups": ("备份", "Backups"),
    },
    "phrase": {"reason": ("理由", "Reasons"), "category": ("类别", "Categories"), "reply": ("快捷回复", "Quick replies")},
    "part": {
        "title": ("标题", "Title"), "body": ("正文（邮件、站内信）", "Body (mail, station letter)"), "sms": ("短信", "SMS"),
        "push": ("推送", "Push"),
    },
    "audience": {
        "complainant": ("投诉人", "complainant"), "party": ("当事方", "party"), "staff": ("员工", "staff"), "person": ("本人", "the person"),
    },
    "nature": {
        "statutory": ("法定", "statutory"), "norm": ("规范要求", "norm"), "contract": ("合同约定", "contract"),
        "editorial": ("本平台设定", "set by this platform"),
    },
    "day": {"off": ("放假", "day off"), "work": ("补班", "make-up day"), "": ("按平常", "as usual")},
    "class": {
        "general": ("一般", "general"), "complex": ("复杂", "complex"), "special": ("特殊", "special"),
        "normal": ("普通", "normal"), "urgent": ("紧急", "urgent"), "critical": ("特急", "critical"), "major": ("重大", "major"),
        "default": ("其他情形", "otherwise"), "fixed": ("时限", "limit"),
    },
    "of": {"": ("通用", "everywhere")},
}  # fmt: skip
_ALSO: Final = {"of": "skill"}
_SHARED: Final = {"skill": "type", "taker": "role"}
"""Groups whose words are those of another group of ``cases.labels``."""


def language() -> str:
    """``zh`` or ``en``: the language of the page."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def word(group: str, code: str) -> str:
    """The word for a code: of the room's tables, else of the one table of ``cases.labels``, else as it is."""
    table = WORDS.get(group, {})
    pair = table.get(code) or WORDS.get(_ALSO.get(group, ""), {}).get(code)
    if pair is None:
        return labels.label(_SHARED.get(group, group), code, language())
    return pair[0] if language() == "zh" else pair[1]


def codes_of(group: str) -> Collection[str]:
    """The codes that have words: of the room's table, else of the one table of ``cases.labels``."""
    return WORDS.get(group) or labels.table(group)


def choices(group: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """``(code, word)`` of a group for a form, in the language of the page."""
    return [(code, word(group, code)) for code in (codes_of(group) if codes is None else codes)]


def said(texts: Mapping[str, str] | None) -> str:
    """A text of a rulebook in the language of the page; Chinese where there is no other."""
    return str(texts.get(language()) or texts.get("zh") or "") if texts else ""
