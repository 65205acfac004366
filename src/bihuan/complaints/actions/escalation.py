"""Major complaints go upward at once; counsel joins (CRP-1.2.c, CRP-2.2.c, CRP-3.4.b)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bihuan.cases.actions import join, work_on
from bihuan.cases.models import Case
from bihuan.complaints import events, rules
from bihuan.complaints.models import InvestigationStep, MajorReport
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor


def report_major(*, case_id: UUID, actor: Actor, at: datetime, ground: str, reason: str) -> Case:
    """Recognise a complaint as major; managers hear of it at once (CRP-1.2.c)."""
    rules.known("ground", ground, rules.MAJOR_GROUNDS)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="report_major", reason=reason) as work:
        text = work.keep(reason)
        MajorReport.objects.create(
            complaint=work.case.complaint, reason=ground, recognised_at=at, recognised_by=actor.id
        )
        work.set(severity="major", urgency="critical")
        work.say(events.MajorRecognised(reason=ground, reason_id=text.id))
        work.tell_role("major", "manager", key=str(text.id))
    return work.case


def start_plan(*, case_id: UUID, actor: Actor, at: datetime, plan: str, steps: tuple[str, ...] = ()) -> Case:
    """A manager takes the report and starts the emergency plan; recall or suspension start with it.

    ``steps`` are kinds of tasks (recall, suspension) opened at once with the plan (CRP-1.2.c, CRP-2.2.c).
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="start_plan") as work:
        report = work.case.complaint.major_reports.filter(started_at=None).first()
        if report is None:
            raise Refusal(
                "Case {number} is not reported as major.",
                code="complaint.not_major",
                number=work.case.number,
                clause="CRP-1.2.c",
                remedy="Report it as major first.",
            )
        MajorReport.objects.filter(id=report.id).update(plan=plan, reported_to=actor.id, started_at=at)
        work.say(events.MajorReported(plan=plan, to_id=actor.id))
        for kind in steps:
            step = InvestigationStep.objects.create(
                complaint=work.case.complaint,
                kind=kind,
                department="product",
                due_at=at + timedelta(days=1),
                opened_at=at,
            )
            work.say(events.StepOpened(step_id=step.id, step=kind, department="product", due_at=step.due_at))
    return work.case


def join_counsel(*, case_id: UUID, actor: Actor, at: datetime, counsel_id: UUID, ground: str) -> Case:
    """Legal counsel takes part from now on: compensation or litigation (CRP-3.4.b)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="join_counsel") as work:
        join(case=work.case, person_id=counsel_id, role="counsel", at=at)
        work.say(events.CounselJoined(counsel_id=counsel_id, reason=ground))
        work.tell("counsel_joined", counsel_id, key=str(counsel_id))
    return work.case
