"""What the case file does when a clock warns, breaches or escalates: the right people hear of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import Role
from bihuan.cases import queries
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.journal.subject import Subject
from bihuan.notices import actions as notices
from bihuan.notices.actions import Order


def tell_warning(entry: Entry, at: datetime) -> None:
    """A limit is near: the owner hears of it."""
    _tell(entry, at, "clock_warning", role=None)


def tell_breach(entry: Entry, at: datetime) -> None:
    """A limit has run out: owner and the role that the clause names hear of it."""
    _tell(entry, at, "clock_breach", role=entry.data.get("role"))


def tell_escalation(entry: Entry, at: datetime) -> None:
    """Still open later: the next role hears of it."""
    _tell(entry, at, "clock_escalation", role=entry.data.get("role"))


def _tell(entry: Entry, at: datetime, kind: str, *, role: str | None) -> None:
    if entry.subject_kind != "case":
        return
    case = queries.get(entry.subject_id)
    people: set[UUID] = {case.owner_id} if case.owner_id else set()
    people |= set(accounts.people_with_role(Role(role), at=at)) if role else set()
    params = {"number": case.number, "clause": entry.data["clause"], "due_at": entry.data["due_at"]}
    orders = [
        Order(
            kind=kind, recipient=person, subject=Subject("case", case.id), params=params,
            key=f"{entry.id}:{person}",
        )
        for person in sorted(people)
    ]  # fmt: skip
    notices.queue_many(orders=orders, actor=PROGRAM, at=at)
