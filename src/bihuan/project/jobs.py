"""Jobs of the house itself: reactions, and the rescue of jobs whose worker died."""

from __future__ import annotations

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bihuan.journal import reactions as registry
from bihuan.journal.time import now
from bihuan.project import reactions
from bihuan.project.api import once

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
