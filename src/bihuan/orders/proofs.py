"""Which journal entries prove which clauses: the queries that clause files name under ``evidence``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.norms.evidence import entries, register

PROOFS: Final[Mapping[str, tuple[str, ...]]] = {
    "changes": ("change_asked", "change_answered", "told"),
    "cancellations": ("cancel_asked", "cancelled", "guided", "told"),
    "refunds": ("cancel_asked", "refund_asked", "refund_credited", "nothing_paid", "guided"),
}


def install() -> None:
    """Register every query with the rulebooks; called once when the program starts."""
    for name, events in PROOFS.items():
        register(f"orders.{name}", entries(*(f"order.{event}" for event in events)))
