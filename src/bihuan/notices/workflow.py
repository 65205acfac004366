"""States of a notice and how it goes on; no Django."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

PAUSES: Final = tuple(timedelta(seconds=s) for s in (20, 60, 5 * 60, 15 * 60, 60 * 60))
"""Between two tries on one channel; after the last one the next channel is tried."""
TRIES: Final = len(PAUSES) + 1
LEASE: Final = timedelta(minutes=2)
"""How long one try may take before another worker takes over."""
LATE: Final = timedelta(seconds=20)
"""So long after its turn a notice without a job counts as left behind by a killed worker."""
SECRET_FOR: Final = timedelta(minutes=5)
"""After this a code is not sent any more."""

STEPS: Final = (
    ("queued", "claim", "sending"),
    ("sending", "claim", "sending"),
    ("sending", "accept", "accepted"),
    ("sending", "defer", "queued"),
    ("sending", "fall back", "queued"),
    ("sending", "fail", "failed"),
    ("accepted", "deliver", "delivered"),
    ("accepted", "bounce", "bounced"),
    ("delivered", "bounce", "bounced"),
    ("bounced", "fall back", "queued"),
    ("bounced", "retry", "queued"),
    ("failed", "retry", "queued"),
)
"""From, step, to: what docs draw. A claim of a notice that is being sent is the take-over after a kill."""


def pause_after(tries: int) -> timedelta | None:
    """The wait after so many tries on one channel; None when another channel's turn has come."""
    return PAUSES[tries - 1] if tries < TRIES else None


def preferred(channels: Sequence[str], liked: Sequence[str]) -> list[str]:
    """The same channels, those that the person likes first and in that order."""
    first = [c for c in liked if c in channels]
    return first + [c for c in channels if c not in first]
