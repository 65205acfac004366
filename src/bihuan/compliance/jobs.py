"""Carrying out a verification of the journal outside the request that asked for it."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from procrastinate.contrib.django import app

from bihuan.compliance import actions
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now

_log = logging.getLogger(__name__)
_EVERY = 0.5
"""Seconds between two notes of progress."""


@app.task(name=actions.TASK, queue=actions.QUEUE)
def verify(verification_id: str) -> None:
    """Verify the whole journal and keep the result; safe to repeat after a kill."""
    run = UUID(verification_id)
    if not actions.begin_verification(verification_id=run, actor=PROGRAM, at=now()):
        return
    try:
        report = journal.verify(progress=_Progress(run))
    except Exception as error:
        _log.exception("verification %s", run)
        reason = getattr(error, "error_code", type(error).__name__)
        actions.fail_verification(verification_id=run, reason=reason, actor=PROGRAM, at=now())
        raise
    actions.end_verification(verification_id=run, report=report, actor=PROGRAM, at=now())


class _Progress:
    """Notes at once and then twice a second how far the reading is."""

    def __init__(self, run: UUID) -> None:
        self.run, self.said = run, 0.0

    def __call__(self, read: int, due: int) -> None:
        if time.monotonic() - self.said < _EVERY:
            return
        self.said = time.monotonic()
        actions.note_progress(verification_id=self.run, read=read, due=due, actor=PROGRAM, at=now())
