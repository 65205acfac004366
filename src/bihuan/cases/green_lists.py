"""The operator's own lists of urgent needs (PCN-2.3.4.b): proposed by one person, agreed to by another.

What was agreed holds from that moment instead of the clause's own lists, until the next; nothing is changed
or deleted afterwards, so that it stays plain by which lists a case was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from bihuan.accounts.actions import keep_reason
from bihuan.accounts.permissions import require
from bihuan.cases import events, green
from bihuan.cases.models import GreenLists
from bihuan.cases.permissions import P
from bihuan.engine import green as engine
from bihuan.engine.errors import NotAllowed, NotFound, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.norms import actions as norms

MOST: Final = 50


def propose(*, lists: Mapping[str, Any], why: str, actor: Actor, at: datetime) -> GreenLists:
    """Propose products and words; they hold when somebody else agrees.

    Raises NotAllowed, Invalid (no reason, a word that cannot be one), Refusal (one waits, nothing new).
    """
    require(actor, P.GREEN_LISTS, clause=green.CLAUSE)
    wanted = engine.cleaned(lists)
    with transaction.atomic():
        _lock()
        if GreenLists.objects.filter(state="asked").exists():
            raise Refusal(
                "A change of these lists waits for a second person already.",
                code="green.waiting",
                clause=green.CLAUSE,
                remedy="Have it agreed to or rejected first.",
            )
        before = green.lists_at(at)
        added, removed = engine.compared(before, wanted)
        if not added and not removed:
            raise Refusal(
                "Nothing would change.", code="green.same", clause=green.CLAUSE,
                remedy="Add or take away a product or a word.",
            )  # fmt: skip
        reason = keep_reason(why, subject=_SUBJECT, actor=actor, at=at, needed=True)
        assert reason is not None
        row = GreenLists.objects.create(
            lists=wanted, before=before, state="asked", reason_id=reason, made_by=actor.id, made_at=at
        )
        said = events.GreenListsProposed(
            lists_id=row.id, added=len(added), removed=len(removed), reason_id=reason
        )
        append([Draft(subject=_SUBJECT, event=said, actor=actor, occurred_at=at)])
    return row


def agree(*, lists_id: UUID, actor: Actor, at: datetime) -> GreenLists:
    """A second person agrees: they hold from now on. Raises NotAllowed (one's own), NotFound, Refusal."""
    return _decide(lists_id, "agreed", "", actor, at)


def reject(*, lists_id: UUID, why: str, actor: Actor, at: datetime) -> GreenLists:
    """A second person does not agree, with a reason; or who proposed it takes it back."""
    return _decide(lists_id, "rejected", why, actor, at)


def history(actor: Actor) -> list[GreenLists]:
    """Every proposal, the latest first. Raises NotAllowed."""
    require(actor, P.GREEN_LISTS, clause=green.CLAUSE)
    return list(GreenLists.objects.order_by("-made_at", "-id")[:MOST])


def _decide(lists_id: UUID, state: str, why: str, actor: Actor, at: datetime) -> GreenLists:
    require(actor, P.GREEN_LISTS, clause=green.CLAUSE)
    with transaction.atomic():
        _lock()
        row = GreenLists.objects.select_for_update().filter(id=lists_id).first()
        if row is None:
            raise NotFound(kind="lists", id=str(lists_id))
        if row.state != "asked":
            raise Refusal("This was decided already.", code="green.decided", clause=green.CLAUSE)
        if state == "agreed" and row.made_by == actor.id:
            raise NotAllowed(
                "Another person decides on this.", clause=green.CLAUSE, remedy="Ask a second person to look."
            )
        mine = row.made_by == actor.id
        needed = state == "rejected" and not mine
        reason = keep_reason(why, subject=_SUBJECT, actor=actor, at=at, needed=needed)
        row.state, row.decided_by, row.decided_at, row.why_id = state, actor.id, at, reason
        row.save(update_fields=["state", "decided_by", "decided_at", "why_id"])
        norms.note_change()
        said = events.GreenListsDecided(lists_id=row.id, outcome=state, reason_id=reason)
        append([Draft(subject=_SUBJECT, event=said, actor=actor, occurred_at=at)])
    return row


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cases.green_lists'))")


_SUBJECT: Final = Subject.named("clause", green.CLAUSE)
