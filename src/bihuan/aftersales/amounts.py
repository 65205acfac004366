"""What goes back to the consumer, by R5, R6 and promise, with every line to be shown. Integer fen.

Earlier returns of the same order count with this one: what is owed is the whole by the formula, less
what went back before; so two partial returns give what one would have given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bihuan.aftersales.promising import Promised
from bihuan.engine.remedies import Line as Shown
from bihuan.engine.remedies import Proposal, compute, half_up
from bihuan.marketplace.queries import AfterSales, OrderLine

_WORDS: Final = {
    "before": ("扣：此前已退", "Less: refunded before"),
    "condition": ("扣：验货认定的减损", "Less: condition as found"),
    "capped": ("扣：超出可退余额", "Less: beyond what is left to refund"),
    "agreed": ("按申请的金额", "As applied for"),
    "price_drop": ("差价", "Difference of price"),
    "freight_out": ("寄出运费", "Outward freight"),
    "freight_back": ("退货运费", "Return freight"),
    "promise": ("按承诺赔付", "As promised"),
    "by_law": ("法定赔偿高于承诺，按法定计", "The law gives more than the promise"),
    "paid_before": ("扣：本订单此前已赔付", "Less: paid before for this order"),
}
FREE_FREIGHT: Final = "free_freight"
"""The promotion that waives ``off_fen`` of freight from ``threshold_fen`` on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is settled: pieces by line, why, and what was found. ``before``: pieces returned earlier, and
    ``refunded`` the price that went back with them; ``left``: fen left by line, 0 the freight.
    ``promised``: what a promise pays on top, of which ``promised_before`` was paid by other cases of the
    order; ``promise_alone``: the demand rests on that promise only, so the price stays."""

    kind: str
    ground: str
    pieces: Mapping[int, int]
    left: Mapping[int, int]
    before: Mapping[int, int] = field(default_factory=dict)
    refunded: int = 0
    deduction: int = 0
    freight_back: int = 0
    freight_by: str = ""
    amount: int | None = None
    price_now: int | None = None
    promised: Promised | None = None
    promised_before: int = 0
    promise_alone: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """One payment: ``lines`` (line → fen) adds up to ``amount`` where it lies within the price."""

    kind: str
    rule: str
    amount: int
    shown: tuple[Mapping[str, Any], ...]
    articles: tuple[str, ...]
    lines: Mapping[int, int] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    beyond_price: bool = False


def owed(sold: AfterSales, wanted: Wanted) -> list[Owed]:
    """Every payment that is due; those of nothing are left out."""
    if wanted.promise_alone:
        found = []
    elif wanted.kind == "price_protection":
        found = [_difference(sold, wanted)]
    elif wanted.kind == "return" and wanted.ground == "no_reason":
        found = [_without_reason(sold, wanted)]
    else:
        found = [_with_reason(sold, wanted), *_freight(sold, wanted)]
    found += _way_back(wanted) + _promise(wanted)
    return [one for one in found if one.amount > 0]


def _goods(sold: AfterSales) -> list[OrderLine]:
    return [line.sold for line in sold.lines if line.sold.gift_of is None]


def _back(wanted: Wanted, number: int) -> int:
    return wanted.pieces.get(number, 0) + wanted.before.get(number, 0)


def _without_reason(sold: AfterSales, wanted: Wanted) -> Owed:
    """R5 over all that came back so far, less what was refunded before."""
    items: list[dict[str, Any]] = []
    for line in _goods(sold):
        back = min(_back(wanted, line.number), line.quantity)
        for pieces, returned in ((back, True), (line.quantity - back, False)):
            if pieces:
                items.append({"price": line.unit_price_fen * pieces, "returned": returned})
    gifts = sum(
        line.sold.gift_price_fen
        for line in sold.lines
        if line.sold.gift_of is not None
        and _back(wanted, line.sold.gift_of)
        and not _back(wanted, line.sold.number)
    )
    whole = compute(
        "R5",
        {
            "paid_total": sum(line.paid_fen for line in _goods(sold)),
            "items": items,
            "promotions": [
                {"from": p.threshold_fen, "off": p.off_fen}
                for p in sold.order.promotions
                if p.code != FREE_FREIGHT
            ],
            "missing_gift_price": gifts,
            **_free_freight(sold),
            "in_kind": _in_kind(sold),
        },
    )
    return _price(whole, wanted)


def _free_freight(sold: AfterSales) -> dict[str, int]:
    """Freight that was waived on the condition of a sum, if the order was told so when placed (L-08)."""
    rule = next((p for p in sold.order.promotions if p.code == FREE_FREIGHT), None)
    return {"free_freight_from": rule.threshold_fen, "freight": rule.off_fen} if rule is not None else {}


def _in_kind(sold: AfterSales) -> list[str]:
    ways = {str(payment.way) for payment in sold.order.payments}
    return [code for code, way in (("points", "points"), ("coupon", "voucher")) if way in ways]


def _with_reason(sold: AfterSales, wanted: Wanted) -> Owed:
    """R6: what was paid for the pieces; a line of which nothing is kept gives all that is left of it."""
    price = sum(_paid(line, wanted) for line in _goods(sold) if wanted.pieces.get(line.number))
    if wanted.amount is not None:
        price = min(price, wanted.amount)
    return _price(compute("R6", {"price": price}), wanted, cumulative=False)


def _paid(line: OrderLine, wanted: Wanted) -> int:
    back = min(_back(wanted, line.number), line.quantity)
    before = min(wanted.before.get(line.number, 0), line.quantity)
    return half_up(line.paid_fen * back, line.quantity) - half_up(line.paid_fen * before, line.quantity)


def _freight(sold: AfterSales, wanted: Wanted) -> list[Owed]:
    """The outward freight, once nothing of the order is kept."""
    kept = [line for line in _goods(sold) if _back(wanted, line.number) < line.quantity]
    amount = min(sold.order.freight_fen, wanted.left.get(0, 0))
    if kept or amount <= 0 or wanted.amount is not None or wanted.freight_by == "consumer":
        return []
    return [Owed("freight", "remedy.R6", amount, (_shown("freight_out", amount),), ("L-02",), {0: amount})]


def _way_back(wanted: Wanted) -> list[Owed]:
    """What the consumer laid out for the way back, where it is not theirs to bear."""
    if wanted.freight_back <= 0 or wanted.freight_by in ("", "consumer"):
        return []
    shown = (_shown("freight_back", wanted.freight_back),)
    return [Owed("freight_back", "remedy.R6", wanted.freight_back, shown, ("L-02",), beyond_price=True)]


def _promise(wanted: Wanted) -> list[Owed]:
    """The larger of promise and law besides the price (R7), less what another case of the order paid for it.
    The platform's own promise of a sum is its expense (R11)."""
    given = wanted.promised
    if given is None:
        return []
    if given.times is not None:
        facts = {"price": given.price, "promised_times": given.times, "kept": True}
        whole = compute("R7", {**facts, "statutory_rule": "R2" if given.food else "R1"})
        amount, articles, flags = whole.total, whole.articles, whole.flags
    else:
        amount, articles, flags = given.amount or 0, ("L-19",), ()
    code = "by_law" if "law_better_than_promise" in flags else "promise"
    shown = [_shown(code, amount)]
    if less := min(wanted.promised_before, amount):
        shown.append(_shown("paid_before", -less))
        flags = (*flags, "paid_before")
    house = given.by == "platform" and given.amount is not None
    rule = "remedy.R11" if house else "remedy.R7"
    return [Owed("promise", rule, amount - less, tuple(shown), articles, flags=flags, beyond_price=True)]


def _difference(sold: AfterSales, wanted: Wanted) -> Owed:
    now = wanted.price_now or 0
    each = {line.number: line.paid_fen // line.quantity - now for line in _goods(sold)}
    amount = sum(max(each[number], 0) * pieces for number, pieces in wanted.pieces.items() if number in each)
    shown = (_shown("price_drop", amount),)
    return _capped("promise.price_protection", amount, shown, ("L-19",), wanted)


def _price(whole: Proposal, wanted: Wanted, *, cumulative: bool = True) -> Owed:
    shown = [_of(line) for line in whole.lines]
    amount = whole.total
    if cumulative and wanted.refunded:
        less = min(wanted.refunded, amount)
        shown.append(_shown("before", -less))
        amount -= less
    if wanted.deduction:
        less = min(wanted.deduction, amount)
        shown.append(_shown("condition", -less))
        amount -= less
    return _capped(f"remedy.{whole.rule}", amount, tuple(shown), whole.articles, wanted, whole.flags)


def _capped(
    rule: str,
    amount: int,
    shown: tuple[Mapping[str, Any], ...],
    articles: tuple[str, ...],
    wanted: Wanted,
    flags: tuple[str, ...] = (),
) -> Owed:
    """No more than is left of the order's goods; the part of each line."""
    left = sum(fen for number, fen in wanted.left.items() if number)
    if amount > left:
        shown, flags = (*shown, _shown("capped", left - amount)), (*flags, "capped")
        amount = left
    return Owed("price", rule, amount, shown, articles, _spread(amount, wanted), flags)


def _spread(amount: int, wanted: Wanted) -> dict[int, int]:
    """Over the lines that go back first, in proportion to what is left of them; the rest over the others."""
    first = {n: wanted.left.get(n, 0) for n in sorted(wanted.pieces) if wanted.left.get(n, 0)}
    parts = _share(min(amount, sum(first.values())), first)
    rest = amount - sum(parts.values())
    for number in sorted(wanted.left):
        if rest and number and number not in first:
            part = min(rest, wanted.left[number])
            parts[number], rest = parts.get(number, 0) + part, rest - part
    return {number: part for number, part in parts.items() if part}


def _share(amount: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Largest remainder: the parts add up to the amount and none exceeds its weight."""
    whole = sum(weights.values())
    if not whole:
        return {}
    parts = {n: amount * weight // whole for n, weight in weights.items()}
    by_rest = sorted(weights, key=lambda n: (-(amount * weights[n] % whole), n))
    for number in by_rest[: amount - sum(parts.values())]:
        parts[number] += 1
    return parts


def _shown(code: str, amount: int) -> dict[str, Any]:
    zh, en = _WORDS[code]
    return {"code": code, "zh": zh, "en": en, "amount": amount}


def _of(line: Shown) -> dict[str, Any]:
    return {"code": line.code, "zh": line.zh, "en": line.en, "amount": line.amount}


def total(parts: Sequence[Owed]) -> int:
    """The sum of all payments."""
    return sum(part.amount for part in parts)
