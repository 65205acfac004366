"""Circuit breaker: after failures in a row nobody asks for a while, then one call tries again."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Breaker:
    """Safe for threads; each process has its own. ``clock`` counts seconds, never backwards."""

    def __init__(self, clock: Callable[[], float], *, failures: int = 5, rest: float = 30.0) -> None:
        self._clock, self._most, self._rest = clock, failures, rest
        self._failures = 0
        self._until = 0.0
        self._lock = threading.Lock()

    def may_ask(self) -> bool:
        """True when closed, and for one caller after each rest."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._rest
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._until = self._clock() + self._rest
