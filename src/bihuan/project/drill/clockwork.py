"""Simulated time: lives that act now and then, in one queue ordered by time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

Life = Iterator[datetime]
"""A simulated course of events: it acts when resumed and yields the time of its next act."""


@dataclass
class Clockwork:
    """The queue. ``turn`` sets the time; ``after`` runs what follows from an act (jobs)."""

    turn: Callable[[datetime], None]
    after: Callable[[datetime], None]
    acts: int = 0
    _queue: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def add(self, life: Life, first: datetime) -> None:
        """Let a life begin at a time."""
        heapq.heappush(self._queue, (first, next(self._numbers), life))

    def run(self, until: datetime, told: Callable[[datetime, int], None]) -> int:
        """Resume lives in the order of time until the end; returns how many acts there were."""
        now = None
        while self._queue and self._queue[0][0] <= until:
            at, _, life = heapq.heappop(self._queue)
            if at != now:
                self.turn(at)
                now = at
            following = next(life, None)
            self.after(at)
            self.acts += 1
            told(at, self.acts)
            if following is not None:
                self.add(life, max(following, at + timedelta(seconds=1)))
        return self.acts
