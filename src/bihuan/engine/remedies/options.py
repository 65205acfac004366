"""Which remedies the law offers for a kind of claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bihuan.engine.errors import NotFound
from bihuan.engine.remedies.facts import BadFacts, Take
from bihuan.engine.remedies.injury import ITEMS, R4_TAKES, r4
from bihuan.engine.remedies.parcel import R8_TAKES, r8
from bihuan.engine.remedies.prepaid import R10_TAKES, r10
from bihuan.engine.remedies.promises import R7_TAKES, r7
from bihuan.engine.remedies.proposal import NotOwed, Proposal
from bihuan.engine.remedies.punitive import R1_TAKES, R2_TAKES, R3_TAKES, r1, r2, r3
from bihuan.engine.remedies.returns import R5_TAKES, R6_TAKES, r5, r6

Rule = Callable[[Mapping[str, Any]], Proposal]
RULES: dict[str, tuple[Rule, Mapping[str, Take]]] = {
    "R1": (r1, R1_TAKES),
    "R2": (r2, R2_TAKES),
    "R3": (r3, R3_TAKES),
    "R4": (r4, R4_TAKES),
    "R5": (r5, R5_TAKES),
    "R6": (r6, R6_TAKES),
    "R7": (r7, R7_TAKES),
    "R8": (r8, R8_TAKES),
    "R10": (r10, R10_TAKES),
}
RETURN_TYPES = ("quality", "safety", "counterfeit", "order_error")
BY_TYPE = {
    "quality": ("R6", "R1", "R2", "R4", "R7"),
    "safety": ("R6", "R4", "R3", "R2", "R1", "R7"),
    "counterfeit": ("R6", "R1", "R2", "R7"),
    "price": ("R1", "R7", "R5"),
    "refund": ("R5", "R6", "R1", "R7", "R10"),
    "delivery": ("R8", "R7"),
    "order_error": ("R6", "R7"),
    "service": ("R1", "R7"),
    "privacy": ("R7",),
    "other": ("R6", "R1", "R5", "R7", "R8", "R10"),
}
CONTEXT = {"type", "food", "lost"}


def compute(rule_id: str, facts: Mapping[str, Any]) -> Proposal:
    """Compute one rule. Raises NotFound for an unknown rule, BadFacts, NotOwed."""
    if rule_id not in RULES:
        raise NotFound(kind="remedy", id=rule_id, remedy=f"Known are: {', '.join(RULES)}.")
    return RULES[rule_id][0](facts)


def rules_for(claim_type: str) -> tuple[str, ...]:
    """Rules that may apply to a type of claim, the plainest first. Raises NotFound."""
    if claim_type not in BY_TYPE:
        raise NotFound(kind="claim type", id=claim_type, remedy=f"Known are: {', '.join(BY_TYPE)}.")
    return BY_TYPE[claim_type]


def lawful_options(facts: Mapping[str, Any]) -> list[Proposal]:
    """Every remedy that these facts open, for a person to choose from; money where the law gives it.

    ``type`` (or ``other``) says the kind of claim, ``food`` that it is food, ``lost`` that the parcel is
    (its value is then the price where no other is given); the rest are the facts of the rules. A rule
    whose trigger is not among the facts is left out, and so is one that the law excludes.
    Raises BadFacts where a fact is wrong or belongs to no rule.
    """
    _known(facts)
    found = []
    for rule_id in rules_for(str(facts.get("type") or "other")):
        takes = RULES[rule_id][1]
        if _opens(rule_id, facts):
            given = {name: value for name, value in facts.items() if name in takes and value is not None}
            if rule_id == "R8" and "value" not in given and "price" in facts:
                given["value"] = facts["price"]
            try:
                found.append(compute(rule_id, _with_findings(rule_id, given)))
            except NotOwed:
                continue
    return found


def _known(facts: Mapping[str, Any]) -> None:
    names = {name for _, takes in RULES.values() for name in takes} | CONTEXT
    problems = [f"unknown fact '{name}'" for name in facts if name not in names]
    if problems:
        raise BadFacts(field="facts", rule="options", problems=problems, text="; ".join(problems))


def _given(facts: Mapping[str, Any], *names: str) -> bool:
    return all(facts.get(name) is not None for name in names)


def _opens(rule_id: str, facts: Mapping[str, Any]) -> bool:
    """Whether the facts hold what makes the rule worth computing."""
    fake = facts.get("type") == "counterfeit" and facts.get("fraud") is None
    returnable = facts.get("type") in RETURN_TYPES or not _given(facts, "paid_total")
    opening = {
        "R1": _given(facts, "price") and (bool(facts.get("fraud")) or fake),
        "R2": bool(facts.get("food")) and bool(facts.get("producer") or facts.get("knew")),
        "R3": bool(facts.get("known_defect")) and _given(facts, "harm", "loss"),
        "R4": any(facts.get(name) for name in ITEMS),
        "R5": _given(facts, "paid_total"),
        "R6": _given(facts, "price") and returnable,
        "R7": _given(facts, "price")
        and (_given(facts, "promised_times") or _given(facts, "promised_amount")),
        "R8": bool(facts.get("lost")) or _given(facts, "insured"),
        "R10": _given(facts, "principal"),
    }
    return opening[rule_id]


def _with_findings(rule_id: str, given: dict[str, Any]) -> dict[str, Any]:
    """A suspected fake is computed as fraud; the proposal says that a person must find it."""
    if rule_id == "R1":
        given.setdefault("fraud", "ask")
    if rule_id == "R8":
        given.setdefault("insured", False)
    return given
