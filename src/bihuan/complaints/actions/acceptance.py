"""Acceptance by a person, supplement, refusal, classification."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.complaints import acceptance, events, rules
from bihuan.complaints.models import Check, Complaint
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Invalid, Refusal
from bihuan.evidence import actions as evidence
from bihuan.evidence import queries as evidence_queries
from bihuan.journal.actor import Actor, ActorKind
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import Claimant

CONDITIONS = ("party", "order_or_record", "matter", "demand", "evidence")


def accept(*, case_id: UUID, actor: Actor, at: datetime, reason: str = "") -> Case:
    """Accept by a person. Where a condition did not pass, the reason says why it is accepted all the same."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="accept") as work:
        if work.case.complaint.missing and not reason.strip():
            raise Invalid(
                "Not every condition passed; say why the complaint is accepted.",
                field="reason",
                clause="PCN-3.1.2",
                remedy="Give the reason, or ask for a supplement.",
            )
        text = work.keep(reason) if reason.strip() else None
        work.say(events.Accepted(by=str(actor.kind), reason_id=text.id if text else None))
        _accepted(work)
    return work.case


def check(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Check the conditions again once the marketplace has answered (clocks.md 12).

    Says nothing while anything is still unknown; with every condition passed the program accepts.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="check") as work:
        facts = marketplace.acceptance_facts(
            order_number=work.case.order_number, claimant=Claimant(), person_id=work.case.consumer_id
        )
        found = acceptance.decide(_given(work.case.complaint), facts)
        if work.case.state == "received" and all(c.result != "unknown" for c in found.conditions):
            _check_again(work)
    return work.case


def request_supplement(
    *, case_id: UUID, actor: Actor, at: datetime, missing: tuple[str, ...], reason: str
) -> Case:
    """Ask for what is missing, with the reason and the time set for it; never a refusal (law X9)."""
    for name in missing:
        rules.known("missing", name, CONDITIONS)
    if not missing:
        raise Invalid(
            "Say what is missing.",
            field="missing",
            clause="PCN-3.1.3.b",
            remedy="Name at least one of: " + ", ".join(CONDITIONS) + ".",
        )
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="request_supplement", reason=reason
    ) as work:
        text, due_at = (
            work.keep(reason),
            rules.until(
                "PCN-3.1.3.b",
                "supplement_window",
                at,
                roll=rules.values("PCN-3.1.3.b", at)["supplement_roll"],
            ),
        )
        _update(work, missing=list(missing), supplement_due_at=due_at, supplement_reminded_at=None)
        work.say(events.SupplementRequested(missing=list(missing), due_at=due_at, reason_id=text.id))
        work.tell(
            "supplement_request",
            work.case.consumer_id,
            text_id=str(text.id),
            missing=list(missing),
            due_at=due_at.isoformat(),
        )
    return work.case


def supplement(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    order_number: str = "",
    transaction_record: str = "",
    text: str = "",
    evidence_ids: tuple[UUID, ...] = (),
) -> Case:
    """What was missing is given; the same case returns with fresh 24 hours and is checked again."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="supplement") as work:
        fields = [
            name
            for name, given in (
                ("order_number", order_number),
                ("transaction_record", transaction_record),
                ("text", text),
                ("evidence", evidence_ids),
            )
            if given
        ]
        if not fields:
            raise Invalid(
                "Nothing was added.",
                field="text",
                clause="PCN-3.1.3.b",
                remedy="Add at least one of the things asked for.",
            )
        _take_in(work, order_number, transaction_record, text, evidence_ids)
        work.say(events.Supplemented(fields=fields))
        _check_again(work)
        work.tell("supplemented", work.case.owner_id)
    return work.case


def remind_supplement(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """One reminder before the supplement's time runs out."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="remind_supplement") as work:
        complaint = work.case.complaint
        if complaint.supplement_reminded_at is None and complaint.supplement_due_at is not None:
            _update(work, supplement_reminded_at=at)
            work.say(events.SupplementReminded(due_at=complaint.supplement_due_at))
            work.tell(
                "supplement_reminder", work.case.consumer_id, due_at=complaint.supplement_due_at.isoformat()
            )
    return work.case


def lapse(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """No supplement in the time set: the case lapses and can come back by a later supplement."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="lapse") as work:
        due_at = work.case.complaint.supplement_due_at
        if due_at is None or at < due_at:
            raise Refusal(
                "The time to supplement has not run out.", code="complaint.lapse_early", clause="PCN-3.1.3.b"
            )
        work.say(events.Lapsed(due_at=due_at))
        work.tell("lapsed", work.case.consumer_id)
    return work.case


def refuse(*, case_id: UUID, actor: Actor, at: datetime, ground: str, reason: str) -> Case:
    """Refuse to accept, on one of the few real grounds, with the other routes (PCN-3.1.3.b, 消法 39).

    ``not_supplemented`` needs a supplement request whose time ran out. An unknown check never
    refuses; the words are a person's.
    """
    rules.known("ground", ground, rules.values("PCN-3.1.3.b", at)["refusal_grounds"])
    if actor.kind is ActorKind.PROGRAM:
        raise Refusal(
            "A refusal is a person's.",
            code="complaint.person_needed",
            clause="PCN-3.1.3.b",
            remedy="A person with the right decides.",
        )
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="refuse", reason=reason) as work:
        due_at = work.case.complaint.supplement_due_at
        if ground == "not_supplemented" and (due_at is None or at < due_at):
            raise Refusal(
                "Missing items are asked for before a complaint is refused.",
                code="complaint.supplement_first",
                clause="PCN-3.1.2",
                remedy="Ask for a supplement and wait until its time has run out.",
            )
        text = work.keep(reason)
        work.say(events.Refused(ground=ground, routes=rules.routes(at), reason_id=text.id))
        work.tell(
            "refusal", work.case.consumer_id, text_id=str(text.id), ground=ground, routes=rules.routes(at)
        )
    return work.case


def classify(
    *, case_id: UUID, actor: Actor, at: datetime, type: str, urgency: str, severity: str, complexity: str
) -> Case:
    """Register and classify (FIS-5.a, CRP-1.2.d); ``special`` is reached only by an extension."""
    _check_class(type, urgency, severity, complexity)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="classify") as work:
        work.set(type=type, urgency=urgency, severity=severity, complexity=complexity)
        work.say(
            events.Classified(
                type=type, urgency=urgency, severity=severity, complexity=complexity, basis=["person"]
            )
        )
    return work.case


def reclassify(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    type: str,
    urgency: str,
    severity: str,
    complexity: str,
    reason: str,
) -> Case:
    """Classify anew with a reason. What would lengthen a running clock is refused: ask for an extension."""
    _check_class(type, urgency, severity, complexity)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="reclassify", reason=reason) as work:
        if (
            rules.COMPLEXITIES.index(complexity) > rules.COMPLEXITIES.index(work.case.complexity)
            and work.case.accepted_at
        ):
            raise Refusal(
                "A class that lengthens a running deadline needs an extension, told before the old end.",
                code="complaint.lengthening",
                clause="PCN-3.2.3",
                remedy="Ask for an extension to {to}.",
                to=complexity,
            )
        text = work.keep(reason)
        work.set(type=type, urgency=urgency, severity=severity, complexity=complexity)
        work.say(
            events.Reclassified(
                type=type, urgency=urgency, severity=severity, complexity=complexity, reason_id=text.id
            )
        )
    return work.case


def _check_class(type_: str, urgency: str, severity: str, complexity: str) -> None:
    rules.known("type", type_, rules.TYPES)
    rules.known("urgency", urgency, rules.URGENCIES)
    rules.known("severity", severity, rules.SEVERITIES)
    if complexity == "special":
        raise Refusal(
            "The class special is reached only by an extension.",
            code="complaint.special",
            clause="PCN-3.2.3.a",
            remedy="Classify as complex, then ask for an extension to special.",
        )
    rules.known("complexity", complexity, rules.COMPLEXITIES)


def _update(work: Work, **values: object) -> None:
    complaint = work.case.complaint
    for name, value in values.items():
        setattr(complaint, name, value)
    complaint.save(update_fields=list(values))


def _accepted(work: Work) -> None:
    work.set(accepted_at=work.at)
    work.tell("acceptance", work.case.consumer_id)


def _take_in(work: Work, order_number: str, record: str, text: str, evidence_ids: tuple[UUID, ...]) -> None:
    if order_number:
        work.set(order_number=order_number)
    if record:
        _update(work, transaction_record=record[:120])
    if text.strip():
        _update(work, demand_text=work.keep(text).id)
    for item in evidence.attach(item_ids=evidence_ids, case_id=work.case.id, actor=work.actor, at=work.at):
        work.say(
            events.EvidenceAdded(evidence_id=item.id, sha256=item.sha256, party=rules.party_of(work.actor))
        )


def _check_again(work: Work) -> None:
    """The conditions anew; with all of them passed the program accepts."""
    case, complaint = work.case, work.case.complaint
    facts = marketplace.acceptance_facts(
        order_number=case.order_number, claimant=Claimant(), person_id=case.consumer_id
    )
    verdict = acceptance.decide(_given(complaint), facts)
    for condition in verdict.conditions:
        work.say(
            events.Checked(condition=condition.name, result=condition.result, basis=condition.basis or None)
        )
        Check.objects.create(
            complaint=complaint,
            condition=condition.name,
            result=condition.result,
            basis=condition.basis,
            checked_at=work.at,
        )
    _update(work, missing=list(verdict.missing))
    if facts.organisation_id is not None:
        work.set(merchant_id=facts.organisation_id)
    if verdict.result == "accepted":
        work.say(events.Accepted(by="program"))
        work.move("accepted")
        _accepted(work)


def _given(complaint: Complaint) -> acceptance.Given:
    return acceptance.Given(
        party=complaint.party,
        transaction_record=complaint.transaction_record,
        matter=True,
        demand=complaint.demand,
        has_evidence=bool(evidence_queries.items_of(complaint.case_id)),
    )
