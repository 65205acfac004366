"""What follows from what: the one table of reactions, and the job that runs them.

Each reaction is called with the journal entry and the time. It runs in a transaction of its own
together with its receipt, so that it happens once, however often the job runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from bihuan.aftersales import reactions as aftersales
from bihuan.cases import reactions as cases
from bihuan.clocks import reactions as clocks
from bihuan.complaints import reactions as complaints
from bihuan.incidents import reactions as incidents
from bihuan.journal import queries as journal
from bihuan.journal import reactions as registry
from bihuan.journal.actions import once
from bihuan.journal.models import Entry
from bihuan.ledger import reactions as ledger
from bihuan.orders import reactions as orders

Reaction = Callable[[Entry, datetime], None]


def _of_step(event: str) -> dict[str, Reaction]:
    """A step of a case: merged cases follow it, followers hear of it."""
    mirror: dict[str, Reaction] = {"complaints.mirror": complaints.mirror}
    follow: dict[str, Reaction] = {"complaints.tell_followers": complaints.tell_followers}
    return {
        **(mirror if event in complaints.MIRRORED else {}),
        **(follow if event in complaints.FOLLOWED else {}),
    }


TABLE: Final[Mapping[str, Mapping[str, Reaction]]] = {
    **{event: _of_step(event) for event in sorted(complaints.MIRRORED | complaints.FOLLOWED)},
    "complaint.received": {"complaints.assign": complaints.assign},
    "aftersales.received": {"aftersales.assign": aftersales.assign},
    "notice.accepted": {
        "complaints.mark_told": complaints.mark_told,
        "aftersales.mark_told": aftersales.mark_told,
        "orders.mark_told": orders.mark_told,
    },
    "marketplace.instruction_done": {"orders.note_answer": orders.note_answer},
    "marketplace.instruction_refused": {"orders.note_answer": orders.note_answer},
    "money.refund_sent": {"ledger.book": ledger.book},
    "money.refund_initiated": {
        "complaints.confirm_refund": complaints.confirm_refund,
        "orders.note_money": orders.note_money,
        "aftersales.confirm_refund": aftersales.confirm_refund,
        "ledger.book": ledger.book,
    },
    "money.refund_failed": {
        "complaints.note_refund_failed": complaints.note_refund_failed,
        "orders.note_money": orders.note_money,
        "aftersales.note_refund_failed": aftersales.note_refund_failed,
        "ledger.book": ledger.book,
    },
    "money.refund_rejected": {"aftersales.note_refund_failed": aftersales.note_refund_failed},
    "money.refund_cancelled": {"aftersales.note_refund_failed": aftersales.note_refund_failed},
    "money.refund_credited": {
        "complaints.keep_money_promise": complaints.keep_money_promise,
        "orders.note_money": orders.note_money,
        "aftersales.note_credited": aftersales.note_credited,
        "ledger.book": ledger.book,
    },
    "aftersales.recourse_due": {"ledger.claim": ledger.claim},
    "workforce.absence_recorded": {
        "complaints.reassign": complaints.reassign,
        "aftersales.reassign": aftersales.reassign,
    },
    "workforce.left": {
        "complaints.reassign": complaints.reassign,
        "aftersales.reassign": aftersales.reassign,
    },
    "clock.warned": {
        "cases.tell_warning": cases.tell_warning,
        "incidents.tell_limit": incidents.tell_limit,
        "complaints.tell_progress": complaints.tell_progress,
    },
    "calendar.loaded": {"clocks.rejudge": clocks.rejudge},
    "clock.breached": {"cases.tell_breach": cases.tell_breach, "incidents.tell_limit": incidents.tell_limit},
    "clock.escalated": {
        "cases.tell_escalation": cases.tell_escalation,
        "incidents.tell_limit": incidents.tell_limit,
    },
}


def install() -> None:
    """Tell the journal which events have reactions; called once when the program starts."""
    table = {event: tuple(reactions) for event, reactions in TABLE.items()}
    registry.install(table, needs={"notice.accepted": "case_id"})


def react(*, entry_id: int, reaction: str, at: datetime) -> bool:
    """Run one reaction of one entry; False when it was carried out before. Errors leave no receipt."""
    entry = journal.entry(entry_id)
    with transaction.atomic():
        if not once(entry_id=entry_id, reaction=reaction):
            return False
        TABLE[entry.event][reaction](entry, at)
    return True
