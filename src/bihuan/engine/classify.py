"""First class of a complaint from what was declared and the words used (PCN-3.2.3.a, CRP-1.2.c, CRP-1.2.d).

The program proposes, a person may change it. Every part of the result names its basis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TYPES = (
    "quality",
    "service",
    "delivery",
    "order_error",
    "price",
    "refund",
    "safety",
    "counterfeit",
    "privacy",
    "violation",
    "other",
)
COMPLEX = ("quality", "delivery", "safety", "counterfeit", "privacy")
URGENCY_BY_TYPE = {"safety": "critical", "privacy": "urgent", "counterfeit": "urgent"}
MANY_PEOPLE = 5

# In the order in which they are asked: the graver matter first.
WORDS: dict[str, tuple[str, ...]] = {
    "safety": (
        "受伤",
        "住院",
        "中毒",
        "爆炸",
        "起火",
        "着火",
        "自燃",
        "触电",
        "漏电",
        "窒息",
        "烫伤",
        "食物中毒",
        "injured",
        "explod",
        "caught fire",
        "poison",
    ),
    "privacy": ("泄露", "隐私", "个人信息", "骚扰电话", "privacy", "leaked"),
    "counterfeit": ("假货", "假的", "冒牌", "山寨", "仿品", "fake", "counterfeit"),
    "refund": ("退款", "退钱", "不退", "未到账", "没到账", "refund"),
    "order_error": (
        "发错",
        "错发",
        "漏发",
        "少发",
        "少件",
        "送错",
        "缺了",
        "少了",
        "wrong item",
        "missing item",
    ),
    "delivery": (
        "快递",
        "物流",
        "配送",
        "送餐",
        "骑手",
        "迟到",
        "超时",
        "没收到",
        "丢件",
        "送得慢",
        "送的慢",
        "太慢",
        "delivery",
        "courier",
        "parcel",
    ),
    "service": ("客服", "态度", "服务差", "辱骂", "骂人", "敷衍", "不理人", "没人理", "rude", "attitude"),
    "price": ("价格", "多收", "乱收费", "涨价", "差价", "降价", "虚假宣传", "overcharged", "price"),
    "quality": (
        "质量",
        "坏了",
        "破损",
        "变质",
        "异味",
        "发霉",
        "开裂",
        "瑕疵",
        "故障",
        "不能用",
        "难吃",
        "虫",
        "头发",
        "broken",
        "defect",
        "quality",
    ),
}
ACCIDENT = (*WORDS["safety"], "死亡", "致死", "抢救", "急救")
BATCH = ("同一批", "整批", "批次", "这批货", "batch")
NEEDS = ("急用", "救命", "药品", "药物", "胰岛素", "奶粉", "urgent", "medicine")
DENIALS = ("没", "未", "无", "不", "没有", "并未", "not ", "no ")


@dataclass(frozen=True, slots=True)
class Classification:
    """Type, urgency, severity and complexity, with basis codes; ``major_ground`` empty unless major."""

    type: str
    urgency: str
    severity: str
    complexity: str
    basis: tuple[str, ...]
    major_ground: str = ""
    clauses: tuple[str, ...] = ("PCN-3.2.3.a", "CRP-1.2.d")


def classify(facts: Mapping[str, Any]) -> Classification:
    """From ``type`` (declared), ``text``, ``people``, ``injured``, ``batch``, ``urgent_need``.

    ``special`` is never given here: only the extension step reaches it. ``items`` is taken and not used.
    """
    text = str(facts.get("text") or "").lower()
    kind, because = _type(facts, text)
    ground, why = _major(facts, text)
    urgency, grade = _urgency(facts, text, kind, bool(ground))
    complexity = "complex" if kind in COMPLEX or ground else "general"
    level = f"PCN-3.2.3.a:{'major' if ground and kind not in COMPLEX else kind}"
    basis = tuple(code for code in (because, why, grade, level) if code)
    clauses = ("PCN-3.2.3.a", "CRP-1.2.d", *(("CRP-1.2.c",) if ground else ()))
    return Classification(kind, urgency, "major" if ground else "normal", complexity, basis, ground, clauses)


def _type(facts: Mapping[str, Any], text: str) -> tuple[str, str]:
    declared = facts.get("type")
    if declared in TYPES and declared != "other":
        return str(declared), f"declared:{declared}"
    for kind, words in WORDS.items():
        for place in _said(text, words):
            return kind, f"word:{kind}.{place}"
    return "other", "declared:other" if declared == "other" else "no_word"


def _major(facts: Mapping[str, Any], text: str) -> tuple[str, str]:
    if facts.get("injured"):
        return "safety_accident", "fact:injured"
    for place in _said(text, ACCIDENT):
        return "safety_accident", f"word:accident.{place}"
    people = facts.get("people")
    if isinstance(people, int) and people >= MANY_PEOPLE:
        return "many_people", f"people:{people}"
    if facts.get("batch"):
        return "batch_defect", "fact:batch"
    for place in _said(text, BATCH):
        return "batch_defect", f"word:batch.{place}"
    return "", ""


def _urgency(facts: Mapping[str, Any], text: str, kind: str, major: bool) -> tuple[str, str]:
    if major:
        return "critical", "CRP-1.2.d:major"
    if kind in URGENCY_BY_TYPE:
        return URGENCY_BY_TYPE[kind], f"CRP-1.2.d:{kind}"
    if facts.get("urgent_need"):
        return "urgent", "fact:urgent_need"
    for place in _said(text, NEEDS):
        return "urgent", f"word:need.{place}"
    return "normal", ""


def _said(text: str, words: tuple[str, ...]) -> Iterator[int]:
    """Places in the list of words that stand in the text and are not denied right before ("没有受伤").

    A basis names the place, not the word: the journal keeps codes only.
    """
    for number, word in enumerate(words):
        place = text.find(word)
        while place >= 0:
            if not text[:place].rstrip().endswith(tuple(denial.strip() for denial in DENIALS)):
                yield number
                break
            place = text.find(word, place + 1)
