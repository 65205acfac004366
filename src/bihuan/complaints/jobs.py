"""What the program does by itself: reminders and lapses, last notices and default findings."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from procrastinate.contrib.django import app

from bihuan.cases.attending import attended
from bihuan.complaints import actions, queries
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.marketplace import actions as marketplace

ASK_AGAIN = 10
"""Minutes between two questions to a marketplace that does not answer."""


def attend(*, at: datetime) -> int:
    """Everything that is due now, each case in its own transaction; returns how much was done.

    A case that fails is logged and does not stop the rest; it is tried again next time.
    """
    done = 0
    for case_id, what in queries.supplements_due(at):
        step = actions.lapse if what == "lapse" else actions.remind_supplement
        done += attended(partial(step, case_id=case_id, actor=PROGRAM, at=at))
    for case_id, order_number in queries.unknown_checks(at):
        done += attended(partial(actions.check, case_id=case_id, actor=PROGRAM, at=at))
        if at.minute % ASK_AGAIN == 0:
            marketplace.ask_later(actor=PROGRAM, at=at, order_number=order_number)
    for case_id, request_id, what in queries.requests_due(at):
        act = actions.warn_default if what == "warn" else actions.find_default
        done += attended(partial(act, case_id=case_id, actor=PROGRAM, at=at, request_id=request_id))
    return done


@app.periodic(cron="* * * * *")
@app.task(name="complaints.attend", queue="clocks", queueing_lock="complaints.attend")
def attend_due(timestamp: int) -> None:
    """Every minute."""
    del timestamp
    attend(at=now())
