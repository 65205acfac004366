"""Why a job failed is kept, so that the room can show it; the worker calls ``watch`` when it starts."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any, Final

from django.db import DatabaseError
from procrastinate.contrib.django import app

from bihuan.administration import actions
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now

_log = logging.getLogger(__name__)
_OURS: Final = "bihuan"


def noted(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Carry a job out; note what kind of error ended it, and where, and let it go on."""
    del worker
    try:
        return call_next()
    except Exception as error:
        _note(context.job.id, error)
        raise


def watch(started: Any) -> None:
    """Put ``noted`` around every job of a worker (settings PROCRASTINATE_ON_APP_READY)."""
    started.worker_defaults.setdefault("task_middleware", []).append(noted)


@app.periodic(cron="41 3 * * *")
@app.task(name="administration.forget", queue="upkeep", queueing_lock="administration.forget")
def forget(timestamp: int) -> None:
    """Notes of jobs that are gone go, too."""
    actions.forget_failures(at=now())


@app.periodic(cron="12 0 * * *")
@app.task(name="administration.record_day", queue="upkeep", queueing_lock="administration.record_day")
def record_day(timestamp: int) -> None:
    """What the pictures show, what the organisation lacks, who is short; a second record does no harm."""
    del timestamp
    actions.record_processes(actor=PROGRAM, at=now())
    actions.record_organisation(actor=PROGRAM, at=now())
    actions.record_staffing(actor=PROGRAM, at=now())


def _note(job_id: int, error: Exception) -> None:
    kind = getattr(error, "error_code", "") or type(error).__name__
    try:
        actions.note_failure(job_id=job_id, error=str(kind), place=place_of(error), at=now())
    except DatabaseError:
        _log.warning("the failure of job %s could not be noted", job_id, exc_info=True)


def place_of(error: BaseException) -> str:
    """The innermost line of this program that the error came through: file, line and function."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if f"/{_OURS}/" in f.filename] or list(frames)
    if not ours:
        return ""
    last = ours[-1]
    file = last.filename.rpartition(f"/{_OURS}/")[2]
    return f"{file}:{last.lineno} {last.name}"
