"""Work of the conversations that recurs."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from bihuan.conversations import actions
from bihuan.journal.time import now

KEPT = timedelta(days=30)


@app.periodic(cron="23 3 * * *")
@app.task(name="conversations.drop_drafts", queue="upkeep", queueing_lock="conversations.drop_drafts")
def drop_drafts(timestamp: int) -> None:
    """Forget drafts that nobody touched for a month; safe to repeat."""
    del timestamp
    actions.drop_drafts(before=now() - KEPT)
