"""Running queued jobs in this process, for drills and scenarios: the same functions, no worker."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

_TAKE = """
UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
    SELECT id FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)
    ORDER BY priority DESC, id LIMIT 1
) RETURNING id, task_name, args
"""
_DONE = "DELETE FROM procrastinate_jobs WHERE id = %s"


def drain(*, at: datetime, most: int = 10_000) -> int:
    """Run every job that is due at ``at``, jobs that these enqueue included; returns how many ran.

    A job's error is raised, so that a drill does not go on over a fault.
    """
    for ran in range(most):
        job = _next(at)
        if job is None:
            return ran
        number, name, args = job
        app.tasks[name].func(**args)
        with connection.cursor() as cursor:
            cursor.execute(_DONE, [number])
    return most


def _next(at: datetime) -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [at])
        row = cursor.fetchone()
    if row is None:
        return None
    args = row[2] if isinstance(row[2], dict) else json.loads(row[2])
    return row[0], row[1], args
