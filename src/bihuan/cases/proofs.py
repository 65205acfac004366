"""Which journal entries of any flow's case prove which clauses."""

from __future__ import annotations

from bihuan.norms.evidence import entries, register


def install() -> None:
    """Register every query with the rulebooks; called once when the program starts."""
    register("cases.green", entries("case.greened", "case.green_served", "case.ungreened"))
