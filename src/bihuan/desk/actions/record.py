"""What somebody does with their desk stands in that person's history."""

from __future__ import annotations

from datetime import datetime

from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject


def record(event: Event, *, actor: Actor, at: datetime) -> None:
    """Append one event to the actor's own history."""
    append([Draft(Subject("person", actor.id), event, actor, at)])
