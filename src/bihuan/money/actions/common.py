"""What the verbs share: the lock, the words for the journal, the job that sends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from bihuan.engine.errors import NotFound
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.queue import defer
from bihuan.journal.subject import Subject
from bihuan.money import events
from bihuan.money.models import Difference, Refund
from bihuan.money.queries import resource
from bihuan.money.workflow import REFUND

__all__ = ["GRACE", "differs", "enqueue", "locked", "made", "resource", "say", "step"]

SEND_TASK: Final = "money.send"
QUEUE: Final = "money"
GRACE: Final = timedelta(minutes=1)
"""How long the job that was enqueued may take before the sweep does its work."""

_E = TypeVar("_E", bound=events.RefundEvent)


def locked(refund_id: UUID) -> Refund:
    """The row, locked until the end of the transaction. Raises NotFound."""
    row = Refund.objects.select_for_update().filter(id=refund_id).first()
    if row is None:
        raise NotFound(kind="refund", id=str(refund_id))
    return row


def step(row: Refund, name: str) -> None:
    """Move the row by one step of the table. Raises StepRefused."""
    row.state = REFUND.target(row.state, name)


def enqueue(row: Refund) -> None:
    """The job that sends it, in the transaction of the event."""
    defer(task=SEND_TASK, queue=QUEUE, calls=[{"refund_id": str(row.id)}])


def made(cls: type[_E], row: Refund, **more: Any) -> _E:
    """An event of this refund with the fields that all of them have."""
    return cls(
        kind=row.kind,
        amount=row.amount_fen,
        currency=row.currency,
        case_id=row.case_id,
        basis_id=row.basis_id,
        **more,
    )


def say(
    row: Refund, event: Event, actor: Actor, at: datetime, *, occurred_at: datetime | None = None
) -> None:
    """Into the journal; ``occurred_at`` is a stamp of the payment side, which proves the time."""
    draft = Draft(
        subject=row.subject,
        event=event,
        actor=actor,
        occurred_at=occurred_at or at,
        proven=occurred_at is not None,
    )
    append([draft])


def differs(
    row: Refund | None,
    actor: Actor,
    at: datetime,
    *,
    key: str,
    source: str,
    kind: str,
    found: int | None = None,
    expected: int | None = None,
) -> bool:
    """Keep a difference with the payment side, once; whether it is new."""
    difference, new = Difference.objects.get_or_create(
        source=source,
        key=key,
        kind=str(kind),
        defaults={
            "refund": row,
            "expected_fen": expected if expected is not None else row.amount_fen if row else None,
            "found_fen": found,
            "found_at": at,
        },
    )
    if new:
        event = events.DifferenceFound(
            difference=str(kind),
            source=source,
            expected=difference.expected_fen,
            found=found,
            case_id=row.case_id if row else None,
        )
        subject = row.subject if row else Subject("difference", difference.id)
        append([Draft(subject=subject, event=event, actor=actor, occurred_at=at)])
    return new
