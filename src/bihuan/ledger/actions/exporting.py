"""Who took the books away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.ledger import events
from bihuan.ledger.permissions import LedgerPermission as May
from bihuan.ledger.queries import Filters


def note_export(*, actor: Actor, at: datetime, form: str, filters: Filters) -> None:
    """Record that the books, narrowed so, were taken away."""
    require(actor, May.READ)
    said = events.Exported(form=form, organisation_id=filters.organisation_id, case_id=filters.case_id)
    with transaction.atomic():
        append([Draft(subject=Subject.named("ledger", "books"), event=said, actor=actor, occurred_at=at)])
