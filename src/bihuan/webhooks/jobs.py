"""Jobs of webhooks: each is safe to repeat and to kill at any moment."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bihuan.journal.time import now
from bihuan.webhooks import actions
from bihuan.webhooks.actions.collecting import BATCH, QUEUE, TASK


@app.task(name=TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def deliver(delivery_id: str) -> None:
    """One try to deliver; nothing to do where that was done, or is being done, already."""
    taken = actions.claim(delivery_id=UUID(delivery_id), at=now())
    if taken is not None:
        answer = actions.make(taken, at=now())
        actions.record(taken=taken, answer=answer, at=now())


@app.periodic(cron="* * * * * */5")  # the sixth field is the seconds
@app.task(name="webhooks.collect", queue=QUEUE, queueing_lock="webhooks.collect")
def collect(timestamp: int) -> None:
    """Every five seconds, whatever was committed since."""
    del timestamp
    while actions.collect(at=now()) == BATCH:
        pass


@app.periodic(cron="* * * * *")
@app.task(name="webhooks.sweep", queue=QUEUE, queueing_lock="webhooks.sweep")
def sweep(timestamp: int) -> None:
    """Deliveries that a killed process left behind get their job back."""
    del timestamp
    actions.requeue_due(at=now())


@app.periodic(cron="50 3 * * *")
@app.task(name="webhooks.purge", queue="upkeep", queueing_lock="webhooks.purge")
def purge(timestamp: int) -> None:
    """Deliveries that ended more than thirty days ago leave the log."""
    del timestamp
    actions.purge(at=now())
