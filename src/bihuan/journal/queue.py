"""Putting jobs into procrastinate's queue in the transaction of the event, in one statement.

The library's own call does the same but reads the new ids back, which costs a round trip and
breaks psycopg's pipeline. Nobody is notified inside the transaction (docs/decisions/0003): workers
look every second.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import connection

_T = TypeVar("_T")
_DEFER: Final = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(%s, %s, %s, NULL, NULL, d.args, %s)::procrastinate_job_to_defer_v1 ORDER BY d.n))
FROM unnest(%s::jsonb[]) WITH ORDINALITY AS d(args, n)
"""

TOGETHER: Final = 50
"""How many things of one kind a job takes at most: fetching and ending a job costs more than most of them."""


def pieces(items: Sequence[_T]) -> list[list[_T]]:
    """The items in the pieces that one job takes each."""
    return [list(items[start : start + TOGETHER]) for start in range(0, len(items), TOGETHER)]


def defer(
    *,
    task: str,
    queue: str,
    calls: Sequence[Mapping[str, Any]],
    at: datetime | None = None,
    priority: int = 0,
) -> None:
    """One job for each call; it rolls back with the transaction. Higher priorities go first."""
    if calls:
        with connection.cursor() as cursor:
            cursor.execute(_DEFER, [queue, task, priority, at, [json.dumps(dict(c)) for c in calls]])


_AGAIN: Final = """
UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = %s, attempts = 0, worker_id = NULL
WHERE id = %s AND status = 'failed' AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS other WHERE other.status = 'todo'
        AND other.queueing_lock = procrastinate_jobs.queueing_lock)
RETURNING task_name
"""
_GIVE_UP: Final = """
UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = %s AND status IN ('todo', 'failed')
RETURNING task_name
"""


def start_again(job_id: int, *, at: datetime) -> str | None:
    """Let a failed job start again with all its tries; its task, or None where it did not fail."""
    return _one(_AGAIN, [at, job_id])


def give_up(job_id: int) -> str | None:
    """A job that failed or waits is carried out no more; its task, or None where it does neither."""
    return _one(_GIVE_UP, [job_id])


def state_of(job_id: int) -> str | None:
    """todo, doing, succeeded, failed, cancelled, aborting or aborted; None for a job that is gone."""
    return _one("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job_id])


def _one(statement: str, values: Sequence[Any]) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return str(row[0]) if row else None
