"""Which journal entries prove the clauses of organisation, process and staffing (ASM-2)."""

from __future__ import annotations

from bihuan.norms.evidence import entries, register


def install() -> None:
    """Register the queries; called once when queries of evidence are first asked for."""
    register("administration.processes", entries("process.shown"))
    register("administration.staffing", entries("staffing.foreseen", "staffing.effort_set"))
    register(
        "administration.organisation",
        entries("unit.opened", "unit.changed", "unit.closed", "money.limit_set", "organisation.reviewed"),
    )
