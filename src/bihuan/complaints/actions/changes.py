"""What changes the course of a case: extension, withdrawal, reopening, merge, split, appeal, correction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.accounts import actions as accounts
from bihuan.cases import queries as cases
from bihuan.cases.actions import Work, link, new_work, unlink, work_on
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import events, rules
from bihuan.complaints.models import Appeal, ClaimItem, Complaint, Extension
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor

LENGTHENED = ("PCN-3.2.3", "PCN-3.3.3")


def ask_extension(*, case_id: UUID, actor: Actor, at: datetime, to: str, reason: str) -> Extension:
    """Ask to lengthen the limits to ``complex`` or ``special``, before they run out (law X12)."""
    rules.known("to", to, ("complex", "special"))
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="ask_extension", reason=reason) as work:
        if rules.COMPLEXITIES.index(to) <= rules.COMPLEXITIES.index(work.case.complexity):
            raise Invalid(
                "The case is {now} already.",
                field="to",
                now=work.case.complexity,
                clause="PCN-3.2.3",
                remedy="Ask for a longer class.",
            )
        _running_limits(work)
        text = work.keep(reason)
        made = Extension.objects.create(
            complaint=work.case.complaint,
            to=to,
            state="asked",
            reason_text=text.id,
            asked_by=actor.id,
            asked_at=at,
            generation=work.case.generation,
        )
        work.say(
            events.ExtensionAsked(extension_id=made.id, to=to, clauses=list(LENGTHENED), reason_id=text.id)
        )
        work.tell_role("approval", "supervisor", key=str(made.id))
    return made


def approve_extension(*, case_id: UUID, actor: Actor, at: datetime, extension_id: UUID) -> Extension:
    """Approve by a person who is neither the asker nor the handler; the complainant is told at once.

    It takes effect when the notice has reached the complainant before the old end (``told`` by
    proof), and fails otherwise: then what is overdue stays overdue.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="approve_extension") as work:
        asked = _extension(work, extension_id)
        if actor.id in (asked.asked_by, work.case.owner_id):
            raise Refusal(
                "An extension is approved by a person who does not handle the case.",
                code="complaint.four_eyes",
                clause="PCN-3.2.3",
                remedy="Ask another supervisor.",
            )
        _running_limits(work)
        asked.state, asked.decided_by, asked.decided_at = "approved", actor.id, at
        work.say(events.ExtensionApproved(extension_id=asked.id, to=asked.to))
        asked.notice = work.tell(
            "extension",
            work.case.consumer_id,
            key=str(asked.id),
            extension_id=str(asked.id),
            to=asked.to,
            text_id=str(asked.reason_text),
        )
        asked.save(update_fields=["state", "decided_by", "decided_at", "notice"])
    return asked


def reject_extension(
    *, case_id: UUID, actor: Actor, at: datetime, extension_id: UUID, reason: str
) -> Extension:
    """Do not approve; the limits stay."""
    with work_on(
        COMPLAINT, case_id=case_id, actor=actor, at=at, step="reject_extension", reason=reason
    ) as work:
        asked = _extension(work, extension_id)
        if actor.id == asked.asked_by:
            raise Refusal(
                "Another person decides on an extension.", code="complaint.four_eyes", clause="PCN-3.2.3"
            )
        asked.state, asked.decided_by, asked.decided_at = "rejected", actor.id, at
        asked.save(update_fields=["state", "decided_by", "decided_at"])
        work.say(events.ExtensionRejected(extension_id=asked.id, reason_id=work.keep(reason).id))
        work.tell("extension_rejected", asked.asked_by, key=str(asked.id))
    return asked


def withdraw(*, case_id: UUID, actor: Actor, at: datetime, reason: str = "") -> Case:
    """The complainant takes the complaint back; running clocks end, overdue ones stay overdue."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="withdraw") as work:
        text = work.keep(reason) if reason.strip() else None
        work.set(closed_at=at)
        work.say(events.Withdrawn(by=rules.party_of(actor), reason_id=text.id if text else None))
        work.tell("withdrawn", work.case.owner_id)
    return work.case


def reopen(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """Take the case up again with a new generation of clocks; old verdicts stay."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="reopen", reason=reason) as work:
        _next_generation(work, work.keep(reason).id)
        work.tell("reopened", work.case.consumer_id)
        work.tell("reopened", work.case.owner_id, key="owner")
    return work.case


def merge(*, case_id: UUID, actor: Actor, at: datetime, into_id: UUID, reason: str) -> Case:
    """Merge a case into another of the same complainant; its clocks run on by their own receipt."""
    if case_id == into_id:
        raise Invalid("A case is not merged into itself.", field="into_id", remedy="Name another case.")
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="merge", reason=reason) as work:
        target = cases.get(into_id)
        if target.consumer_id != work.case.consumer_id or not COMPLAINT.is_open(target.state):
            raise Refusal(
                "Only open complaints of the same complainant are merged.",
                code="complaint.merge",
                clause="CRP-2.0",
                remedy="Link them instead.",
            )
        work.notes["before"] = work.case.state
        text = work.keep(reason)
        Complaint.objects.filter(case=work.case).update(outcome=f"was:{work.case.state}")
        link(source=work.case, target=target, kind="merged", at=at)
        work.set(merged_into_id=into_id)
        work.say(events.Merged(into_id=into_id, reason_id=text.id))
        work.tell("merged", work.case.consumer_id, into=target.number)
    return work.case


def unmerge(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """Undo a merge: the case stands again where it stood."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="unmerge", reason=reason) as work:
        target = work.case.merged_into
        if target is None:
            raise Refusal("This case is not merged.", code="complaint.merge", clause="CRP-2.0")
        complaint = work.case.complaint
        work.move(complaint.outcome.removeprefix("was:"))
        complaint.outcome = ""
        complaint.save(update_fields=["outcome"])
        unlink(source=work.case, target=target, kind="merged", at=at)
        work.set(merged_into_id=None)
        work.say(events.Unmerged(into_id=target.id, reason_id=work.keep(reason).id))
    return work.case


def split(*, case_id: UUID, actor: Actor, at: datetime, items: tuple[UUID, ...], reason: str) -> Case:
    """Move claim items into a case of their own, received when the first one was."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="split", reason=reason) as work:
        chosen = list(work.case.complaint.items.filter(id__in=items))
        if not chosen or len(chosen) == work.case.complaint.items.count():
            raise Invalid(
                "Choose some of the claim items, not none and not all.",
                field="items",
                clause="CRP-2.0",
                remedy="Leave at least one item in each case.",
            )
        text = work.keep(reason)
        new = _split_off(work, chosen)
        work.say(events.Split(new_id=new.id, items=len(chosen), reason_id=text.id))
        link(source=new, target=work.case, kind="split", at=at)
        work.tell("split", work.case.consumer_id, new=new.number)
    return new


def appeal(*, case_id: UUID, actor: Actor, at: datetime, ground: str, reason: str) -> Appeal:
    """Consumer or merchant appeals against how it was handled (P-19); decided by somebody new."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="appeal", reason=reason) as work:
        text = work.keep(reason)
        made = Appeal.objects.create(
            complaint=work.case.complaint,
            by=rules.party_of(actor),
            made_by=actor.id,
            ground=ground,
            text=text.id,
            made_at=at,
            generation=work.case.generation,
        )
        work.say(events.Appealed(appeal_id=made.id, by=made.by, ground=ground, text_id=text.id))
        work.tell_role("appeal", "supervisor", key=str(made.id))
        work.tell("appeal_received", actor.id, key=str(made.id))
    return made


def decide_appeal(*, case_id: UUID, actor: Actor, at: datetime, outcome: str, reason: str) -> Appeal:
    """Decide an appeal: ``upheld`` takes the case up again, ``dismissed`` leaves it. A new person decides."""
    rules.known("outcome", outcome, ("upheld", "dismissed"))
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="decide_appeal", reason=reason) as work:
        found = work.case.complaint.appeals.filter(decided_at=None).first()
        if found is None:
            raise Refusal("No appeal is open.", code="complaint.no_appeal", clause="P-19")
        if actor.id in _deciders(work.case.complaint) | {work.case.owner_id}:
            raise Refusal(
                "An appeal is decided by a person who did not decide before.",
                code="complaint.same_decider",
                clause="P-19",
                remedy="Ask another person with the right to decide appeals.",
            )
        text = work.keep(reason)
        found.outcome, found.decided_by, found.decided_at, found.decision_text = (
            outcome,
            actor.id,
            at,
            text.id,
        )
        found.save(update_fields=["outcome", "decided_by", "decided_at", "decision_text"])
        work.say(events.AppealDecided(appeal_id=found.id, outcome=outcome, text_id=text.id))
        if outcome == "upheld":
            _next_generation(work, text.id)
            work.move("accepted")
        work.tell("appeal_decided", found.made_by, key=str(found.id), text_id=str(text.id), outcome=outcome)
    return found


def correct(*, case_id: UUID, actor: Actor, at: datetime, field: str, value: str, reason: str) -> Case:
    """Correct a wrong entry: channel, order_number or merchant_id. The clocks are not judged again."""
    rules.known("field", field, ("channel", "order_number", "merchant_id", "partner_id"))
    if field == "channel":
        rules.known("value", value, rules.CHANNELS)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="correct", reason=reason) as work:
        before = str(getattr(work.case, field) or "")
        work.set(**{field: value})
        work.say(events.Corrected(field=field, before=before, after=value, reason_id=work.keep(reason).id))
    return work.case


def redact(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    text_id: UUID,
    parts: tuple[str, ...],
    code: str,
    reason: str,
) -> Case:
    """Take personal data that slipped through out of a kept text; the old words are destroyed."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="redact", reason=reason) as work:
        accounts.redact_text(
            text_id=text_id, parts=parts, reason=code, on=work.case.resource, actor=actor, at=at
        )
        work.say(events.Redacted(text_id=text_id, reason_id=work.keep(reason).id))
    return work.case


def _extension(work: Work, extension_id: UUID) -> Extension:
    found = work.case.complaint.extensions.filter(id=extension_id).first()
    if found is None:
        raise NotFound(kind="extension", id=str(extension_id))
    if found.state != "asked":
        raise Refusal(
            "This extension is {state} already.",
            code="complaint.extension",
            state=found.state,
            clause="PCN-3.2.3",
        )
    return found


def _running_limits(work: Work) -> None:
    open_ones = [
        s.clock
        for s in clocks.of(work.case.id)
        if s.clock.clause_id in LENGTHENED
        and s.clock.verdict is None
        and s.clock.generation == work.case.generation
    ]
    if not open_ones or min(c.due_at for c in open_ones) <= work.at:
        raise Refusal(
            "A limit that has run out is not extended.",
            code="complaint.overdue",
            clause="PCN-3.2.3",
            remedy="Finish the case; the report shows it as late.",
        )


def _next_generation(work: Work, reason_id: UUID) -> None:
    work.set(generation=work.case.generation + 1, closed_at=None, handled_at=None, accepted_at=work.at)
    work.say(events.Reopened(number=work.case.generation, reason_id=reason_id))
    work.say(events.Accepted(by="reopened"))


def _split_off(work: Work, chosen: list[ClaimItem]) -> Case:
    old, complaint = work.case, work.case.complaint
    new = Case(
        number=cases.new_number(work.at),
        code_hash=old.code_hash,
        flow=old.flow,
        state=old.state,
        channel=old.channel,
        type=chosen[0].matter,
        urgency=old.urgency,
        severity=old.severity,
        complexity=old.complexity,
        consumer_id=old.consumer_id,
        representative_id=old.representative_id,
        merchant_id=old.merchant_id,
        partner_id=old.partner_id,
        order_number=old.order_number,
        owner_id=old.owner_id,
        team_id=old.team_id,
        received_at=old.received_at,
        accepted_at=old.accepted_at,
    )
    with new_work(COMPLAINT, case=new, actor=work.actor, at=work.at) as made:
        made.say(
            events.Received(channel=new.channel, items=len(chosen), text_id=complaint.matter_text),
            occurred_at=old.received_at,
        )
        made.say(
            events.Classified(
                type=new.type,
                urgency=new.urgency,
                severity=new.severity,
                complexity=new.complexity,
                basis=["split"],
            )
        )
        if old.accepted_at is not None:
            made.say(events.Accepted(by="split"), occurred_at=old.accepted_at)
            made.tell("acceptance", new.consumer_id)
            made.move("accepted")
        made.add(
            Complaint(
                case=new,
                matter_text=complaint.matter_text,
                demand=chosen[0].demand,
                demand_amount=chosen[0].amount,
                happened_at=complaint.happened_at,
                party=complaint.party,
            )
        )
    ClaimItem.objects.filter(id__in=[c.id for c in chosen]).update(complaint_id=new.id)
    return new


def _deciders(complaint: Complaint) -> set[UUID]:
    people = set(complaint.decisions.values_list("decided_by", flat=True))
    people |= set(complaint.liabilities.values_list("decided_by", flat=True))
    appealed = complaint.appeals.values_list("decided_by", flat=True)
    return people | {person for person in appealed if person}
