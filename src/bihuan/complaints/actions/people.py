"""Who works on a complaint: assigned by rule, taken, handed over, moved away from the absent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases import queries as cases
from bihuan.cases.actions import Work, check_fit, chosen, own, work_on
from bihuan.cases.models import Case
from bihuan.complaints import events, rules
from bihuan.complaints.actions import handing
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor
from bihuan.workforce import queries as workforce


def assign(*, case_id: UUID, actor: Actor, at: datetime, owner_id: UUID | None = None) -> Case:
    """Assign by rule (certificate, skill, shift, presence, then least load), or to a named person.

    Nobody without a valid certificate, and not the person complained about (PCN-2.2.1, PCN-1.3).
    With nobody able the case stays without owner and the supervisors hear of it.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="assign") as work:
        person = owner_id or chosen(work, besides=[work.case.complaint.concerns])
        if person is None:
            work.tell_role("unassigned", "supervisor")
            return work.case
        _check_fit(work, person)
        _own(work, person, rule="named" if owner_id else "load")
    return work.case


def take(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Take an unowned case; somebody else's is handed over, not taken."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="take") as work:
        if work.case.owner_id not in (None, actor.id):
            raise Refusal(
                "Case {number} has an owner already.",
                code="complaint.owned",
                number=work.case.number,
                clause="ISH-2.2",
                remedy="Ask the owner or a supervisor to hand it over.",
            )
        _check_fit(work, actor.id)
        _own(work, actor.id, rule="taken")
    return work.case


def hand_over(*, case_id: UUID, actor: Actor, at: datetime, owner_id: UUID, reason: str) -> Case:
    """Hand the case to another person; counted, and beyond the limit a supervisor's (CRP-1.3.a).

    What is open goes with it and is confirmed by whoever takes over (ISH-3.4: ``take_over``).
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="hand_over", reason=reason) as work:
        rules.check_hand_overs(work.case.hand_overs, actor, at)
        _check_fit(work, owner_id)
        text, before = work.keep(reason), work.case.owner_id
        count = work.case.hand_overs + 1
        handing.pass_on(work, owner_id, reason_text=text.id)
        work.set(owner_id=owner_id, team_id=workforce.team_of(owner_id), hand_overs=count)
        work.say(events.HandedOver(owner_id=owner_id, from_id=before, count=count, reason_id=text.id))
        work.tell("handover", owner_id, text_id=str(text.id))
        if count >= int(rules.values("CRP-1.3.a", at)["hand_over_limit"]):
            work.tell_role("hand_overs", "supervisor", count=count)
    return work.case


def reassign_all(*, owner_id: UUID, actor: Actor, at: datetime) -> int:
    """Every open case of a person who is absent or left goes to others; returns how many moved."""
    moved = 0
    for case_id in cases.open_of(owner_id, flow=COMPLAINT.name):
        moved += assign(case_id=case_id, actor=actor, at=at).owner_id not in (None, owner_id)
    return moved


def _check_fit(work: Work, person_id: UUID) -> None:
    if person_id == work.case.complaint.concerns:
        raise Refusal(
            "A complaint is not handled by the person it is about.",
            code="complaint.concerned",
            clause="PCN-1.3",
            remedy="Choose somebody else.",
        )
    check_fit(work, person_id)


def _own(work: Work, person_id: UUID, *, rule: str) -> None:
    if work.case.owner_id not in (None, person_id) and handing.is_begun(work):
        handing.pass_on(work, person_id, reason_text=None)
    own(work, person_id, events.Assigned(owner_id=person_id, rule=rule))
