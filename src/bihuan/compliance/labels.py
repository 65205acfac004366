"""Words of the oversight site for codes, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import get_language

_WORDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "outcome": {
        "met": ("按时", "met"),
        "late": ("超时", "late"),
        "overdue": ("逾期未结", "overdue"),
        "open": ("计时中", "open in time"),
        "running": ("计时中", "running"),
        "held": ("中止", "on hold"),
        "cancelled": ("取消", "cancelled"),
        "provisional": ("暂定", "provisional"),
        "imported": ("导入", "imported"),
        "counted": ("计入比率", "in the rate"),
    },
    "nature": {
        "statutory": ("法定", "statutory"),
        "norm": ("规范要求", "norm"),
        "contract": ("合同约定", "contract"),
        "editorial": ("本平台设定", "set by this platform"),
    },
    "kind": {
        "deadline": ("时限", "deadline"),
        "check": ("核验", "check"),
        "control": ("管控", "control"),
        "duty": ("义务", "duty"),
        "record": ("记录", "record"),
        "target": ("指标", "target"),
        "phrase": ("用语", "phrase"),
        "remedy": ("救济", "remedy"),
        "sanction": ("处罚", "sanction"),
    },
    "subject": {
        "case": ("工单", "case"),
        "person": ("人员", "person"),
        "organisation": ("组织", "organisation"),
        "rulebook": ("规范库", "rulebook"),
        "clause": ("条款", "clause"),
        "notice": ("通知", "notice"),
        "evidence": ("证据", "evidence"),
        "refund": ("退款", "refund"),
        "verification": ("核验", "verification"),
        "anchor": ("锚点", "anchor"),
    },
    "place": {
        "file": ("文件", "file"),
        "host": ("另一主机", "second host"),
        "mail": ("邮件", "mail"),
    },
    "signature": {
        "valid": ("签名有效", "signature valid"),
        "foreign": ("非本系统密钥", "key is not ours"),
        "broken": ("签名无效", "signature broken"),
    },
    "run": {
        "waiting": ("排队中", "waiting"),
        "running": ("核验中", "running"),
        "ended": ("已完成", "ended"),
        "failed": ("未能完成", "could not be carried out"),
    },
    "failure": {
        "lost": ("后台任务中断", "the job was lost"),
    },
    "carriage": {
        "carried": ("已执行", "carried"),
        "planned": ("计划中", "planned"),
    },
    "by": {
        "clause": ("按条款", "by clause"),
        "merchant": ("按商家", "by merchant"),
        "team": ("按班组", "by team"),
    },
    "preset": {
        "this_month": ("本月", "This month"),
        "last_month": ("上月", "Last month"),
        "quarter": ("本季度", "This quarter"),
        "last_quarter": ("上季度", "Last quarter"),
    },
    "fact": {
        "flow": ("业务", "flow"),
        "type": ("投诉类型", "type"),
        "severity": ("严重程度", "severity"),
        "complexity": ("复杂程度", "complexity"),
        "urgency": ("紧急程度", "urgency"),
        "channel": ("渠道", "channel"),
        "liable": ("责任方", "liable party"),
        "feedback": ("反馈类别", "kind of feedback"),
        "default": ("其他情形", "otherwise"),
    },
    "group": {
        "merchant": ("商家", "merchant"),
        "team": ("班组", "team"),
    },
    "departure": {
        "off": ("停用", "switched off"),
        "limit": ("自定时限", "own figure"),
        "text": ("自有文本", "own text"),
        "added": ("自有条款", "own clause"),
    },
    "class": {
        "general": ("一般", "general"),
        "complex": ("复杂", "complex"),
        "special": ("特殊", "special"),
        "normal": ("普通", "normal"),
        "urgent": ("紧急", "urgent"),
        "critical": ("特急", "critical"),
        "major": ("重大", "major"),
        "default": ("其他情形", "otherwise"),
    },
    "changed": {
        "limit": ("时限", "limit"),
        "text": ("条文", "wording"),
        "other": ("其他", "other keys"),
    },
    "unsure": {
        "text": (
            "起算时的条文或日历未存于本系统",
            "the text or calendar that they were counted by is not stored here",
        ),
        "limit": (
            "假设的时限没有覆盖其类别，或其最初类别无法确定",
            "the other limit names no length for their class, or their first class is not certain",
        ),
        "replay": (
            "按原时限重算与当时结果不一致",
            "counted anew under their own limit they come out otherwise than they did",
        ),
    },
    "side": {
        "missed": ("逾期（超时或逾期未结）", "missed (late or overdue)"),
        "kept": ("未逾期", "not missed"),
    },
}


def language() -> str:
    """``zh`` or ``en``: the language of the page."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def word(group: str, code: str) -> str:
    """The word for a code; a code that is not in the table is shown as it is."""
    pair = _WORDS[group].get(code, (code, code))
    return pair[0] if language() == "zh" else pair[1]


def said(texts: Mapping[str, str] | None) -> str:
    """A text of a rulebook in the language of the page; Chinese where there is no other."""
    return str(texts.get(language()) or texts.get("zh") or "") if texts else ""
