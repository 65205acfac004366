"""A hand-over that nobody has confirmed yet, as the case page shows it (ISH-3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.accounts import queries as accounts
from bihuan.complaints.queries import File
from bihuan.journal.actor import Actor


@dataclass(frozen=True, slots=True)
class Promised:
    """An open promise in its words."""

    text: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be confirmed; ``mine`` for whoever takes over."""

    mine: bool
    to: str
    giver: str
    at: datetime
    reason: str
    promises: tuple[Promised, ...]
    tasks: tuple[Any, ...]


def shown(actor: Actor, file: File) -> Waiting | None:
    """The open hand-over of the case with everything that is open now; None where there is none."""
    row = file.complaint.hand_overs.filter(confirmed_at=None, void_at=None).first()
    if row is None:
        return None
    promises = list(file.complaint.promises.filter(kept_at=None).order_by("due_at"))
    words = accounts.bodies([i for i in (row.reason_text, *(p.text for p in promises)) if i is not None])
    names = accounts.labels([i for i in (row.from_id, row.to_id) if i is not None])
    return Waiting(
        mine=row.to_id == actor.id,
        to=names.get(row.to_id, ""),
        giver=names.get(row.from_id, "") if row.from_id else "",
        at=row.made_at,
        reason=words.get(row.reason_text, "") if row.reason_text else "",
        promises=tuple(Promised(words.get(p.text, ""), p.due_at) for p in promises),
        tasks=tuple(file.complaint.steps.filter(done_at=None)),
    )
