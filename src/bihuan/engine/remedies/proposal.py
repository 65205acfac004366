"""What a remedy rule gives: lines in integer fen, with articles, inputs and what a person must find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.engine.errors import Refusal
from bihuan.engine.facts import FrozenDict

VERSION = "2026-01"


class NotOwed(Refusal):
    """The law itself keeps this remedy from applying to these facts."""

    code = "remedy.not_owed"
    message = "The remedy {rule} does not apply: {why}."
    remedy = "Compute another remedy, or correct the facts if they are wrong."


@dataclass(frozen=True, slots=True)
class Line:
    """One amount of a proposal in fen; deductions are negative."""

    code: str
    zh: str
    en: str
    amount: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal for a person, never a decision.

    ``lines`` sum to ``total`` (fen, never negative). ``articles`` are clause ids of the law book.
    ``needs_human`` names findings and choices that only a person makes, ``flags`` what to look at,
    ``bounds`` the range (fen) within which a person sets an amount. ``version`` is the formulas'.
    """

    rule: str
    lines: tuple[Line, ...]
    total: int
    articles: tuple[str, ...]
    inputs: Mapping[str, Any]
    needs_human: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    money_option: bool = True
    explanation: Mapping[str, str] = field(default_factory=FrozenDict)
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=FrozenDict)
    version: str = VERSION

    def amount(self, code: str) -> int:
        """Sum of the lines with this code; 0 where there is none."""
        return sum(line.amount for line in self.lines if line.code == code)


LABELS = {
    "refund": ("退还价款", "Price refunded"),
    "punitive": ("惩罚性赔偿", "Punitive damages"),
    "loss": ("损失赔偿", "Loss compensated"),
    "freight": ("往返运费", "Freight both ways"),
    "interest": ("利息", "Interest"),
    "cost": ("合理费用", "Reasonable cost"),
    "promised": ("承诺的赔付", "What was promised"),
    "claim": ("快件损失", "Loss of the parcel"),
    "paid": ("实付总额", "Paid in all"),
    "kept": ("扣：保留商品", "Less: goods kept"),
    "outward_freight": ("扣：不再包邮的发货运费", "Less: outward freight no longer free"),
    "missing_gift": ("扣：未退赠品", "Less: gifts not returned"),
    "house_rule": ("平台规则从优部分", "House rule, better than the law"),
    "not_charged": ("不足部分不收取", "Shortfall, not charged"),
    "medical": ("医疗费", "Medical costs"),
    "nursing": ("护理费", "Nursing costs"),
    "transport": ("交通费", "Travel costs"),
    "lost_income": ("误工费", "Lost income"),
    "disability_aids": ("残疾辅助器具费", "Disability aids"),
    "disability": ("残疾赔偿金", "Disability compensation"),
    "funeral": ("丧葬费", "Funeral costs"),
    "death": ("死亡赔偿金", "Death compensation"),
}


def lines(**amounts: int) -> tuple[Line, ...]:
    """Lines for the amounts that are not zero, in the order given."""
    return tuple(Line(code, *LABELS[code], amount) for code, amount in amounts.items() if amount)


def total_of(rows: tuple[Line, ...]) -> int:
    """Sum in fen."""
    return sum(line.amount for line in rows)


def half_up(numerator: int, denominator: int) -> int:
    """The ratio of two non-negative integers, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def explain(zh: str, en: str) -> Mapping[str, str]:
    """An explanation in both languages."""
    return FrozenDict({"zh": zh, "en": en})


def yuan(fen: int) -> str:
    """``166.67`` for 16667 fen."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
