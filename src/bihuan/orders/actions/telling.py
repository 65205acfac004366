"""What counts when a notice has reached the consumer: the proof stands behind the time."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.cases.actions import work_on
from bihuan.cases.models import Case
from bihuan.journal.actor import Actor
from bihuan.orders import events
from bihuan.orders.workflow import ORDER

TOLD_KINDS: Final = frozenset(
    {"order_asked", "order_done", "order_refused", "order_guided", "order_repaying", "order_repaid"}
    | {"order_intercepted", "order_returned", "order_partly"}
)


def mark_told(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    kind: str,
    notice_id: UUID,
    channel: str,
    told_at: datetime,
) -> Case:
    """A notice to the consumer was accepted by its provider or lies in their inbox at ``told_at``."""
    with work_on(ORDER, case_id=case_id, actor=actor, at=at, step="note_told") as work:
        told = events.Told(what=kind, notice_id=notice_id, channel=channel)
        work.say(told, occurred_at=told_at, proven=True)
    return work.case
