"""R8: a parcel lost or damaged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.engine.remedies.facts import FEN, BadFacts, Take, flag, percent, read, required, whole
from bihuan.engine.remedies.proposal import Proposal, explain, half_up, lines, yuan

R8_TAKES = {
    "value": Take(whole),
    "insured": required(flag),
    "insured_amount": Take(whole),
    "damage_percent": Take(percent, 100),
    "freight": FEN,
    "carrier_offer": Take(whole),
}


def r8(facts: Mapping[str, Any]) -> Proposal:
    """Parcel, G-13: insured by the agreed sum times the damage; uninsured the real loss; fen.

    ``value`` is the market price at the destination, ``damage_percent`` 100 for a loss. The merchant
    pays the consumer first; recourse on the carrier is another matter. ``carrier_offer`` (three times
    the freight and the like) is a standard term that does not bind the consumer by itself.
    """
    given = read("R8", R8_TAKES, facts)
    name = "insured_amount" if given["insured"] else "value"
    if given[name] is None:
        problem = f"'{name}' is missing"
        raise BadFacts(field="facts", rule="R8", problems=[problem], text=problem)
    claim = half_up(given[name] * given["damage_percent"], 100)
    low = given["carrier_offer"] is not None and given["carrier_offer"] < claim
    basis = ("保价金额", "insured sum") if given["insured"] else ("目的地市价", "market price")
    return Proposal(
        rule="R8",
        lines=lines(claim=claim),
        total=claim,
        articles=("G-13",),
        inputs=given,
        needs_human=("loss_proven",),
        flags=(
            "merchant_pays_first",
            "recourse_on_carrier",
            *(("carrier_term_to_be_tested",) if low else ()),
        ),
        money_option=claim > 0,
        explanation=explain(
            f"{basis[0]}{yuan(given[name])}元的{given['damage_percent']}%：{yuan(claim)}元。",
            f"{given['damage_percent']}% of the {basis[1]} {yuan(given[name])}: {yuan(claim)} yuan.",
        ),
    )
