"""Words between the complainant and people: messages, calls, promises, external references."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from bihuan.cases.actions import work_on
from bihuan.cases.models import Case
from bihuan.complaints import events, rules
from bihuan.complaints.actions import following, handing
from bihuan.complaints.models import Promise, Reference
from bihuan.complaints.workflow import COMPLAINT
from bihuan.conversations import actions as conversations
from bihuan.engine.errors import NotFound, Refusal
from bihuan.journal.actor import Actor


def send_message(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    text: str,
    audience: str = "consumer",
    evidence_ids: tuple[UUID, ...] = (),
) -> UUID:
    """A person writes to the complainant, the merchant, or within the house. Returns the message's id.

    To the complainant it is a human answer (ISH-1.2.b.first); that they were contacted counts when
    the notice has reached them (FIS-5.b). Colleagues whom a note names with @ hear of it and follow the
    case from then on; so does whoever wrote it. Refused (ISH-3.4) while the case was handed over to the
    writer and they have not confirmed what is open.
    """
    rules.substantive("text", text, at)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="send_message") as work:
        if audience != "internal":
            handing.check_taken_over(work)
        message = conversations.send_message(
            case_id=case_id,
            audience=audience,
            text=work.keep(text),
            actor=actor,
            at=at,
            human=True,
            evidence_ids=evidence_ids,
        )
        if audience == "consumer":
            work.say(events.Answered(via="message", message_id=message.id))
            work.tell("message", work.case.consumer_id, key=str(message.id), message_id=str(message.id))
        elif audience == "merchant":
            work.tell_organisation(
                "message", work.case.merchant_id, key=str(message.id), message_id=str(message.id)
            )
        named = following.mention(work, text, message.id) if audience == "internal" else set()
        what = "note" if audience == "internal" else "answer"
        following.tell_followers(work, what, key=str(message.id), without=named)
    return message.id


def write(
    *, case_id: UUID, actor: Actor, at: datetime, text: str, evidence_ids: tuple[UUID, ...] = ()
) -> UUID:
    """The complainant or the merchant writes to the desk; the owner hears of it."""
    rules.not_empty("text", text, clause="CRP-1.1.c")
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="write") as work:
        audience = rules.party_of(actor)
        message = conversations.send_message(
            case_id=case_id,
            audience=audience,
            text=work.keep(text),
            actor=actor,
            at=at,
            human=True,
            evidence_ids=evidence_ids,
        )
        work.tell("written", work.case.owner_id, key=str(message.id))
        owner = {work.case.owner_id} if work.case.owner_id else set()
        following.tell_followers(work, "letter", key=str(message.id), without=owner)
    return message.id


def log_call(
    *, case_id: UUID, actor: Actor, at: datetime, started_at: datetime, answered: bool, note: str
) -> UUID:
    """A call with the complainant. A call that was held is an answer and a contact at once."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="log_call") as work:
        handing.check_taken_over(work)
        call = conversations.log_call(
            case_id=case_id,
            actor=actor,
            at=at,
            started_at=started_at,
            answered=answered,
            text=work.keep(note),
        )
        if answered:
            work.say(events.Answered(via="call", message_id=call.id))
            work.say(events.Contacted(via="call", message_id=call.id))
        following.tell_followers(work, "call", key=str(call.id))
    return call.id


def promise(*, case_id: UUID, actor: Actor, at: datetime, due_at: datetime, text: str) -> UUID:
    """Promise the complainant something until a time; the promise becomes a clock (CRP-2.1.c)."""
    rules.later("due_at", due_at, at)
    rules.not_empty("text", text, clause="CRP-2.1.c")
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="promise") as work:
        kept = work.keep(text)
        made = Promise.objects.create(
            id=uuid4(),
            complaint=work.case.complaint,
            text=kept.id,
            due_at=due_at,
            made_by=actor.id,
            made_at=at,
        )
        work.say(events.Promised(promise_id=made.id, due_at=due_at, text_id=kept.id))
        work.tell(
            "promise",
            work.case.consumer_id,
            key=str(made.id),
            text_id=str(kept.id),
            due_at=due_at.isoformat(),
        )
    return made.id


def keep_promise(*, case_id: UUID, actor: Actor, at: datetime, promise_id: UUID, text: str) -> Case:
    """Tell what was promised; the promise counts as kept when the notice has reached the complainant."""
    rules.not_empty("text", text, clause="CRP-2.1.c")
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="keep_promise") as work:
        if not work.case.complaint.promises.filter(id=promise_id, kept_at=None).exists():
            raise NotFound(kind="open promise", id=str(promise_id))
        kept = work.keep(text)
        work.tell(
            "promise_kept",
            work.case.consumer_id,
            key=str(promise_id),
            promise_id=str(promise_id),
            text_id=str(kept.id),
        )
    return work.case


def refer(
    *, case_id: UUID, actor: Actor, at: datetime, reference: str, authority: str, due_at: datetime
) -> Case:
    """Register an external reference, such as a regulator's transfer, with its own due date."""
    rules.later("due_at", due_at, at)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="refer") as work:
        if work.case.complaint.references.filter(reference=reference).exists():
            raise Refusal(
                "The reference {reference} stands in this case already.",
                code="complaint.reference",
                reference=reference,
                clause="X-REF",
                remedy="Answer it, or give another reference.",
            )
        Reference.objects.create(
            complaint=work.case.complaint,
            reference=reference,
            authority=authority,
            received_at=at,
            due_at=due_at,
        )
        work.say(events.Referred(reference=reference, authority=authority, due_at=due_at))
        work.tell("referred", work.case.owner_id, key=reference, due_at=due_at.isoformat())
    return work.case


def answer_reference(*, case_id: UUID, actor: Actor, at: datetime, reference: str, text: str) -> Case:
    """Answer an external reference; the answer's words are kept."""
    rules.not_empty("text", text, clause="X-REF")
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="answer_reference") as work:
        changed = work.case.complaint.references.filter(reference=reference, answered_at=None).update(
            answered_at=at
        )
        if not changed:
            raise NotFound(kind="open reference", id=reference)
        work.say(events.ReferenceAnswered(reference=reference, text_id=work.keep(text).id))
    return work.case
