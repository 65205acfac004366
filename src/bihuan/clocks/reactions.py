"""What clocks do when something else happened."""

from __future__ import annotations

from datetime import datetime

from bihuan.clocks.rejudging import rejudge_provisional
from bihuan.journal.models import Entry


def rejudge(entry: Entry, at: datetime) -> None:
    """A calendar year was loaded: provisional clocks are judged again (clocks.md 6)."""
    del entry
    rejudge_provisional(at=at)
