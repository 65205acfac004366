"""Writing this module's events."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from bihuan.engine.errors import Invalid
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject

_CODE = re.compile(r"[a-z][a-z0-9_.\-]{0,39}\Z")


def person(person_id: UUID) -> Subject:
    return Subject("person", person_id)


def record(subject: Subject, *events: Event, actor: Actor, at: datetime) -> None:
    """Append events of one subject."""
    append([Draft(subject=subject, event=event, actor=actor, occurred_at=at) for event in events])


def code(value: str, *, field: str = "reason") -> str:
    """A reason as a code. Raises Invalid for sentences, which the journal does not keep."""
    if not _CODE.match(value):
        raise Invalid(
            "The {field} is a code, not a sentence.",
            field=field,
            remedy="Use small letters, digits, . _ -; keep words as a text.",
        )
    return value
