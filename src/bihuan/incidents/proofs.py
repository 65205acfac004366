"""Which journal entries prove PCN-2.3.4.a."""

from __future__ import annotations

from bihuan.norms.evidence import entries, register


def install() -> None:
    """Register the query with the rulebooks; called once when the program starts."""
    names = ("declared", "frozen", "remedy_chosen", "approved", "started", "told", "issued", "stopped")
    register("incidents.tellings", entries(*(f"incident.{name}" for name in names)))
