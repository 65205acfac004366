"""A solution plan beside what was applied for: proposed by one side, agreed by the consumer (ASM-5.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.aftersales import events, rules
from bihuan.aftersales.actions import granting
from bihuan.aftersales.actions.common import application_of, lines_of, sold_of, store, tell_desk
from bihuan.aftersales.models import Application, Proposal
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor


def propose(
    *, case_id: UUID, actor: Actor, at: datetime, kind: str, reason: str, amount_fen: int | None = None
) -> Proposal:
    """Propose another solution: repair instead of a return, a part of the price for goods that stay.

    The 24 hours run on: a proposal is no decision. One stands at a time; a new one takes its place.
    """
    rules.known("kind", kind, rules.KINDS)
    if kind == "refund_only" and (amount_fen is None or amount_fen <= 0):
        raise Invalid(
            "Say how much goes back while the goods stay.", field="amount_fen", clause="ASM-5.2",
            remedy="Give the amount in fen, above zero.",
        )  # fmt: skip
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="propose", reason=reason) as work:
        application = application_of(work)
        rules.check_decider(actor, work.case.merchant_id, platform_decides=application.platform_decides)
        text = work.keep(reason)
        application.proposals.filter(state="open").update(state="void", answered_at=at)
        made = Proposal.objects.create(
            application=application,
            kind=kind,
            amount_fen=amount_fen or 0,
            by=rules.party_of(actor),
            made_by=actor.id,
            text=text.id,
            made_at=at,
        )
        work.say(
            events.Proposed(
                proposal_id=made.id, kind=kind, amount=made.amount_fen, by=made.by, reason_id=text.id
            )
        )
        params = {"amount": made.amount_fen} if made.amount_fen else {}
        work.tell(
            "aftersales_proposal", work.case.consumer_id, key=str(made.id), wanted=kind, text_id=str(text.id),
            **params,
        )  # fmt: skip
    return made


def accept_proposal(*, case_id: UUID, actor: Actor, at: datetime, proposal_id: UUID) -> Case:
    """The consumer agrees: what was proposed is granted in place of what was applied for."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="accept_proposal") as work:
        application = application_of(work)
        taken = _open(application, proposal_id)
        taken.state, taken.answered_at = "accepted", at
        taken.save(update_fields=["state", "answered_at"])
        work.say(events.ProposalAccepted(proposal_id=taken.id))
        facts = {k: v for k, v in application.facts.items() if k != "amount_fen"}
        if taken.amount_fen:
            facts["amount_fen"] = taken.amount_fen
        if taken.kind != work.case.type:
            work.say(events.DemandChanged(kind=taken.kind, before=work.case.type))
        work.set(type=taken.kind)
        store(work, application, facts=facts)
        _grant(work, application)
    return work.case


def _grant(work: Work, application: Application) -> None:
    granting.grant(work, application, lines_of(application), sold_of(work), by="agreement", judgement=None)


def decline_proposal(*, case_id: UUID, actor: Actor, at: datetime, proposal_id: UUID, text: str = "") -> Case:
    """The consumer stays with what was applied for; the desk hears of it."""
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="decline_proposal") as work:
        refused = _open(application_of(work), proposal_id)
        refused.state, refused.answered_at = "declined", at
        refused.save(update_fields=["state", "answered_at"])
        kept = work.keep(text) if text.strip() else None
        work.say(events.ProposalDeclined(proposal_id=refused.id, text_id=kept.id if kept else None))
        tell_desk(work, key=str(refused.id))
    return work.case


def _open(application: Application, proposal_id: UUID) -> Proposal:
    found = application.proposals.filter(id=proposal_id).first()
    if found is None:
        raise NotFound(kind="proposal", id=str(proposal_id))
    if found.state != "open":
        raise Refusal(
            "This proposal does not stand any more.", code="aftersales.proposal_state", clause="ASM-5.2",
            remedy="Look at the latest proposal.",
        )  # fmt: skip
    return found
