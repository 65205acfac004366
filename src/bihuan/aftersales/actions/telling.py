"""What counts when a notice has reached the consumer: the proof stands behind the time."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.aftersales import events
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import work_on
from bihuan.cases.models import Case
from bihuan.journal.actor import Actor

DECISIONS: Final = {"aftersales_approved": "approved", "aftersales_declined": "declined"}
RESULT: Final = "aftersales_done"
KINDS: Final = frozenset({*DECISIONS, RESULT})
"""Notices owed to the consumer: that they were told is said of the case."""


def mark_told(
    *, case_id: UUID, actor: Actor, at: datetime, kind: str, notice_id: UUID, channel: str, told_at: datetime
) -> Case:
    """The decision, or that all is done, reached the consumer at ``told_at``: the provider's stamp counts."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="note_told") as work:
        if kind in DECISIONS:
            told = events.DecisionTold(notice_id=notice_id, channel=channel, outcome=DECISIONS[kind])
            work.say(told, occurred_at=told_at, proven=True)
        elif kind == RESULT:
            said = events.ResultTold(notice_id=notice_id, channel=channel)
            work.say(said, occurred_at=told_at, proven=True)
    return work.case
