"""Rows of clocks for tests, written as the program writes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bihuan.clocks.models import Clock


def clock(due_at: datetime, **changes: Any) -> Clock:
    """A running clock of PCN-3.4.b, due at that instant."""
    row: dict[str, Any] = {
        "id": uuid4(),
        "subject_kind": "case",
        "subject_id": uuid4(),
        "clause_id": "PCN-3.4.b",
        "clause_hash": "0" * 64,
        "key": "",
        "generation": 1,
        "round": 1,
        "facts": {},
        "limit": "24h",
        "calendar_version": "cn-0",
        "started_at": due_at - timedelta(days=1),
        "start_entry": 1,
        "due_at": due_at,
        "warn_at": [],
        "stage": 0,
        "state": "running",
        "held": [],
        "extended": [],
        "provisional": False,
        "imported": False,
    }
    return Clock.objects.create(**{**row, **changes})


def stopped(due_at: datetime, verdict: str, **changes: Any) -> Clock:
    """A clock that has its verdict."""
    state = "cancelled" if verdict == "cancelled" else "stopped"
    return clock(due_at, state=state, verdict=verdict, stopped_at=due_at, **changes)


def some_id(number: int) -> UUID:
    """A fixed id."""
    return UUID(int=number)
