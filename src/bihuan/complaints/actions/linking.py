"""Cases that belong together without being one: linked, and the link taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases import actions as cases
from bihuan.cases import queries
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.complaints import events
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor

KIND = "related"


def link(*, case_id: UUID, actor: Actor, at: datetime, number: str) -> Case:
    """Link the case with another one that the actor may know of, named by its number; both keep running.

    Raises Invalid for the case itself and for a number that is none the actor knows.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="link") as work:
        other = _other(work, number)
        if not queries.is_linked(work.case.id, other.id, KIND):
            cases.link(source=work.case, target=other, kind=KIND, at=at)
            work.say(events.Linked(to_id=other.id))
    return work.case


def unlink(*, case_id: UUID, actor: Actor, at: datetime, number: str) -> Case:
    """Take a link back, from whichever side it was made. Raises NotFound where there is none."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="unlink") as work:
        other = _other(work, number)
        if not queries.is_linked(work.case.id, other.id, KIND):
            raise NotFound(kind="link", id=other.number)
        cases.unlink(source=work.case, target=other, kind=KIND, at=at)
        cases.unlink(source=other, target=work.case, kind=KIND, at=at)
        work.say(events.Unlinked(to_id=other.id))
    return work.case


def _other(work: Work, number: str) -> Case:
    found = queries.by_number(work.actor, number)
    if found is None or found.id == work.case.id:
        raise Invalid(
            "There is no other case with this number that you may see.",
            field="number",
            clause="CRP-2.0",
            remedy="Give the number of another case, such as BH260300000001.",
        )
    return found
