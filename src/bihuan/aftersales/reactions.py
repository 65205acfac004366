"""What after-sales does when something happened elsewhere; each is safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from bihuan.aftersales import actions
from bihuan.aftersales.actions.telling import KINDS
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases import queries as cases
from bihuan.cases.reacting import case_of, give_out, note_told
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry


def assign(entry: Entry, at: datetime) -> None:
    """An application came in: somebody of the desk gets it."""
    give_out(entry, at, actions.assign)


def mark_told(entry: Entry, at: datetime) -> None:
    """A notice of an after-sales case reached the consumer."""
    note_told(entry, at, actions.mark_told, kinds=KINDS)


def confirm_refund(entry: Entry, at: datetime) -> None:
    """The marketplace confirmed a payment of an after-sales case."""
    case_id = case_of(entry, AFTERSALES)
    if case_id is not None:
        _unless_ended(actions.confirm_refund, case_id, entry, at)


def note_refund_failed(entry: Entry, at: datetime) -> None:
    """A payment of an after-sales case failed: it is owed again."""
    case_id = case_of(entry, AFTERSALES)
    if case_id is not None:
        _unless_ended(actions.note_refund_failed, case_id, entry, at)


def note_credited(entry: Entry, at: datetime) -> None:
    """The money of an after-sales case arrived."""
    case_id = case_of(entry, AFTERSALES)
    if case_id is None:
        return
    try:
        actions.note_credited(
            case_id=case_id, actor=PROGRAM, at=at, refund_id=entry.subject_id, credited_at=entry.occurred_at
        )
    except Refusal:
        return  # the case is in dispute again; money keeps the credit with its proof


def reassign(entry: Entry, at: datetime) -> None:
    """A person is absent or left: their open after-sales cases go to others."""
    for case_id in cases.open_of(entry.subject_id, flow=AFTERSALES.name):
        actions.assign(case_id=case_id, actor=PROGRAM, at=at)


def _unless_ended(step: Callable[..., object], case_id: UUID, entry: Entry, at: datetime) -> None:
    try:
        step(case_id=case_id, actor=PROGRAM, at=at, refund_id=entry.subject_id)
    except Refusal:
        return  # the case is in dispute again; money keeps what happened on its list
