"""What incidents do when a clock of theirs is near its end or over it."""

from __future__ import annotations

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import Role
from bihuan.incidents import queries
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.notices import actions as notices


def tell_limit(entry: Entry, at: datetime) -> None:
    """The limit for telling is near or over: the role that the clause names hears of it."""
    if entry.subject_kind != "incident":
        return
    incident = queries.get(entry.subject_id)
    role = Role(entry.data.get("role") or Role.SUPERVISOR)
    orders = [
        notices.Order(
            kind="incident_limit",
            recipient=person,
            subject=incident.subject,
            key=f"{entry.id}:{person}",
            params={"number": incident.number, "due_at": entry.data["due_at"]},
        )
        for person in sorted(accounts.people_with_role(role, at=at))
    ]
    notices.queue_many(orders=orders, actor=PROGRAM, at=at)
