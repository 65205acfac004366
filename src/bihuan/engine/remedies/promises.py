"""R7: a promise that is better than the law binds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.engine.remedies.facts import FEN, NEEDED_FEN, NO, BadFacts, Take, one_of, read, whole, yes_no_ask
from bihuan.engine.remedies.proposal import Proposal, explain, lines, total_of, yuan
from bihuan.engine.remedies.punitive import FOOD_MINIMUM, FOOD_TIMES_PRICE, fraud_damages

R7_TAKES = {
    "price": NEEDED_FEN,
    "promised_times": Take(whole),
    "promised_amount": Take(whole),
    "promise_includes_refund": Take(yes_no_ask, "ask"),
    "statutory_rule": Take(one_of("R1", "R2", "none"), "R1"),
    "loss": FEN,
    "kept": NO,
}


def r7(facts: Mapping[str, Any]) -> Proposal:
    """Promise, L-19: the larger of law and promise; fen.

    ``promised_times`` (假一赔十: 10) or ``promised_amount``. The minimum of the law holds for a promise
    by times too. ``promise_includes_refund``: ``yes`` compares the promise with price plus damages,
    ``no`` adds the price; ``ask`` reads it as ``no``, in doubt against its author, and asks a person.
    ``kept``: the goods stay with the consumer, the price is not refunded.
    """
    given = read("R7", R7_TAKES, facts)
    promised, statutory = _promised(given), _statutory(given)
    refund = 0 if given["kept"] else given["price"]
    if given["promise_includes_refund"] == "yes":
        due = max(statutory, promised - refund)
    else:
        due = max(statutory, promised)
    by_law = due == statutory
    found = lines(
        refund=refund, punitive=due if by_law else 0, promised=0 if by_law else due, loss=given["loss"]
    )
    asked = given["promise_includes_refund"] == "ask"
    return Proposal(
        rule="R7",
        lines=found,
        total=total_of(found),
        articles=_articles(given["statutory_rule"], by_law),
        inputs=given,
        needs_human=("promise_kept_or_not", *(("promise_includes_refund",) if asked else ())),
        flags=("law_better_than_promise",) if statutory > promised else (),
        explanation=explain(
            f"承诺{yuan(promised)}元，法定{yuan(statutory)}元，取高者；价款退还{yuan(refund)}元。",
            f"Promised {yuan(promised)}, by law {yuan(statutory)}: the larger; price back {yuan(refund)}.",
        ),
    )


def _promised(given: Mapping[str, Any]) -> int:
    if (given["promised_times"] is None) == (given["promised_amount"] is None):
        problem = "give either 'promised_times' or 'promised_amount'"
        raise BadFacts(field="facts", rule="R7", problems=[problem], text=problem)
    if given["promised_amount"] is not None:
        return int(given["promised_amount"])
    return int(given["promised_times"] * given["price"])


def _statutory(given: Mapping[str, Any]) -> int:
    if given["statutory_rule"] == "R1":
        return fraud_damages(given["price"])
    if given["statutory_rule"] == "R2":
        return max(FOOD_TIMES_PRICE * int(given["price"]), FOOD_MINIMUM)
    return 0


def _articles(rule: str, by_law: bool) -> tuple[str, ...]:
    basis = {"R1": "L-14", "R2": "L-17"}.get(rule)
    return ("L-19", basis) if basis and by_law else ("L-19",)
