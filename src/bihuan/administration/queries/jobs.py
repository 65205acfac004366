"""Jobs: what waits, runs and failed, with the kind of its error and its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from bihuan.accounts.permissions import require
from bihuan.administration.permissions import RoomPermission
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor

STATES: Final = ("failed", "doing", "todo", "cancelled")
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``since``: when it was put in the queue, or began its last try; ``due_at``: not before."""

    id: int
    task: str
    queue: str
    state: str
    attempts: int
    due_at: datetime | None
    since: datetime | None
    error: str
    place: str
    failed_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether it waits although its time has come."""
        return self.state == "todo" and self.due_at is None


_JOBS: Final = """
SELECT j.id, j.task_name, j.queue_name, j.status::text, j.attempts, j.scheduled_at,
    (SELECT max(e.at) FROM procrastinate_events AS e WHERE e.job_id = j.id),
    coalesce(f.error, ''), coalesce(f.place, ''), f.failed_at
FROM procrastinate_jobs AS j LEFT JOIN administration_jobfailure AS f ON f.job_id = j.id
"""
_OF_STATE: Final = """
WHERE j.status = %s::procrastinate_job_status AND (%s = 0 OR j.id < %s) ORDER BY j.id DESC LIMIT %s
"""
_COUNTED: Final = """
SELECT status::text, count(*) FROM procrastinate_jobs
WHERE status IN ('todo', 'doing', 'failed', 'cancelled') GROUP BY status
"""
_WORKERS: Final = "SELECT id, last_heartbeat FROM procrastinate_workers ORDER BY last_heartbeat DESC LIMIT 20"


def jobs(actor: Actor, state: str, *, before: int = 0) -> list[Job]:
    """Jobs of one state, the newest first; page on with the last one's id. Raises Invalid."""
    require(actor, RoomPermission.SYSTEM)
    if state not in STATES:
        raise Invalid(field="state", remedy=f"Choose one of {', '.join(STATES)}.")
    with connection.cursor() as cursor:
        cursor.execute(_JOBS + _OF_STATE, [state, before, before, PAGE + 1])
        return [Job(*row) for row in cursor.fetchall()]


def job_for(actor: Actor, job_id: int) -> Job:
    """One job. Raises NotFound."""
    require(actor, RoomPermission.SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(_JOBS + "WHERE j.id = %s", [job_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(kind="job", id=str(job_id))
    return Job(*row)


def counted(actor: Actor) -> dict[str, int]:
    """How many jobs are in each state; none of those that succeeded, which are deleted."""
    require(actor, RoomPermission.SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        found = dict(cursor.fetchall())
    return {state: int(found.get(state, 0)) for state in STATES}


def workers(actor: Actor) -> list[tuple[int, datetime]]:
    """Workers by their last sign of life, the latest first."""
    require(actor, RoomPermission.SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS)
        return [(int(row[0]), row[1]) for row in cursor.fetchall()]
