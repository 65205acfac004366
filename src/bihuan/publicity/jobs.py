"""Once a day what the public page shows is written down."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.publicity import actions


@app.periodic(cron="5 0 * * *")
@app.task(name="publicity.record_page", queue="housekeeping", queueing_lock="publicity.record_page")
def record_page(timestamp: int) -> None:
    """A second record of a day does no harm: each says what stood there then."""
    del timestamp
    actions.record_page(actor=PROGRAM, at=now())
