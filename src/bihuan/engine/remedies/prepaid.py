"""R10: what was prepaid and not used, with interest where the operator is at fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.engine.remedies.facts import (
    FEN,
    NEEDED_FEN,
    BadFacts,
    Take,
    finding,
    read,
    whole,
)
from bihuan.engine.remedies.proposal import NotOwed, Proposal, explain, half_up, lines, total_of, yuan

YEAR_DAYS = 365
BASIS_POINTS = 10_000

R10_TAKES = {
    "principal": NEEDED_FEN,
    "value_used": FEN,
    "at_fault": Take(finding, default=False),
    "rate_bp": Take(whole),
    "days": Take(whole),
    "cost": FEN,
}


def r10(facts: Mapping[str, Any]) -> Proposal:
    """Prepaid, L-21: principal less the value used; interest and cost where the operator is at fault; fen.

    ``rate_bp``: the yearly rate in basis points (300 is 3.00 %), agreed or the one-year LPR when the contract
    was made; ``days`` for which it runs, 365 a year. NotOwed where nothing is left or owed besides.
    """
    given = read("R10", R10_TAKES, facts)
    left = max(given["principal"] - given["value_used"], 0)
    owed = given["at_fault"] is not False
    interest = _interest(given, left) if owed else 0
    found = lines(refund=left, interest=interest, cost=given["cost"] if owed else 0)
    if not found:
        raise NotOwed(rule="R10", why="all of the prepayment was used", clause="L-21")
    asks = ("at_fault", "rate") if owed else ()
    used_up = given["value_used"] > given["principal"]
    return Proposal(
        rule="R10",
        lines=found,
        total=total_of(found),
        articles=("L-21",),
        inputs=given,
        needs_human=("value_used", *asks),
        flags=("used_more_than_paid",) if used_up else (),
        explanation=explain(
            f"预付{yuan(given['principal'])}元，已用{yuan(given['value_used'])}元，退{yuan(left)}元；"
            f"利息{yuan(interest)}元。",
            f"Prepaid {yuan(given['principal'])}, used {yuan(given['value_used'])}: {yuan(left)} back; "
            f"interest {yuan(interest)} yuan.",
        ),
    )


def _interest(given: Mapping[str, Any], left: int) -> int:
    missing = [name for name in ("rate_bp", "days") if given[name] is None]
    if missing:
        problems = [f"'{name}' is missing" for name in missing]
        raise BadFacts(field="facts", rule="R10", problems=problems, text="; ".join(problems))
    return half_up(left * given["rate_bp"] * given["days"], BASIS_POINTS * YEAR_DAYS)
