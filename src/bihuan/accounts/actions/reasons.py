"""Why somebody changed something: words kept as a text, its id in the event."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.accounts.actions.texts import keep_text
from bihuan.accounts.permissions import Role
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject

LONGEST = 500


def keep_reason(
    reason: str, *, subject: Subject, actor: Actor, at: datetime, needed: bool = False
) -> UUID | None:
    """The id of the kept words; None where none were given and none are needed. Raises Invalid."""
    words = reason.strip()
    if len(words) > LONGEST or (needed and not words):
        raise Invalid(
            "A reason of at most {most} characters is needed.",
            code="reason",
            field="why",
            most=LONGEST,
            remedy="Say why; it is kept with the change.",
        )
    if not words:
        return None
    about = subject.id if subject.kind == "person" else None
    return keep_text(body=words, subject=subject, about=about, actor=actor, at=at).id


def keep_why(why: str, *, subject: Subject, actor: Actor, at: datetime) -> UUID | None:
    """The reason of an act that changes rights: an administrator must give one. Raises Invalid."""
    return keep_reason(why, subject=subject, actor=actor, at=at, needed=actor.has(Role.ADMINISTRATOR))
