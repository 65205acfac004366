"""Telling, paying and watching in the background; each is safe to repeat and to kill at any moment."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from bihuan.incidents import actions, queries
from bihuan.journal.actor import PROGRAM
from bihuan.journal.queue import defer
from bihuan.journal.time import now

AT_ONCE = 10
"""Pieces of one job, so that other work gets its turn between two jobs."""


@app.task(name=actions.TELL, queue=actions.QUEUE)
def tell(incident_id: str) -> None:
    """Tell some people, then let the next job go on; whoever finds nobody left looks whether all are told."""
    for _ in range(AT_ONCE):
        if not actions.tell_piece(incident_id=UUID(incident_id), actor=PROGRAM, at=now()):
            actions.settle(incident_id=UUID(incident_id), actor=PROGRAM, at=now())
            return
    _again(actions.TELL, incident_id)


@app.task(name=actions.ISSUE, queue=actions.QUEUE)
def issue(incident_id: str) -> None:
    """Ask for some refunds or grants, then let the next job go on. Without an answer the minute's look begins
    anew."""
    for _ in range(AT_ONCE):
        if not actions.issue_piece(incident_id=UUID(incident_id), actor=PROGRAM, at=now()):
            return
    _again(actions.ISSUE, incident_id)


@app.periodic(cron="* * * * *")
@app.task(name="incidents.attend", queue=actions.QUEUE, queueing_lock="incidents.attend")
def attend(timestamp: int) -> None:
    """Every minute: jobs that were lost begin anew, messages of other channels are counted in."""
    del timestamp
    for incident_id in queries.going():
        actions.keep_going(incident_id=incident_id, actor=PROGRAM, at=now())
        actions.settle(incident_id=incident_id, actor=PROGRAM, at=now())


@app.periodic(cron="23 * * * *")
@app.task(name="incidents.watch", queue=actions.QUEUE, queueing_lock="incidents.watch")
def watch(timestamp: int) -> None:
    """Every hour."""
    del timestamp
    actions.watch(actor=PROGRAM, at=now())


def _again(task: str, incident_id: str) -> None:
    defer(task=task, queue=actions.QUEUE, calls=[{"incident_id": incident_id}])
