"""Work of the journal that recurs; project/schedule.py says how often."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bihuan.journal import actions
from bihuan.journal.time import now

AHEAD = 3
"""Years that have their partition beforehand."""


@app.task(name="journal.anchor", queue="journal", queueing_lock="journal.anchor")
def anchor() -> None:
    """Anchor what is final and bring the anchors outside; safe to repeat."""
    actions.make_anchors()


@app.task(name="journal.add_years", queue="journal", queueing_lock="journal.add_years")
def add_years() -> None:
    """Partitions of the years to come; safe to repeat."""
    actions.add_years(upto=now().year + AHEAD)
