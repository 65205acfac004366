"""A statement of the payment side: its rows, and how a difference names the one that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bihuan.money.actions.recording import ProofKind


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One credit on the statement: of a whole refund, or with ``way`` of what went back by that way."""

    key: str
    amount_fen: int
    credited_at: datetime
    reference: str = ""
    way: str = ""


def source_of(statement: str, way: str = "") -> str:
    """Where a difference comes from; each way of a statement for itself."""
    return f"{ProofKind.STATEMENT}:{statement}" + (f"/{way}" if way else "")
