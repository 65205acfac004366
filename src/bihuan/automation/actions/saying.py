"""What macros and rules share: their name, their place in the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject

MOST: Final = 20
"""Steps of a macro, actions of a rule."""


def say(kind: str, subject_id: UUID, event: Event, *, actor: Actor, at: datetime) -> None:
    """Write an event of a macro or rule into the journal."""
    append([Draft(subject=Subject(kind, subject_id), event=event, actor=actor, occurred_at=at)])


def good_name(name: str, *, taken: bool) -> str:
    """Raises Invalid for a name that is too long or holds personal data, Refusal for one that is taken."""
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= 60 or not clean.isprintable() or accounts.scan(clean).findings:
        raise Invalid(
            "The name has 1 to 60 characters and holds no personal data.",
            field="name",
            remedy="Say in a few words what it does.",
        )
    if taken:
        raise Refusal(
            "The name {name} is taken.", code="automation.name", name=clean, remedy="Choose another name."
        )
    return clean


def room(count: int) -> None:
    """Raises Refusal where there are enough."""
    if count >= MOST:
        raise Refusal(
            "There are {most} already.",
            code="automation.most",
            most=MOST,
            remedy="Take one out first, or make a second one.",
        )
