"""A person puts a complaint into the green channel, a supervisor takes it out (PCN-2.3.4.b)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases import green
from bihuan.cases.models import Case
from bihuan.complaints.workflow import COMPLAINT
from bihuan.journal.actor import Actor


def mark_green(*, case_id: UUID, actor: Actor, at: datetime, need: str, reason: str) -> Case:
    """An urgent need that neither the product nor the words showed. Raises Invalid, Refusal."""
    return green.mark(COMPLAINT, case_id=case_id, actor=actor, at=at, need=need, reason=reason)


def unmark_green(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """No urgent need after all. Raises Refusal."""
    return green.unmark(COMPLAINT, case_id=case_id, actor=actor, at=at, reason=reason)
