"""What codes are called on every site, Chinese first: one table of words that every flow adds its own to.

``label("urgency", "urgent", "zh")`` gives 紧急; a code that is not in the table is shown as it is. One code has
one word within its group, whichever flow it comes from: ``add`` refuses a second one.
"""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from bihuan.journal.events import sentence

Pair = tuple[str, str]
Table = Mapping[str, Pair]

PARTIES: Final[Table] = {
    "merchant": ("商家", "merchant"), "platform": ("平台", "platform"), "third_party": ("第三方", "third party"),
    "consumer": ("消费者", "consumer"), "shared": ("各方分担", "shared"), "undecided": ("尚未认定", "not decided"),
    "carrier": ("承运方", "carrier"),
}  # fmt: skip

_COMMON: Final[Mapping[str, Table]] = {
    "flow": {
        "complaint": ("投诉", "complaint"), "aftersales": ("售后", "after-sales"), "order": ("订单服务", "order service"),
        "incident": ("异常", "incident"),
    },
    "urgency": {"normal": ("一般", "normal"), "urgent": ("紧急", "urgent"), "critical": ("特急", "critical")},
    "severity": {"normal": ("普通", "normal"), "major": ("重大", "major")},
    "complexity": {"general": ("一般", "general"), "complex": ("复杂", "complex"), "special": ("特殊", "special")},
    "channel": {
        "site": ("网站", "site"), "api": ("接口", "API"), "telephone": ("电话", "telephone"),
        "walk_in": ("当面", "walk-in"), "social": ("社交媒体", "social media"), "mail": ("邮件", "mail"),
        "regulator": ("监管转办", "regulator"), "station": ("站内信", "station letter"), "sms": ("短信", "SMS"),
        "sink": ("演示通道", "demo channel"), "push": ("推送", "push"), "webhook": ("接口通知", "webhook"),
    },
    "liable": PARTIES,
    "party": PARTIES,
    "by": {
        **PARTIES, "staff": ("平台人员", "staff"), "partner": ("合作方", "partner"), "program": ("系统", "the program"),
        "system": ("外部系统", "outside system"), "agent": ("客服", "agent"),
        "supervisor": ("主管", "supervisor"),
    },
    "need": {
        "medicine": ("用药", "medicine"), "safety": ("人身安全", "safety"), "infant": ("婴幼儿", "infants"),
        "elderly": ("老年人", "elderly people"), "minor": ("未成年人", "minors"), "disability": ("残障人士", "disability"),
        "pregnancy": ("孕产妇", "pregnancy"), "perishable": ("易腐食品", "perishable food"),
    },
    "green_ground": {
        "product": ("商品类目", "the kind of product"), "words": ("来文用词", "the words used"),
        "person": ("人工标记", "a person's mark"),
    },
    "department": {
        "service": ("客服", "service"), "technical": ("品控技术", "technical"), "legal": ("法务", "legal"),
        "product": ("商品", "product"), "marketing": ("市场", "marketing"), "management": ("管理层", "management"),
    },
    "flag": {"true": ("是", "yes"), "false": ("否", "no")},
    "check": {"pass": ("通过", "passed"), "fail": ("未通过", "failed"), "unknown": ("未知", "unknown")},
    "verdict": {
        "running": ("计时中", "running"), "held": ("中止", "on hold"), "overdue": ("已逾期", "overdue"),
        "met": ("按时", "met"), "late": ("超时", "late"), "cancelled": ("取消", "cancelled"),
        "provisional": ("暂定", "provisional"),
    },
    "via": {"call": ("电话", "call"), "questionnaire": ("问卷", "questionnaire"), "message": ("消息", "message")},
    "audience": {
        "consumer": ("消费者", "consumer"), "merchant": ("商家", "merchant"), "third_party": ("第三方", "third party"),
        "internal": ("内部", "internal"),
    },
    "remedy": {
        "remedy.R1": ("R1 欺诈赔偿", "R1 fraud"), "remedy.R2": ("R2 食品赔偿", "R2 food"),
        "remedy.R3": ("R3 明知缺陷赔偿", "R3 known defect"), "remedy.R4": ("R4 人身伤害赔偿", "R4 injury"),
        "remedy.R5": ("R5 无理由退货", "R5 return without reason"), "remedy.R6": ("R6 法定退款", "R6 refund by law"),
        "remedy.R7": ("R7 承诺赔付", "R7 promised"), "remedy.R8": ("R8 快件赔偿", "R8 parcel"),
        "remedy.R10": ("R10 预付款退还", "R10 prepayment"), "remedy.R11": ("R11 平台补偿", "R11 goodwill"),
    },
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
    "role": {
        "agent": ("客服", "agent"), "supervisor": ("主管", "supervisor"), "manager": ("经理", "manager"),
        "officer_service": ("客服专员", "service officer"), "officer_technical": ("品控专员", "technical officer"),
        "officer_legal": ("法务专员", "legal officer"), "officer_product": ("商品专员", "product officer"),
        "officer_marketing": ("市场专员", "marketing officer"), "counsel": ("法务", "counsel"), "auditor": ("审计", "auditor"),
        "administrator": ("管理员", "administrator"), "consumer": ("消费者", "consumer"),
        "merchant_operator": ("商家操作员", "merchant operator"), "merchant_admin": ("商家管理员", "merchant administrator"),
        "partner_operator": ("合作方操作员", "partner operator"), "partner_admin": ("合作方管理员", "partner administrator"),
    },
    "link": {
        "related": ("关联", "related"), "merged_into": ("已并入该工单", "merged into it"), "merged_in": ("并入本案", "merged in"),
        "split_from": ("由该工单拆出", "split off from it"), "split_off": ("由本案拆出", "split off"),
        "opened_from": ("由该工单转来", "opened from it"), "opened_as": ("据本案开立", "opened from this one"),
    },
    "record": {
        "order": ("订单", "order"), "order_log": ("订单日志", "order log"), "shipment": ("物流", "shipment"), "track": ("轨迹", "track"),
    },
    "authority": {
        "regulator_12315": ("12315 平台", "12315 platform"), "market_regulator": ("市场监管部门", "market regulator"),
        "consumer_association": ("消费者协会", "consumer association"), "court": ("人民法院", "court"), "other": ("其他机构", "other body"),
    },
}  # fmt: skip

_words: dict[str, dict[str, Pair]] = {}
_groups: dict[str, str] = {"routes": "route", "kinds": "record", "case.greened.ground": "green_ground"}


def add(tables: Mapping[str, Table], groups: Mapping[str, str] | None = None) -> None:
    """A flow's own words, by group and code; adding the same again changes nothing.

    ``groups`` says for a field of an event (``event.field``, or ``field`` for all events) whose codes it holds,
    where the field is not called like its group. Raises ValueError for a code that has another word already.
    """
    for group, table in tables.items():
        known = _words.setdefault(group, {})
        for code, pair in table.items():
            if known.setdefault(code, pair) != pair:
                raise ValueError(f"{group}.{code} is called {known[code]} already, not {pair}")
    for name, group in (groups or {}).items():
        if _groups.setdefault(name, group) != group:
            raise ValueError(f"{name} holds codes of {_groups[name]} already, not of {group}")


def table(group: str) -> Table:
    """All codes of a group with their words; empty for a group that nobody added."""
    return _words.get(group, {})


def language() -> str:
    """``zh`` or ``en``: the language of the page."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def label(group: str, code: str, language: str) -> str:
    """The word for a code in a language; the code itself where the table does not know it."""
    pair = _words.get(group, {}).get(code)
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
    group = _groups.get(f"{event}.{name}", "")
    if not group and name in _READERS:
        return _READERS[name](value, language)
    if not group and name.endswith("_at"):
        return _moment(str(value))
    if isinstance(value, bool):
        return label("flag", str(value).lower(), language)
    group = group or _groups.get(name, name)
    joint = "、" if language.startswith("zh") else ", "
    if isinstance(value, list):
        return joint.join(label(group, str(one), language) for one in value)
    if isinstance(value, Mapping):
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
add(_COMMON)
