"""Until when a case is put aside: usual choices, or a time of one's own, in Chinese time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bihuan.cases.forms import instant

ZONE: Final = ZoneInfo("Asia/Shanghai")
CHOICES: Final = ("1h", "4h", "tomorrow", "3d", "monday", "at")
_MORNING: Final = time(9)


def until(choice: str, typed: str, at: datetime) -> datetime:
    """The instant of a choice; mornings are at nine. Raises Invalid."""
    today = at.astimezone(ZONE).date()
    if choice in ("1h", "4h"):
        return at + timedelta(hours=int(choice[0]))
    days = {"tomorrow": 1, "3d": 3, "monday": 7 - today.weekday()}.get(choice)
    if days is not None:
        return datetime.combine(today + timedelta(days=days), _MORNING, ZONE)
    return instant(typed, "until_at")
