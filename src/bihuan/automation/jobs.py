"""Jobs of automation: each is safe to repeat and to kill at any moment."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bihuan.automation import actions
from bihuan.automation.actions.firing import BATCH, QUEUE, TASK
from bihuan.journal.time import now


@app.task(name=TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def fire(rule_id: str, entry_id: int | None = None, clock_id: str | None = None) -> None:
    """Carry one rule out for one cause."""
    clock = UUID(clock_id) if clock_id else None
    actions.fire(rule_id=UUID(rule_id), entry_id=entry_id, clock_id=clock, at=now())


@app.periodic(cron="* * * * * */5")  # the sixth field is the seconds
@app.task(name="automation.collect", queue=QUEUE, queueing_lock="automation.collect")
def collect(timestamp: int) -> None:
    """Every five seconds, the rules that wait for what was committed since."""
    del timestamp
    while actions.collect(at=now()) == BATCH:
        pass


@app.periodic(cron="* * * * *")
@app.task(name="automation.attend", queue=QUEUE, queueing_lock="automation.attend")
def attend(timestamp: int) -> None:
    """Every minute, the rules that wait for a time before a clock's end."""
    del timestamp
    actions.attend(at=now())
