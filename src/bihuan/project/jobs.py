"""Jobs of the house itself: reactions, and the rescue of jobs whose worker died."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bihuan.administration import actions as administration
from bihuan.journal import reactions as registry
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.project import reactions
from bihuan.project.api import once
from bihuan.project.runtime import backup

_log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=12, exponential_wait=3)
STALLED_AFTER = 60
"""Seconds without a heartbeat after which a worker counts as dead."""


@app.task(name=registry.TASK, queue=registry.QUEUE, retry=RETRY)
def react(entry_ids: list[int], reaction: str) -> None:
    """Carry out one reaction to each of some entries; one that fails does not stop the others.

    Tried again with growing pauses as long as one fails; those carried out before have their receipt.
    """
    failed: Exception | None = None
    for entry_id in entry_ids:
        try:
            reactions.react(entry_id=entry_id, reaction=reaction, at=now())
        except Exception as error:
            _log.exception("reaction %s to entry %s failed", reaction, entry_id)
            failed = error
    if failed is not None:
        raise failed


@app.periodic(cron="* * * * *")
@app.task(name="project.rescue", queue="rescue", queueing_lock="project.rescue")
async def rescue(timestamp: int) -> None:
    """Jobs that a killed worker left in progress start again; every job is safe to repeat."""
    del timestamp
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        _log.warning("job %s (%s) was left by a dead worker and starts again", job.id, job.task_name)
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 * * * *")
@app.task(name="project.forget_answers", queue="upkeep", queueing_lock="project.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Answers kept for their Idempotency-Key go when their day is over."""
    del timestamp
    once.forget(at=now())


@app.task(name=administration.BACKUP, queue=administration.QUEUE)
def back_up(backup_id: str) -> None:
    """Write the backup that somebody asked for, read it again, and say how it went; safe to repeat."""
    run = administration.begin_backup(backup_id=UUID(backup_id), actor=PROGRAM, at=now())
    if run is None:
        return
    folder = Path(settings.BACKUP_ROOT)
    target = folder / f"bihuan-{run.asked_at:%Y%m%dT%H%M%SZ}-{run.id.hex[:8]}.tar"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.unlink(missing_ok=True)  # of a killed worker
        owner = os.environ.get("BIHUAN_DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
        backup.write(Path(settings.HOME), owner, target, _log.info, with_keys=run.with_keys)
        members, digest = backup.verify(target)
    except Exception as error:
        _log.exception("backup %s", backup_id)
        reason = type(error).__name__
        administration.fail_backup(backup_id=run.id, reason=reason, actor=PROGRAM, at=now())
        raise
    administration.end_backup(
        backup_id=run.id,
        file=target.name,
        size=target.stat().st_size,
        members=members,
        sha256=digest,
        actor=PROGRAM,
        at=now(),
    )
