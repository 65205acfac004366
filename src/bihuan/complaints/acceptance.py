"""The acceptance conditions of PCN-3.1.2, from what was given and what the marketplace knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bihuan.engine import decisions
from bihuan.marketplace.queries import Facts

PARTIES: Final = ("buyer", "user", "victim", "reporter")


@dataclass(frozen=True, slots=True)
class Given:
    """What the complainant gave, as far as the conditions ask."""

    party: str
    transaction_record: str
    matter: bool
    demand: str
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``pass``, ``fail`` or ``unknown``, with the code of what it rests on."""

    name: str
    result: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``accepted``, ``supplement`` (with what is missing) or ``person_decides``."""

    result: str
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]


def decide(given: Given, facts: Facts) -> Verdict:
    """Check every condition; what is unknown is for a person and never refuses (clocks.md 12)."""
    found = decisions.acceptance(
        {
            "party": str(facts.standing.result),
            "role": given.party,
            "order": str(facts.order.result),
            "record": bool(given.transaction_record.strip()),
            "matter": given.matter,
            "demand": bool(given.demand),
            "evidence": given.has_evidence,
        }
    )
    return Verdict(
        result=found.result,
        conditions=tuple(Condition(c.name, c.result, c.basis) for c in found.conditions),
        missing=tuple(found.missing),
    )
