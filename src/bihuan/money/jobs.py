"""Sending and asking in the background. ``sweep`` alone is enough, should a job be lost."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.money import actions
from bihuan.money.actions.common import QUEUE, SEND_TASK


@app.task(name=SEND_TASK, queue=QUEUE)
def send(refund_id: str) -> None:
    actions.send(actor=PROGRAM, at=now(), refund_id=UUID(refund_id))


@app.periodic(cron="* * * * *")
@app.task(name="money.sweep", queue=QUEUE, queueing_lock="money.sweep")
def sweep(timestamp: int) -> int:
    """Whatever is due: what no job sent, what nobody answered, what is not credited yet."""
    del timestamp
    return actions.sweep(actor=PROGRAM, at=now())
