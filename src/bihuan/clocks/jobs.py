"""The clocks' periodic job: every ten seconds, whatever is due, in batches."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bihuan.clocks.firing import fire_due
from bihuan.journal.time import now


@app.periodic(cron="* * * * * */10")  # the sixth field is the seconds
@app.task(name="clocks.fire", queue="clocks", queueing_lock="clocks.fire", pass_context=False)
def fire(timestamp: int) -> None:
    """Fire until nothing is due; a second worker takes the rows that this one does not hold."""
    del timestamp
    while fire_due(at=now()).rows:
        pass
