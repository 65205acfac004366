"""What the verbs share: the lock, the words for the journal, sealing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as people
from bihuan.engine.errors import NotFound
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.marketplace import events
from bihuan.marketplace.models import Instruction

TASK: Final = "marketplace.instruct"
QUEUE: Final = "marketplace"
GRACE: Final = timedelta(minutes=1)
"""How long the job that was enqueued may take before the sweep does its work."""
WATCH: Final = timedelta(minutes=30)
"""How often it is asked whether what was taken is done."""
LEASE: Final = timedelta(minutes=2)
LONGEST: Final = timedelta(hours=1)
OPEN: Final = ("given", "sent", "unknown", "pending")
ENDED: Final = ("done", "refused")
_E = TypeVar("_E", bound=events.InstructionEvent)


def locked(instruction_id: UUID) -> Instruction:
    """The row, locked until the end of the transaction. Raises NotFound."""
    row = Instruction.objects.select_for_update().filter(id=instruction_id).first()
    if row is None:
        raise NotFound(kind="instruction", id=str(instruction_id))
    return row


def say(
    row: Instruction,
    event: type[_E],
    actor: Actor,
    at: datetime,
    *,
    occurred_at: datetime | None = None,
    **more: Any,
) -> None:
    """Into the journal; ``occurred_at`` is a stamp of the other side, which proves the time."""
    draft = Draft(
        subject=Subject("instruction", row.id),
        event=event(kind=row.kind, case_id=row.case_id, **more),
        actor=actor,
        occurred_at=occurred_at or at,
        proven=occurred_at is not None,
    )
    append([draft])


def sealed(details: Mapping[str, str], person_id: UUID | None, key: str) -> bytes:
    plain = json.dumps(dict(details), ensure_ascii=False, sort_keys=True).encode()
    return accounts.seal_own(person_id=person_id, plain=plain, place=f"instruction:{key}")


def opened(row: Instruction) -> dict[str, str]:
    """The details, for the one who carries it out; nothing once the end is known."""
    if row.sealed is None:
        return {}
    plain = people.unseal_own(
        person_id=row.person_id, sealed=bytes(row.sealed), place=f"instruction:{row.key}"
    )
    found: dict[str, str] = json.loads(plain)
    return found
