"""R1 fraud, R2 food, R3 known defect: damages on top of price and loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.engine.remedies.facts import (
    FEN,
    NEEDED_FEN,
    NO,
    YES,
    Take,
    finding,
    one_of,
    read,
    required,
    whole,
)
from bihuan.engine.remedies.proposal import NotOwed, Proposal, explain, lines, total_of, yuan

FRAUD_TIMES, FRAUD_MINIMUM = 3, 50_000
FOOD_TIMES_PRICE, FOOD_TIMES_LOSS, FOOD_MINIMUM = 10, 3, 100_000
DEFECT_TIMES = 2
EXCLUDED = ("harmless_label_flaw", "planted", "swapped", "forged", "extortion")

R1_TAKES = {
    "price": NEEDED_FEN,
    "fraud": required(finding),
    "loss": FEN,
    "returned": YES,
    "orders": Take(whole, 1),
    "excluded": Take(one_of(*EXCLUDED)),
}
R2_TAKES = {
    "price": Take(whole),
    "loss": FEN,
    "producer": NO,
    "knew": Take(finding, default=False),
    "choice": Take(one_of("price", "loss")),
    "harmless_label_flaw": NO,
    "knowing_buyer": NO,
    "unit_price": Take(whole),
    "quantity": Take(whole),
    "reasonable_quantity": Take(whole),
    "returned": YES,
    "fraud_claimed": NO,
    "excluded": Take(one_of(*EXCLUDED)),
}
R3_TAKES = {
    "loss": NEEDED_FEN,
    "known_defect": required(finding),
    "harm": required(one_of("death", "serious")),
    "punitive": Take(whole),
}


def fraud_damages(price: int) -> int:
    """Three times the price, at least 500 yuan, in fen (L-14)."""
    return max(FRAUD_TIMES * price, FRAUD_MINIMUM)


def r1(facts: Mapping[str, Any]) -> Proposal:
    """Fraud, L-14: three times the price on top, at least 500 yuan a claim; fen.

    ``price`` is what was really paid, ``excluded`` a case of L-15 (then NotOwed). The minimum is never
    multiplied by ``orders``; more than one asks a person.
    """
    given = read("R1", R1_TAKES, facts)
    _not_excluded("R1", given["excluded"])
    if given["fraud"] is False:
        raise NotOwed(rule="R1", why="no fraud was found", clause="L-14")
    punitive = fraud_damages(given["price"])
    refund = given["price"] if given["returned"] else 0
    found = lines(refund=refund, punitive=punitive, loss=given["loss"])
    several = ("minimum_per_claim",) if given["orders"] > 1 else ()
    return Proposal(
        rule="R1",
        lines=found,
        total=total_of(found),
        articles=("L-14",),
        inputs=given,
        needs_human=("fraud", *several),
        flags=("minimum_applied",) if FRAUD_TIMES * given["price"] < FRAUD_MINIMUM else (),
        explanation=explain(
            f"价款{yuan(given['price'])}元的三倍，不足500元按500元：{yuan(punitive)}元。",
            f"Three times the price of {yuan(given['price'])} yuan, at least 500.00: {yuan(punitive)} yuan.",
        ),
    )


def r2(facts: Mapping[str, Any]) -> Proposal:
    """Food below standard, L-17: ten times the price or three times the loss, at least 1,000 yuan; fen.

    ``choice`` is the consumer's; without it the larger is proposed. Needs ``producer`` or ``knew``. A
    ``knowing_buyer`` gets it on ``unit_price`` for the lesser of ``quantity`` (all purchases together)
    and ``reasonable_quantity``. NotOwed for a harmless label flaw, and beside a fraud claim: one, not both.
    """
    given = read("R2", R2_TAKES, facts)
    _food_owed(given)
    price, base = _food_base(given)
    by_price, by_loss = FOOD_TIMES_PRICE * base, FOOD_TIMES_LOSS * given["loss"]
    chosen = {"price": by_price, "loss": by_loss, None: max(by_price, by_loss)}[given["choice"]]
    punitive = max(chosen, FOOD_MINIMUM)
    found = lines(refund=price if given["returned"] else 0, punitive=punitive, loss=given["loss"])
    return Proposal(
        rule="R2",
        lines=found,
        total=total_of(found),
        articles=("L-17",),
        inputs=given,
        needs_human=_food_findings(given),
        flags=("one_of_R1_R2", *(("minimum_applied",) if chosen < FOOD_MINIMUM else ())),
        explanation=explain(
            f"价款十倍{yuan(by_price)}元，损失三倍{yuan(by_loss)}元，最低1000元：{yuan(punitive)}元。",
            f"Ten times the price {yuan(by_price)}, three times the loss {yuan(by_loss)}, "
            f"at least 1000.00: {yuan(punitive)} yuan.",
        ),
    )


def _food_owed(given: Mapping[str, Any]) -> None:
    _not_excluded("R2", given["excluded"])
    if given["harmless_label_flaw"]:
        raise NotOwed(rule="R2", why="a label flaw that harms no safety and misleads nobody", clause="L-17")
    if given["fraud_claimed"]:
        raise NotOwed(rule="R2", why="fraud is claimed for the same purchase; one, not both", clause="L-17")
    if not given["producer"] and given["knew"] is False:
        raise NotOwed(rule="R2", why="it is neither the producer nor a seller who knew", clause="L-17")


def _food_base(given: Mapping[str, Any]) -> tuple[int, int]:
    """Price paid, and the price on which ten times is counted."""
    names = ("unit_price", "quantity", "reasonable_quantity") if given["knowing_buyer"] else ("price",)
    for name in names:
        if given[name] is None:
            read("R2", {name: required(whole)}, {})
    if not given["knowing_buyer"]:
        return given["price"], given["price"]
    paid = given["unit_price"] * given["quantity"] if given["price"] is None else given["price"]
    return paid, given["unit_price"] * min(given["quantity"], given["reasonable_quantity"])


def _food_findings(given: Mapping[str, Any]) -> tuple[str, ...]:
    found = ["below_standard"]
    found += [] if given["producer"] else ["knew"]
    found += ["reasonable_quantity"] if given["knowing_buyer"] else []
    found += ["choice"] if given["choice"] is None and given["loss"] else []
    return tuple(found)


def r3(facts: Mapping[str, Any]) -> Proposal:
    """Known defect with death or serious harm, L-16: up to twice the loss; a person sets the amount. Fen.

    ``bounds["punitive"]`` is the range; without ``punitive`` the total holds the loss alone.
    """
    given = read("R3", R3_TAKES, facts)
    if given["known_defect"] is False:
        raise NotOwed(rule="R3", why="the defect was not known", clause="L-16")
    cap = DEFECT_TIMES * given["loss"]
    if (given["punitive"] or 0) > cap:
        raise NotOwed(rule="R3", why=f"the amount passes twice the loss, {yuan(cap)} yuan", clause="L-16")
    found = lines(loss=given["loss"], punitive=given["punitive"] or 0)
    open_amount = ("punitive_amount",) if given["punitive"] is None else ()
    return Proposal(
        rule="R3",
        lines=found,
        total=total_of(found),
        articles=("L-16",),
        inputs=given,
        needs_human=("known_defect", "harm", *open_amount),
        bounds={"punitive": (0, cap)},
        explanation=explain(
            f"损失{yuan(given['loss'])}元，惩罚性赔偿不超过其二倍{yuan(cap)}元，由人确定。",
            f"Loss {yuan(given['loss'])} yuan; on top at most twice that, {yuan(cap)}; a person decides.",
        ),
    )


def _not_excluded(rule: str, excluded: str | None) -> None:
    if excluded:
        raise NotOwed(rule=rule, why=f"the law excludes the claim ({excluded})", clause="L-15")
