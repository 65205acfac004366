"""What this flow does when something happened elsewhere; each is safe to repeat."""

from __future__ import annotations

from datetime import datetime

from bihuan.cases.reacting import case_of, note_told
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.orders import actions
from bihuan.orders.workflow import ORDER


def note_answer(entry: Entry, at: datetime) -> None:
    """The marketplace or a carrier answered an instruction of a case of this flow."""
    case_id = case_of(entry, ORDER)
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
    case_id = case_of(entry, ORDER)
    if case_id is None:
        return
    try:
        actions.note_money(case_id=case_id, actor=PROGRAM, at=at, refund_id=entry.subject_id)
    except Refusal:
        return  # everything had arrived before


def mark_told(entry: Entry, at: datetime) -> None:
    """A notice of this flow reached the consumer."""
    note_told(entry, at, actions.mark_told, kinds=actions.TOLD_KINDS)
