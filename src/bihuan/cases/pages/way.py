"""The way of a case as the consumer sees it: stages done, now, and to come, with promised times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A stage of a case: done, now, to_come, skipped or ended."""

    code: str
    words: str
    state: str
    at: datetime | None = None
    due_at: datetime | None = None
    clause: str = ""
    promise: str = ""
    within: str = ""
    overdue: bool = False
    late: bool = False
    provisional: bool = False
