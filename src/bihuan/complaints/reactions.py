"""What complaints do when something happened elsewhere or earlier; each is safe to repeat."""

from __future__ import annotations

from datetime import datetime

from bihuan.cases import queries as cases
from bihuan.cases.reacting import case_of, give_out, note_told
from bihuan.complaints import actions
from bihuan.complaints.actions import following
from bihuan.complaints.actions.telling import ALL_KINDS, MIRRORED
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry

__all__ = [
    "MIRRORED",
    "assign",
    "confirm_refund",
    "keep_money_promise",
    "mark_told",
    "mirror",
    "note_refund_failed",
    "reassign",
    "tell_followers",
    "tell_progress",
]
FOLLOWED = following.STEPS


def assign(entry: Entry, at: datetime) -> None:
    """A complaint came in: somebody gets it."""
    give_out(entry, at, actions.assign)


def mark_told(entry: Entry, at: datetime) -> None:
    """A notice of a complaint reached its person."""
    note_told(entry, at, actions.mark_told, kinds=ALL_KINDS, more=lambda notice: {"params": notice.params})


def confirm_refund(entry: Entry, at: datetime) -> None:
    """The marketplace confirmed a refund that a remedy waits for."""
    case_id = case_of(entry, COMPLAINT)
    if case_id is None:
        return
    try:
        actions.confirm_refund(case_id=case_id, actor=PROGRAM, at=at, refund_id=entry.subject_id)
    except Refusal:
        return  # the case left its execution meanwhile (withdrawn, reopened); the refund stands in money


def mirror(entry: Entry, at: datetime) -> None:
    """Something happened to a case that others were merged into: it happened to them too."""
    for case_id in cases.merged_into(entry.subject_id):
        actions.mirror(
            case_id=case_id,
            actor=PROGRAM,
            at=at,
            event=entry.event,
            data=entry.data,
            occurred_at=entry.recorded_at,
        )


def tell_progress(entry: Entry, at: datetime) -> None:
    """Progress is due soon and nobody told any: the program tells how far the case is (CRP-2.2.b)."""
    if entry.data.get("clause") != "CRP-2.2.b" or entry.subject_kind != "case":
        return
    try:
        actions.tell_progress(case_id=entry.subject_id, actor=PROGRAM, at=at)
    except Refusal:
        return  # the case has left its investigation meanwhile; nothing is owed any more


def note_refund_failed(entry: Entry, at: datetime) -> None:
    """A refund that a remedy waits for failed: it is owed again."""
    case_id = case_of(entry, COMPLAINT)
    if case_id is None:
        return
    try:
        actions.note_refund_failed(case_id=case_id, actor=PROGRAM, at=at, refund_id=entry.subject_id)
    except Refusal:
        return  # the case left its execution meanwhile; money keeps the failure on its list


def keep_money_promise(entry: Entry, at: datetime) -> None:
    """A payment of a case arrived: the day promised with the result is kept."""
    case_id = case_of(entry, COMPLAINT)
    if case_id is not None:
        actions.keep_money_promise(case_id=case_id, actor=PROGRAM, at=at, credited_at=entry.occurred_at)


def reassign(entry: Entry, at: datetime) -> None:
    """A person is absent or left: their open cases go to others."""
    actions.reassign_all(owner_id=entry.subject_id, actor=PROGRAM, at=at)


def tell_followers(entry: Entry, at: datetime) -> None:
    """A step was taken: whoever follows the case hears of it."""
    actions.tell_of_step(
        case_id=entry.subject_id,
        event=entry.event,
        entry_id=entry.id,
        by=entry.actor_id,
        actor=PROGRAM,
        at=at,
    )
