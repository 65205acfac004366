"""Remedies of the law by formula, in integer fen (PCN-3.3.2.a, CRP-2.3.a). Every result is a proposal."""

from __future__ import annotations

from bihuan.engine.remedies.facts import BadFacts
from bihuan.engine.remedies.options import BY_TYPE, RULES, compute, lawful_options, rules_for
from bihuan.engine.remedies.proposal import Line, NotOwed, Proposal, half_up, yuan

__all__ = [
    "BY_TYPE",
    "RULES",
    "BadFacts",
    "Line",
    "NotOwed",
    "Proposal",
    "compute",
    "half_up",
    "lawful_options",
    "rules_for",
    "yuan",
]
