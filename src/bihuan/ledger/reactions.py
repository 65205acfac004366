"""What the books do on events of refunds."""

from __future__ import annotations

from datetime import datetime

from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.ledger import actions

__all__ = ["book", "claim"]


def book(entry: Entry, at: datetime) -> None:
    """A refund was sent, initiated, credited, or failed."""
    actions.book(entry_id=entry.id, actor=PROGRAM, at=at)


def claim(entry: Entry, at: datetime) -> None:
    """A carrier is to pay for what was lost or damaged on the way."""
    actions.claim(entry_id=entry.id, actor=PROGRAM, at=at)
