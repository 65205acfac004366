"""Evidence demanded, given, added; and what happens when nobody answers (PCN-3.2.2.b)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases.actions import work_on
from bihuan.cases.models import Case
from bihuan.complaints import events, rules
from bihuan.complaints.models import Complaint, EvidenceRequest
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import NotFound, Refusal
from bihuan.evidence import actions as evidence
from bihuan.journal.actor import Actor


def request_evidence(
    *, case_id: UUID, actor: Actor, at: datetime, party: str, what: str, reason: str, due_at: datetime
) -> UUID:
    """Demand evidence from consumer, merchant or carrier, each with its own due time (PCN-3.2.2.b)."""
    rules.known("party", party, rules.PARTIES)
    rules.later("due_at", due_at, at)
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="request_evidence", reason=reason
    ) as work:
        organisation = rules.organisation_of(work.case, party)
        text = work.keep(reason)
        request = EvidenceRequest.objects.create(
            complaint=work.case.complaint,
            party=party,
            organisation=organisation,
            what=what,
            text=text.id,
            asked_at=at,
            due_at=due_at,
        )
        work.say(
            events.EvidenceRequested(
                request_id=request.id, party=party, due_at=due_at, what=what, text_id=text.id
            )
        )
        if party == "consumer":
            work.tell(
                "evidence_request",
                work.case.consumer_id,
                key=str(request.id),
                due_at=due_at.isoformat(),
                text_id=str(text.id),
            )
        else:
            work.tell_organisation(
                "evidence_request",
                organisation,
                key=str(request.id),
                due_at=due_at.isoformat(),
                text_id=str(text.id),
            )
    return request.id


def answer_evidence(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    request_id: UUID,
    reason: str,
    evidence_ids: tuple[UUID, ...] = (),
) -> Case:
    """A party answers an evidence request with words and files; late answers are kept and marked."""
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="answer_evidence", reason=reason
    ) as work:
        request = work.case.complaint.evidence_requests.filter(id=request_id).first()
        if request is None:
            raise NotFound(kind="evidence request", id=str(request_id))
        rules.check_answers_for(actor, request)
        if request.answered_at is not None:
            raise Refusal(
                "This request was answered already.",
                code="complaint.answered",
                clause="PCN-3.2.2.b",
                remedy="Add further files as evidence of the case.",
            )
        text = work.keep(reason)
        EvidenceRequest.objects.filter(id=request.id).update(answered_at=at, answer_text=text.id)
        items = evidence.attach(item_ids=evidence_ids, case_id=case_id, actor=actor, at=at)
        work.say(
            events.EvidenceAnswered(
                request_id=request.id, party=request.party, text_id=text.id, items=len(items)
            )
        )
        for item in items:
            work.say(events.EvidenceAdded(evidence_id=item.id, sha256=item.sha256, party=request.party))
        work.tell("evidence_answered", work.case.owner_id, key=str(request.id))
    return work.case


def add_evidence(*, case_id: UUID, actor: Actor, at: datetime, evidence_ids: tuple[UUID, ...]) -> Case:
    """Join uploaded files to the case; only their uploader can."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="add_evidence") as work:
        items = evidence.attach(item_ids=evidence_ids, case_id=case_id, actor=actor, at=at)
        for item in items:
            work.say(
                events.EvidenceAdded(evidence_id=item.id, sha256=item.sha256, party=rules.party_of(actor))
            )
    return work.case


def warn_default(*, case_id: UUID, actor: Actor, at: datetime, request_id: UUID) -> Case:
    """The last notice before a default finding; without it none is made.

    Raises Refusal where the party has nobody who could be told: then no default follows from silence.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="warn_default") as work:
        request = _open_request(work.case.complaint, request_id)
        if request is None or request.warned_at is not None:
            return work.case
        notice = work.tell_organisation(
            "default_warning", request.organisation, key=str(request.id), due_at=request.due_at.isoformat()
        )
        if notice is None:
            raise rules.UNREACHABLE
        EvidenceRequest.objects.filter(id=request.id).update(warned_at=at)
        work.say(events.DefaultWarned(request_id=request.id, party=request.party, notice_id=notice))
    return work.case


def find_default(*, case_id: UUID, actor: Actor, at: datetime, request_id: UUID) -> Case:
    """No answer in time, after a notice: the findings rest on the evidence there is.

    Refused before the due time, and before the last notice had ``DEFAULT_NOTICE`` to be read.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="find_default") as work:
        request = _open_request(work.case.complaint, request_id)
        if request is None:
            return work.case
        rules.check_default(request, at)
        EvidenceRequest.objects.filter(id=request.id).update(default_at=at)
        work.say(events.DefaultFound(request_id=request.id, party=request.party))
        work.tell_organisation("default_finding", request.organisation, key=str(request.id))
        work.tell("default_found", work.case.owner_id, key=str(request.id))
    return work.case


def _open_request(complaint: Complaint, request_id: UUID) -> EvidenceRequest | None:
    return complaint.evidence_requests.filter(id=request_id, answered_at=None, default_at=None).first()
