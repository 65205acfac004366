"""Every night: old drafts go, and who asked to be erased is, once nothing holds the data."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.personal import actions

_log = logging.getLogger(__name__)


@app.periodic(cron="40 3 * * *")
@app.task(name="personal.tidy", queue="housekeeping", queueing_lock="personal.tidy")
def tidy(timestamp: int) -> None:
    """Idempotent; each person in a transaction of their own."""
    del timestamp
    at = now()
    drafts = actions.sweep_drafts(actor=PROGRAM, at=at)
    erased = actions.erase_asked(actor=PROGRAM, at=at)
    _log.info("personal: %s old drafts removed, %s people erased at their request", drafts, erased)
