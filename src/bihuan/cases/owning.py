"""Whose case it is: somebody fit for it is chosen by rule, checked, made its owner; in every flow alike."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from bihuan.cases.work import Work
from bihuan.engine.errors import Refusal
from bihuan.journal.events import Event
from bihuan.workforce import queries as workforce


def chosen(work: Work, *, besides: Collection[UUID | None] = ()) -> UUID | None:
    """Whom the rule gives the case: certificate, skill, shift, presence, then least load.

    Neither its present owner nor anybody of ``besides``; None where nobody is able (ISH-2.1).
    """
    without = {person for person in (work.case.owner_id, *besides) if person is not None}
    return next(iter(workforce.candidates(at=work.at, skills=[work.case.type], exclude=without)), None)


def check_fit(work: Work, person_id: UUID) -> None:
    """Raises Refusal (``<flow>.not_eligible``) for who may not work on the case now (PCN-2.2.1)."""
    found = workforce.may_work(person_id, at=work.at, skill=work.case.type)
    if not found.ok:
        raise Refusal(
            "This person may not work on the case now: {reasons}.",
            code=f"{work.case.flow}.not_eligible",
            reasons=", ".join(reason.code for reason in found.reasons),
            clause="PCN-2.2.1",
            remedy="Choose somebody with a valid certificate who is on shift and present.",
        )


def own(work: Work, person_id: UUID, said: Event) -> None:
    """The case is this person's and their team's from now on; ``said`` is the flow's event of it."""
    work.set(owner_id=person_id, team_id=workforce.team_of(person_id))
    work.say(said)
    if person_id != work.actor.id:
        work.tell("assigned", person_id)
