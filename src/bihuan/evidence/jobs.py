"""Jobs of evidence."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from procrastinate.contrib.django import app

from bihuan.evidence import actions, pieces
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now

_log = logging.getLogger(__name__)


@app.periodic(cron="20 3 * * *")
@app.task(name="evidence.clean_up", queue="housekeeping", queueing_lock="evidence.clean_up")
def clean_up(timestamp: int) -> None:
    """Remove what no case claimed within seven days, and what killed uploads left."""
    del timestamp
    done = actions.discard_unclaimed(actor=PROGRAM, at=now(), files_at=datetime.now(UTC))
    _log.info("evidence cleaned up: %s items, %s files, %s left-overs", done.items, done.files, done.staged)


@app.periodic(cron="50 * * * *")
@app.task(name="evidence.sweep_pieces", queue="housekeeping", queueing_lock="evidence.sweep_pieces")
def sweep_pieces(timestamp: int) -> None:
    """Remove unfinished files that nobody went on with for two days."""
    del timestamp
    _log.info("%s unfinished files removed", pieces.sweep(at=now(), files_at=datetime.now(UTC)))
