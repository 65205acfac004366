"""Asking the marketplace outside in the background; with the built-in store there is nothing to ask."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.marketplace import actions
from bihuan.marketplace.instructing.common import TASK


@app.task(name=actions.REFRESH_TASK, queue=actions.QUEUE)
def refresh_order(order_number: str) -> str:
    return actions.refresh_order(actor=PROGRAM, at=now(), order_number=order_number)


@app.task(name="marketplace.refresh_buyer", queue=actions.QUEUE)
def refresh_buyer(buyer_ref: str) -> str:
    return str(actions.refresh_buyer(actor=PROGRAM, at=now(), buyer_ref=buyer_ref))


@app.task(name=TASK, queue=actions.QUEUE)
def instruct(instruction_id: str) -> str:
    return actions.act_on_instruction(actor=PROGRAM, at=now(), instruction_id=UUID(instruction_id))


@app.periodic(cron="* * * * *")
@app.task(
    name="marketplace.sweep_instructions", queue=actions.QUEUE, queueing_lock="marketplace.instructions"
)
def sweep_instructions(timestamp: int) -> int:
    """Whatever is due: what no job sent, what nobody answered, what is not done yet."""
    del timestamp
    return actions.sweep_instructions(actor=PROGRAM, at=now())
