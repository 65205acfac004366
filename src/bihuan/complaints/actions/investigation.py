"""Liability, investigation, steps given to departments, progress, findings."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from bihuan.cases.actions import join, work_on
from bihuan.cases.models import Case
from bihuan.complaints import events, rules
from bihuan.complaints.models import Complaint, Finding, InvestigationStep, Liability
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import NotFound, Refusal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.marketplace import queries as marketplace


def open_investigation(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    first_step: str = "draw_records",
    promised_at: datetime | None = None,
) -> Case:
    """Start the investigation with an owner and a first step (CRP-1.2.b, CRP-2.1.b).

    The complainant is told the plan; ``promised_at`` adds the time by which they hear again.
    Raises Refusal while nobody owns the case or its type is not known.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="open_investigation") as work:
        if work.case.owner_id is None:
            raise Refusal(
                "Case {number} has no owner yet.",
                code="complaint.no_owner",
                number=work.case.number,
                clause="CRP-1.2.b",
                remedy="Assign it or take it first.",
            )
        work.say(events.InvestigationOpened(owner_id=work.case.owner_id, first_step=first_step))
        work.tell(
            "progress",
            work.case.consumer_id,
            key="opened",
            stage="investigation_opened",
            promised_at=_iso(promised_at),
        )
    return work.case


def decide_liability(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    party: str,
    ground: str,
    reason: str,
    shares: dict[str, int] | None = None,
) -> Case:
    """Say who is responsible, alone or by per cent; a later decision revises it with its reason.

    ``shares`` sums to 100 and is needed for ``shared``. All parties are told and may object.
    """
    split = rules.shares(party, shares)
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="decide_liability", reason=reason
    ) as work:
        complaint = work.case.complaint
        revision = complaint.liabilities.count() + 1
        text = work.keep(reason)
        Liability.objects.create(
            complaint=complaint,
            revision=revision,
            party=party,
            shares=split,
            ground=ground,
            reason_text=text.id,
            decided_by=actor.id,
            decided_at=at,
        )
        work.set(liable=party)
        work.say(
            events.LiabilityDecided(
                party=party, shares=split, ground=ground, reason_id=text.id, revision=revision
            )
        )
        work.tell("liability", work.case.consumer_id, key=f"c{revision}", party=party)
        work.tell_organisation("liability", work.case.merchant_id, key=f"m{revision}", party=party)
    return work.case


def object_liability(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """A party objects to the liability decision; the owner looks at it again (PCN-3.2.1)."""
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="object_liability", reason=reason
    ) as work:
        latest = work.case.complaint.liabilities.last()
        if latest is None:
            raise Refusal(
                "Nobody has decided yet who is responsible.",
                code="complaint.no_liability",
                clause="PCN-3.2.1",
                remedy="Wait for the decision; you are told when it is made.",
            )
        text = work.keep(reason)
        side = rules.party_of(actor)
        Liability.objects.filter(id=latest.id).update(objected_by=side, objection_text=text.id)
        work.say(events.LiabilityObjected(by=side, text_id=text.id))
        work.tell("objection", work.case.owner_id, key=str(text.id))
    return work.case


def open_step(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    kind: str,
    department: str,
    due_at: datetime,
    owner_id: UUID | None = None,
) -> UUID:
    """Give a task of the investigation to a department with an owner and a due time (CRP-1.3.a).

    Kinds: data interview site_visit appraisal analysis counsel recall suspension. Returns its id.
    """
    rules.known("step", kind, rules.STEP_KINDS)
    rules.known("department", department, rules.DEPARTMENTS)
    rules.later("due_at", due_at, at)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="open_step") as work:
        step = InvestigationStep.objects.create(
            id=uuid4(),
            complaint=work.case.complaint,
            kind=kind,
            department=department,
            owner=owner_id,
            due_at=due_at,
            opened_at=at,
        )
        if owner_id is not None:
            join(case=work.case, person_id=owner_id, role=f"officer_{department}", at=at)
        work.say(
            events.StepOpened(
                step_id=step.id, step=kind, department=department, due_at=due_at, owner_id=owner_id
            )
        )
        work.tell("step_opened", owner_id, key=str(step.id), due_at=_iso(due_at))
    return step.id


def pass_step(
    *, case_id: UUID, actor: Actor, at: datetime, step_id: UUID, department: str, owner_id: UUID, reason: str
) -> Case:
    """Pass a task on. Hand-overs are counted; beyond the limit only a supervisor decides (CRP-1.3.a)."""
    rules.known("department", department, rules.DEPARTMENTS)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="pass_step", reason=reason) as work:
        step = _open_step(work.case.complaint, step_id)
        rules.check_hand_overs(step.hand_overs, actor, at)
        text = work.keep(reason)
        step.department, step.owner, step.hand_overs = department, owner_id, step.hand_overs + 1
        step.save(update_fields=["department", "owner", "hand_overs"])
        join(case=work.case, person_id=owner_id, role=f"officer_{department}", at=at)
        work.say(
            events.StepHandedOver(
                step_id=step.id, department=department, count=step.hand_overs, reason_id=text.id
            )
        )
        work.tell("step_opened", owner_id, key=f"{step.id}:{step.hand_overs}", due_at=_iso(step.due_at))
    return work.case


def finish_step(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    step_id: UUID,
    reason: str,
    outcome: str = "done",
    proof_at: datetime | None = None,
) -> Case:
    """Close a task with its finding. ``proof_at`` is the stamp of a report from outside (appraisal)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="finish_step", reason=reason) as work:
        step = _open_step(work.case.complaint, step_id)
        text = work.keep(reason)
        step.done_at, step.outcome, step.text = at, outcome, text.id
        step.save(update_fields=["done_at", "outcome", "text"])
        work.say(
            events.StepDone(step_id=step.id, step=step.kind, outcome=outcome, text_id=text.id),
            occurred_at=proof_at,
            proven=proof_at is not None,
        )
    return work.case


def draw_records(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Draw order, shipment and conversation records into the case (PCN-3.2.2.a, CRP-2.1.a)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="draw_records") as work:
        found = marketplace.records_of(work.case.order_number)
        work.say(events.RecordsDrawn(kinds=sorted(found), count=sum(found.values())))
    return work.case


def tell_progress(*, case_id: UUID, actor: Actor, at: datetime, text: str = "") -> Case:
    """Tell the complainant how far the investigation is (CRP-2.2.b).

    A person writes it; the program, where nobody did in time, tells stage and open steps only.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="tell_progress") as work:
        if text.strip():
            rules.substantive("text", text, at)
            kept = work.keep(text)
            work.tell("progress", work.case.consumer_id, key=str(kept.id), text_id=str(kept.id))
        elif actor.kind is ActorKind.PROGRAM:
            work.tell("progress", work.case.consumer_id, key=at.isoformat(), stage=work.case.state)
        else:
            rules.not_empty("text", text, clause="CRP-2.2.b")
    return work.case


def record_findings(*, case_id: UUID, actor: Actor, at: datetime, result: str, reason: str) -> Case:
    """Write the findings. Every step and evidence request must be closed first (clocks.md PCN-3.2.3).

    ``result``: substantiated, partly, unsubstantiated, undetermined.
    """
    rules.known("result", result, rules.FINDINGS)
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="record_findings", reason=reason
    ) as work:
        complaint = work.case.complaint
        _refuse_open_work(complaint)
        _refuse_without_visit(work.case)
        _refuse_without_liability(complaint)
        text = work.keep(reason)
        Finding.objects.create(
            complaint=complaint,
            generation=work.case.generation,
            result=result,
            text=text.id,
            recorded_by=actor.id,
            recorded_at=at,
        )
        work.say(events.FindingsRecorded(result=result, text_id=text.id, digest=text.digest))
    return work.case


def skip_investigation(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """A simple problem goes straight to its solution, by a recorded decision (CRP-2.1.b)."""
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="skip_investigation", reason=reason
    ) as work:
        if work.case.complexity != "general" or work.case.severity == "major":
            raise Refusal(
                "Only a general complaint that is not major goes straight to its solution.",
                code="complaint.not_simple",
                clause="CRP-2.1.b",
                remedy="Open the investigation.",
            )
        text = work.keep(reason)
        Finding.objects.create(
            complaint=work.case.complaint,
            generation=work.case.generation,
            result="undisputed",
            text=text.id,
            recorded_by=actor.id,
            recorded_at=at,
        )
        work.say(events.StageSkipped(stage="investigation", reason_id=text.id))
        work.say(events.FindingsRecorded(result="undisputed", text_id=text.id, digest=text.digest))
    return work.case


def _open_step(complaint: Complaint, step_id: UUID) -> InvestigationStep:
    step = complaint.steps.filter(id=step_id).first()
    if step is None:
        raise NotFound(kind="step", id=str(step_id))
    if step.done_at is not None:
        raise Refusal("This step is finished already.", code="complaint.step_done", clause="CRP-2.2.a")
    return step


def _refuse_open_work(complaint: Complaint) -> None:
    steps = complaint.steps.filter(done_at=None).count()
    requests = complaint.evidence_requests.filter(answered_at=None, default_at=None).count()
    if steps or requests:
        raise Refusal(
            "{steps} steps and {requests} evidence requests are still open.",
            code="complaint.open_work",
            steps=steps,
            requests=requests,
            clause="PCN-3.2.3",
            remedy="Finish the steps; wait for the answers or for the default finding.",
        )


def _refuse_without_visit(case: Case) -> None:
    """A major complaint about quality or safety is looked at on the spot (PCN-3.2.2.c)."""
    if case.severity != "major" or case.type not in ("quality", "safety"):
        return
    if not case.complaint.steps.filter(kind="site_visit").exclude(done_at=None).exists():
        raise Refusal(
            "A major complaint of this kind needs an on-site verification.",
            code="complaint.no_visit",
            clause="PCN-3.2.2.c",
            remedy="Open a step site_visit, have it staffed and reported.",
        )


def _refuse_without_liability(complaint: Complaint) -> None:
    if not complaint.liabilities.exists():
        raise Refusal(
            "Nobody has decided who is responsible.",
            code="complaint.no_liability",
            clause="PCN-3.2.1",
            remedy="Decide the liability first.",
        )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
