"""What a person hands on at the end of a shift, and what waits for them to confirm (ISH-3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.cases.models import Case
from bihuan.desk.permissions import D
from bihuan.journal.actor import Actor


@dataclass(frozen=True, slots=True)
class Open:
    """Something open in a case: a promise with its words, or a step."""

    id: UUID
    kind: str
    text: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Handed:
    """A case that was handed over and waits to be confirmed, with everything that is open in it."""

    case: Case
    from_id: UUID | None
    reason: str
    at: datetime
    promises: Sequence[Open]
    tasks: Sequence[Open]


def mine(actor: Actor, person_id: UUID) -> list[Case]:
    """The open cases of a person, the strictest clock first. Somebody else's need ``desk:board``."""
    require(actor, D.WORK if person_id == actor.id else D.BOARD)
    return list(Case.objects.filter(owner_id=person_id, is_open=True))


def waiting(actor: Actor, *, limit: int = 200) -> list[Handed]:
    """Hand-overs to the actor that are not confirmed, the earliest first; four round trips."""
    require(actor, D.WORK)
    found = (
        Case.objects.filter(
            complaint__hand_overs__to_id=actor.id,
            complaint__hand_overs__confirmed_at=None,
            complaint__hand_overs__void_at=None,
        )
        .select_related("complaint")
        .prefetch_related("complaint__hand_overs", "complaint__promises", "complaint__steps")
        .order_by("complaint__hand_overs__made_at", "id")[:limit]
    )
    shown = [(case, _open_one(case)) for case in found]
    texts = [p.text for case, _row in shown for p in case.complaint.promises.all()]
    words = accounts.bodies([i for i in (*texts, *(row.reason_text for _c, row in shown)) if i is not None])
    return [_handed(case, row, words) for case, row in shown]


def _open_one(case: Case) -> Any:
    rows = case.complaint.hand_overs.all()
    return next(row for row in rows if row.confirmed_at is None and row.void_at is None)


def _handed(case: Case, row: Any, words: dict[UUID, str]) -> Handed:
    kept, complaint = [], case.complaint
    for promise in complaint.promises.all():
        if promise.kept_at is None:
            kept.append(Open(promise.id, "promise", words.get(promise.text, ""), promise.due_at))
    tasks = [Open(s.id, s.kind, s.department, s.due_at) for s in complaint.steps.all() if s.done_at is None]
    reason = words.get(row.reason_text, "") if row.reason_text else ""
    return Handed(case, row.from_id, reason, row.made_at, kept, tasks)
