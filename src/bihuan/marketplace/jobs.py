"""Asking the marketplace outside in the background; with the built-in store there is nothing to ask."""

from __future__ import annotations

from procrastinate.contrib.django import app

from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.marketplace import actions


@app.task(name=actions.REFRESH_TASK, queue=actions.QUEUE)
def refresh_order(order_number: str) -> str:
    return actions.refresh_order(actor=PROGRAM, at=now(), order_number=order_number)


@app.task(name="marketplace.refresh_buyer", queue=actions.QUEUE)
def refresh_buyer(buyer_ref: str) -> str:
    return str(actions.refresh_buyer(actor=PROGRAM, at=now(), buyer_ref=buyer_ref))
