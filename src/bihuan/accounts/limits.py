"""Rate limits: token buckets in an unlogged table of the database, so that they hold over all processes.

A caller with many requests (a key) leases several tokens at once and spends them in its own process, which
saves a round trip for most requests; the total over all processes stays right, and a lease that is not used
up is given back by time. These limits guard doors, so they run on the machine's clock, never on a drill's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from django.db import connection

from bihuan.accounts.errors import TooMany

_LEASE_SECONDS = 2.0
_TAKE = """
INSERT INTO accounts_bucket AS b (id, tokens, updated_at)
VALUES (%(id)s, %(burst)s - %(take)s, clock_timestamp())
ON CONFLICT (id) DO UPDATE SET updated_at = clock_timestamp(), tokens =
    least(%(burst)s, b.tokens + %(rate)s * extract(epoch FROM clock_timestamp() - b.updated_at)) - %(take)s
WHERE least(%(burst)s, b.tokens + %(rate)s * extract(epoch FROM clock_timestamp() - b.updated_at)) >= %(take)s
RETURNING tokens
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """``count`` requests in ``seconds``, all of them at once if need be."""

    count: int
    seconds: float
    lease: int = 1

    @property
    def rate(self) -> float:
        return self.count / self.seconds


_leases: dict[bytes, tuple[int, float]] = {}
_lock = Lock()


def take(name: str, limit: Limit) -> None:
    """Use one token of the bucket ``name``. Raises TooMany when there is none."""
    bucket = hashlib.sha256(name.encode()).digest()
    if limit.lease > 1 and _spend(bucket):
        return
    for size in sorted({min(limit.lease, limit.count), 1}, reverse=True):
        if _taken(bucket, limit, size):
            if size > 1:
                with _lock:
                    _leases[bucket] = (size - 1, monotonic() + _LEASE_SECONDS)
            return
    raise TooMany(seconds=max(1, round(1 / limit.rate)))


def forget_leases() -> None:
    """Drop the leases of this process (tests, and after a fork)."""
    with _lock:
        _leases.clear()


def _spend(bucket: bytes) -> bool:
    with _lock:
        left, until = _leases.get(bucket, (0, 0.0))
        if left <= 0 or monotonic() > until:
            _leases.pop(bucket, None)
            return False
        _leases[bucket] = (left - 1, until)
        return True


def _taken(bucket: bytes, limit: Limit, size: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"id": bucket, "burst": limit.count, "rate": limit.rate, "take": size})
        return cursor.fetchone() is not None
