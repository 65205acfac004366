"""Work of the journal that recurs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bihuan.journal import actions
from bihuan.journal.time import now

AHEAD = 3
"""Years that have their partition beforehand."""


@app.periodic(cron="*/10 * * * *")
@app.task(name="journal.anchor", queue="journal", queueing_lock="journal.anchor")
def anchor(timestamp: int) -> None:
    """Anchor what is final and bring the anchors outside: the exposure window is as long as this interval."""
    del timestamp
    actions.make_anchors()


@app.periodic(cron="17 3 * * *")
@app.task(name="journal.add_years", queue="journal", queueing_lock="journal.add_years")
def add_years(timestamp: int) -> None:
    """Partitions of the years to come; safe to repeat."""
    del timestamp
    actions.add_years(upto=now().year + AHEAD)
