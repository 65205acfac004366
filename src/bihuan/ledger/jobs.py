"""Should a reaction be lost, the books catch up within the hour."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.ledger import actions, queries


@app.periodic(cron="17 * * * *")
@app.task(name="ledger.catch_up", queue="money", queueing_lock="ledger.catch_up")
def catch_up(timestamp: int) -> int:
    """Everything where the books are empty, else what was recorded in the last three days."""
    del timestamp
    at = now()
    since = at - timedelta(days=3) if queries.begun() else queries.BEGINNING
    return actions.catch_up(actor=PROGRAM, at=at, since=since)
