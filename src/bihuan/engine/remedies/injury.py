"""R4: the items of damage to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.engine.remedies.facts import FEN, BadFacts, Take, read, some_of
from bihuan.engine.remedies.proposal import Proposal, explain, lines, total_of, yuan

ITEMS = (
    "medical",
    "nursing",
    "transport",
    "lost_income",
    "disability_aids",
    "disability",
    "funeral",
    "death",
)
R4_TAKES: dict[str, Take] = {name: FEN for name in ITEMS} | {"evidence": Take(some_of(*ITEMS), ())}


def r4(facts: Mapping[str, Any]) -> Proposal:
    """Personal injury, L-26: the sum of the listed items in fen.

    ``evidence`` names the items that are proven; each other one is flagged. Raises BadFacts without any item.
    """
    given = read("R4", R4_TAKES, facts)
    found = lines(**{name: given[name] for name in ITEMS})
    if not found:
        problem = "no item of damage is given"
        raise BadFacts(field="facts", rule="R4", problems=[problem], text=problem)
    unproven = tuple(f"no_evidence_{line.code}" for line in found if line.code not in given["evidence"])
    total = total_of(found)
    return Proposal(
        rule="R4",
        lines=found,
        total=total,
        articles=("L-26",),
        inputs=given,
        needs_human=("items",),
        flags=unproven,
        explanation=explain(
            f"各项损失合计{yuan(total)}元。", f"The items of damage sum to {yuan(total)} yuan."
        ),
    )
