"""Jobs of notices: each is safe to repeat and to kill at any moment."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bihuan.journal.time import now
from bihuan.notices import actions
from bihuan.notices.actions.queueing import QUEUE, SEND


@app.task(name=SEND, queue=QUEUE, retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def send(notice_ids: list[str]) -> None:
    """One try to tell each of some people; nothing to do where that was done, or is being done, already."""
    for notice_id in actions.place(notice_ids=[UUID(each) for each in notice_ids], at=now()):
        taken = actions.claim(notice_id=notice_id, at=now())
        if taken is not None:
            result = actions.make(taken, at=now())
            actions.record(taken=taken, result=result, at=now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.sweep", queue=QUEUE, queueing_lock="notices.sweep")
def sweep(timestamp: int) -> None:
    """Notices that a killed process left behind get their job back: within a minute after their lease."""
    del timestamp
    actions.requeue_due(at=now())


def send_code(phone: str, code: str, language: str) -> None:
    """What ``accounts.actions.register_code_sender`` takes: a sign-in code on its way by SMS."""
    actions.queue_code(phone=phone, code=code, language=language, at=now())
