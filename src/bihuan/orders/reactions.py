"""What this flow does when something happened elsewhere; each is safe to repeat."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases import queries as cases
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.notices import queries as notices
from bihuan.orders import actions
from bihuan.orders.workflow import ORDER


def note_answer(entry: Entry, at: datetime) -> None:
    """The marketplace or a carrier answered an instruction of a case of this flow."""
    case_id = _mine(entry.data.get("case_id"))
    if case_id is None:
        return
    done = entry.event == "marketplace.instruction_done"
    try:
        actions.note_answer(
            case_id=case_id,
            actor=PROGRAM,
            at=at,
            instruction_id=entry.subject_id,
            outcome="done" if done else "refused",
            refusal=entry.data.get("refusal", ""),
            answered_at=entry.occurred_at,
        )
    except Refusal:
        return  # a person recorded the same answer before


def note_money(entry: Entry, at: datetime) -> None:
    """A refund of a cancelled order began, was credited, or failed."""
    case_id = _mine(entry.data.get("case_id"))
    if case_id is None:
        return
    try:
        actions.note_money(case_id=case_id, actor=PROGRAM, at=at, refund_id=entry.subject_id)
    except Refusal:
        return  # everything had arrived before


def mark_told(entry: Entry, at: datetime) -> None:
    """A notice of this flow reached the consumer."""
    notice = notices.get(entry.subject_id)
    if notice.subject_kind == "case" and notice.kind in actions.TOLD_KINDS:
        actions.mark_told(
            case_id=notice.subject_id,
            actor=PROGRAM,
            at=at,
            kind=notice.kind,
            notice_id=notice.id,
            channel=notice.channel,
            told_at=entry.occurred_at,
        )


def _mine(case_id: str | None) -> UUID | None:
    """The case of an event, where it is one of this flow."""
    if case_id is None or cases.flow_of(UUID(case_id)) != ORDER.name:
        return None
    return UUID(case_id)
