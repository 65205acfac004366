"""Looking ahead: certificates that are about to end."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.workforce import actions

WARNINGS = (30, 7)
"""Days before the end of a certificate."""


@app.periodic(cron="23 1 * * *")
@app.task(name="workforce.warn_certificates", queue="upkeep", queueing_lock="workforce.warn_certificates")
def warn_certificates(timestamp: int) -> None:
    """Warn of certificates that end within 30 and within 7 days; each is told once."""
    for days in sorted(WARNINGS):
        actions.warn_certificates(actor=PROGRAM, at=now(), days=days)
