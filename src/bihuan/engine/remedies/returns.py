"""R5 return without reason and R6 return for quality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.engine.remedies.facts import FEN, NEEDED_FEN, BadFacts, Take, one_of, read, rows, some_of, whole
from bihuan.engine.remedies.proposal import Proposal, explain, half_up, lines, total_of, yuan

R5_TAKES = {
    "paid_total": NEEDED_FEN,
    "value_kept": Take(whole),
    "lost_outward_freight": Take(whole),
    "missing_gift_price": FEN,
    "items": Take(rows(("price",), ("returned",))),
    "promotions": Take(rows(("from", "off")), ()),
    "free_freight_from": Take(whole),
    "freight": FEN,
    "in_kind": Take(some_of("coupon", "points"), ()),
    "house_rule": Take(one_of("pro_rata")),
}
R6_TAKES = {
    "price": NEEDED_FEN,
    "freight": FEN,
    "freight_out": FEN,
    "freight_back": FEN,
    "loss": FEN,
}


def r5(facts: Mapping[str, Any]) -> Proposal:
    """Return without reason, L-08 and L-10: what was paid, less what is kept at its single price; fen.

    Give ``value_kept`` and ``lost_outward_freight``, or ``items`` (price, returned) with ``promotions``
    (from, off), ``free_freight_from`` and ``freight``, from which both are worked out. Never below 0 and
    never charged: a shortfall is flagged. ``house_rule: pro_rata`` is used only where better.
    """
    given = read("R5", R5_TAKES, facts)
    kept, freight = _kept(given), _lost_freight(given)
    lawful = given["paid_total"] - kept - freight - given["missing_gift_price"]
    better = max(_pro_rata(given) - max(lawful, 0), 0)
    found = lines(
        paid=given["paid_total"],
        kept=-kept,
        outward_freight=-freight,
        missing_gift=-given["missing_gift_price"],
        not_charged=max(-lawful, 0),
        house_rule=better,
    )
    total = total_of(found)
    return Proposal(
        rule="R5",
        lines=found,
        total=total,
        articles=("L-08", "L-10"),
        inputs=given,
        flags=_return_flags(given, lawful, better),
        money_option=total > 0,
        explanation=explain(
            f"实付{yuan(given['paid_total'])}元，减保留商品单价{yuan(kept)}元、运费{yuan(freight)}元、"
            f"赠品{yuan(given['missing_gift_price'])}元，退{yuan(total)}元；退货运费由消费者承担。",
            f"Paid {yuan(given['paid_total'])}, less goods kept {yuan(kept)}, freight {yuan(freight)}, gifts "
            f"{yuan(given['missing_gift_price'])}: {yuan(total)} yuan. The consumer pays the return freight.",
        ),
    )


def _items(given: Mapping[str, Any]) -> tuple[Any, ...]:
    if not given["items"]:
        missing = "give 'value_kept', or 'items' with their prices"
        raise BadFacts(field="facts", rule="R5", problems=[missing], text=missing)
    found: tuple[Any, ...] = given["items"]
    return found


def _kept(given: Mapping[str, Any]) -> int:
    """Goods kept at single prices, less the promotion that they still reach by themselves."""
    if given["value_kept"] is not None:
        return int(given["value_kept"])
    kept: int = sum(item["price"] for item in _items(given) if not item["returned"])
    reached = [promotion["off"] for promotion in given["promotions"] if kept >= promotion["from"]]
    return max(kept - max(reached, default=0), 0)


def _lost_freight(given: Mapping[str, Any]) -> int:
    if given["lost_outward_freight"] is not None:
        return int(given["lost_outward_freight"])
    if given["items"] is None or given["free_freight_from"] is None:
        return 0
    kept = sum(item["price"] for item in given["items"] if not item["returned"])
    ordered = sum(item["price"] for item in given["items"])
    lost = 0 < kept < given["free_freight_from"] <= ordered
    return int(given["freight"]) if lost else 0


def _pro_rata(given: Mapping[str, Any]) -> int:
    if given["house_rule"] is None:
        return 0
    items = _items(given)
    returned = sum(item["price"] for item in items if item["returned"])
    ordered = sum(item["price"] for item in items)
    return half_up(given["paid_total"] * returned, ordered) if ordered else 0


def _return_flags(given: Mapping[str, Any], lawful: int, better: int) -> tuple[str, ...]:
    found = ["return_freight_consumer"]
    found += ["negative"] if lawful < 0 else []
    found += ["house_rule"] if better else []
    return (*found, *(f"{name}_in_kind" for name in given["in_kind"]))


def r6(facts: Mapping[str, Any]) -> Proposal:
    """Return for quality, L-02: the price, freight both ways on the merchant, and proven loss; fen."""
    given = read("R6", R6_TAKES, facts)
    freight = given["freight"] + given["freight_out"] + given["freight_back"]
    found = lines(refund=given["price"], freight=freight, loss=given["loss"])
    total = total_of(found)
    return Proposal(
        rule="R6",
        lines=found,
        total=total,
        articles=("L-02",),
        inputs=given,
        needs_human=("quality_verified",),
        flags=("freight_merchant",),
        explanation=explain(
            f"退价款{yuan(given['price'])}元，往返运费{yuan(freight)}元，损失{yuan(given['loss'])}元。",
            f"Price {yuan(given['price'])}, freight both ways {yuan(freight)}, loss {yuan(given['loss'])}.",
        ),
    )
