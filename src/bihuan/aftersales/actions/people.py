"""Who works on an after-sales case, and what people say to each other in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.aftersales import events, rules
from bihuan.aftersales.actions.common import join_files
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases import green
from bihuan.cases.actions import check_fit, chosen, own, work_on
from bihuan.cases.models import Case
from bihuan.conversations import actions as conversations
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor


def assign(*, case_id: UUID, actor: Actor, at: datetime, owner_id: UUID | None = None) -> Case:
    """Assign by rule (certificate, skill, shift, presence, then least load), or to a named person."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="assign") as work:
        person = owner_id or chosen(work)
        if person is None:
            work.tell_role("unassigned", "supervisor")
            return work.case
        check_fit(work, person)
        own(work, person, events.Assigned(owner_id=person, rule="named" if owner_id else "load"))
    return work.case


def take(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Take an unowned case; somebody else's is assigned by a supervisor."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="take") as work:
        if work.case.owner_id not in (None, actor.id):
            raise Refusal(
                "Case {number} has an owner already.", code="aftersales.owned", number=work.case.number,
                clause="ISH-2.2", remedy="Ask a supervisor to assign it to you.",
            )  # fmt: skip
        check_fit(work, actor.id)
        own(work, actor.id, events.Assigned(owner_id=actor.id, rule="taken"))
    return work.case


def send_message(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    text: str,
    audience: str = "consumer",
    evidence_ids: tuple[UUID, ...] = (),
) -> UUID:
    """A person of the desk or the merchant writes; to the consumer it is an answer (ASM-3.1).

    A merchant writes to the consumer only: notes within the house are the platform's own.
    """
    rules.not_empty("text", text, clause="ASM-3.1")
    if rules.party_of(actor) == "merchant":
        rules.known("audience", audience, ("consumer",))
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="send_message") as work:
        files = tuple(UUID(one) for one in join_files(work, evidence_ids))
        message = conversations.send_message(
            case_id=case_id,
            audience=audience,
            text=work.keep(text),
            actor=actor,
            at=at,
            human=True,
            evidence_ids=files,
        )
        told = {"message_id": str(message.id)}
        if audience == "consumer":
            work.say(events.Answered(via="message", by=rules.party_of(actor), message_id=message.id))
            work.tell("aftersales_message", work.case.consumer_id, key=str(message.id), **told)
        elif audience == "merchant":
            work.tell_organisation(
                "aftersales_message_merchant", work.case.merchant_id, key=str(message.id), **told
            )
    return message.id


def log_call(
    *, case_id: UUID, actor: Actor, at: datetime, started_at: datetime, answered: bool, note: str
) -> UUID:
    """A call with the consumer; one that was held is an answer (ASM-3.1)."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="log_call") as work:
        call = conversations.log_call(
            case_id=case_id,
            actor=actor,
            at=at,
            started_at=started_at,
            answered=answered,
            text=work.keep(note),
        )
        if answered:
            work.say(events.Answered(via="call", by=rules.party_of(actor), message_id=call.id))
    return call.id


def write(
    *, case_id: UUID, actor: Actor, at: datetime, text: str, evidence_ids: tuple[UUID, ...] = ()
) -> UUID:
    """The consumer or the merchant writes to the desk; the owner hears of it."""
    rules.not_empty("text", text, clause="ASM-3.3")
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="write") as work:
        files = tuple(UUID(one) for one in join_files(work, evidence_ids))
        message = conversations.send_message(
            case_id=case_id,
            audience=rules.party_of(actor),
            text=work.keep(text),
            actor=actor,
            at=at,
            human=True,
            evidence_ids=files,
        )
        work.tell("written", work.case.owner_id, key=str(message.id))
    return message.id


def add_evidence(*, case_id: UUID, actor: Actor, at: datetime, evidence_ids: tuple[UUID, ...]) -> Case:
    """Join uploaded files to the case; only their uploader can."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="add_evidence") as work:
        join_files(work, evidence_ids)
    return work.case


def mark_green(*, case_id: UUID, actor: Actor, at: datetime, need: str, reason: str) -> Case:
    """Put the case into the green channel (PCN-2.3.4.b)."""
    return green.mark(AFTERSALES, case_id=case_id, actor=actor, at=at, need=need, reason=reason)


def unmark_green(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """A supervisor takes it out again."""
    return green.unmark(AFTERSALES, case_id=case_id, actor=actor, at=at, reason=reason)
