"""Passing a case on with what is open, so that the complainant need not say it again (ISH-3.4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.complaints import events
from bihuan.complaints.models import HandOver
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.journal.actor import Actor


def pass_on(work: Work, to: UUID, *, reason_text: UUID | None) -> None:
    """The next owner is shown what is open and confirms it; an earlier hand-over nobody confirmed lapses."""
    complaint = work.case.complaint
    _waiting(work).update(void_at=work.at)
    HandOver.objects.create(
        complaint=complaint,
        from_id=work.case.owner_id,
        to_id=to,
        reason_text=reason_text,
        promises=[str(p) for p in complaint.promises.filter(kept_at=None).values_list("id", flat=True)],
        tasks=[str(s) for s in complaint.steps.filter(done_at=None).values_list("id", flat=True)],
        next_step=work.case.next_step,
        next_step_at=work.case.next_step_at,
        made_at=work.at,
    )


def is_begun(work: Work) -> bool:
    """Whether the owner promised or opened something that the next one has to know of."""
    complaint = work.case.complaint
    return complaint.promises.filter(kept_at=None).exists() or complaint.steps.filter(done_at=None).exists()


def take_over(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    promises: tuple[UUID, ...] = (),
    tasks: tuple[UUID, ...] = (),
) -> Case:
    """Whoever takes over confirms every open promise and every open step by itself (ISH-3.4).

    Raises NotAllowed for anybody else, Refusal where nothing waits to be confirmed, Invalid where an open
    promise or step was left out.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="take_over") as work:
        waiting = _waiting(work).select_for_update().first()
        if waiting is None:
            raise Refusal(
                "No hand-over of case {number} waits to be confirmed.",
                code="complaint.no_hand_over",
                number=work.case.number,
                clause="ISH-3.4",
                remedy="There is nothing to do.",
            )
        if waiting.to_id != actor.id:
            raise NotAllowed(permission="complaint:take_over", clause="ISH-3.4")
        _check_all(work, "promises", promises)
        _check_all(work, "tasks", tasks)
        HandOver.objects.filter(id=waiting.id).update(confirmed_at=at)
        work.say(
            events.TakenOver(
                hand_over_id=waiting.id, from_id=waiting.from_id, promises=len(promises), tasks=len(tasks)
            )
        )
    return work.case


def check_taken_over(work: Work) -> None:
    """Nobody turns to the complainant before they know what was promised to them (ISH-3.4)."""
    if _waiting(work).filter(to_id=work.actor.id).exists():
        raise Refusal(
            "Case {number} was handed over to you and you have not confirmed what is open.",
            code="complaint.not_taken_over",
            number=work.case.number,
            clause="ISH-3.4",
            remedy="Read the open promises and steps and confirm the hand-over; then write or call.",
        )


def _check_all(work: Work, field: str, given: tuple[UUID, ...]) -> None:
    """What is open now must be confirmed, whatever stood open when the case was passed on."""
    complaint = work.case.complaint
    rows = (
        complaint.promises.filter(kept_at=None)
        if field == "promises"
        else complaint.steps.filter(done_at=None)
    )
    missing = set(rows.values_list("id", flat=True)) - set(given)
    if missing:
        raise Invalid(
            "{count} of what is open is not confirmed.",
            code="complaint.open_left_out",
            field=field,
            count=len(missing),
            clause="ISH-3.4",
            remedy="Read each open promise and step and confirm it.",
        )


def _waiting(work: Work) -> QuerySet[HandOver]:
    return HandOver.objects.filter(complaint=work.case.complaint, confirmed_at=None, void_at=None)
