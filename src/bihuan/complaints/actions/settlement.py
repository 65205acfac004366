"""Options, offers, agreement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.accounts.permissions import Role
from bihuan.cases.actions import Work, work_on
from bihuan.complaints import events, rules
from bihuan.complaints.actions.execution import owe
from bihuan.complaints.models import Offer, Option
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine import decisions
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.engine.remedies import Proposal, lawful_options
from bihuan.journal.actor import Actor


def compute_options(*, case_id: UUID, actor: Actor, at: datetime, facts: Mapping[str, Any]) -> list[Option]:
    """The lawful remedies by formula, with article and inputs, in fen (CRP-2.3.a, PCN-3.3.2.a).

    ``facts``: price, freight, loss, fraud, food … as engine.remedies documents; what the law makes
    a human's finding (fraud, knowledge, defect) stays marked as such.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="compute_options") as work:
        proposals = lawful_options({"type": work.case.type, **facts})
        complaint = work.case.complaint
        Option.objects.filter(complaint=complaint).delete()
        made = Option.objects.bulk_create([_option(work, proposal) for proposal in proposals])
        work.say(events.OptionsComputed(rules=[o.rule for o in made], totals=[o.total for o in made]))
    return list(made)


def offer(
    *, case_id: UUID, actor: Actor, at: datetime, kind: str, amount: int = 0, text: str, rule: str = ""
) -> Offer:
    """Propose a solution to the complainant. Amounts in fen.

    Beyond the authority of the actor's role, or above what a formula gives, the offer is held for
    approval (CRP-2.3.c). A voucher may stand beside a money option only, and needs the consumer's
    recorded consent when it is accepted (L-09). An empty answer is refused.
    """
    _check_offer(kind, amount, text, at)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="offer") as work:
        if kind == "voucher":
            _refuse_voucher_alone(work)
        hold = hold_reason(work, kind, amount, rule)
        made = _make_offer(
            work, kind=kind, amount=amount, text=text, rule=rule, state="held" if hold else "open", hold=hold
        )
        work.say(events.Offered(offer_id=made.id, kind=kind, amount=amount, by=made.by, rule=rule or None))
        if hold:
            work.say(events.OfferHeld(offer_id=made.id, amount=amount, reason=hold))
            work.tell_role("approval", "supervisor", key=str(made.id), amount=amount)
        else:
            _tell_offer(work, made)
    return made


def approve_offer(*, case_id: UUID, actor: Actor, at: datetime, offer_id: UUID) -> Offer:
    """Approve a held offer; not one's own (four eyes)."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="approve_offer") as work:
        held = _offer(work, offer_id, "held")
        _refuse_own(actor, held.made_by, "CRP-2.3.c")
        _check_approver(actor, held)
        held.state, held.approved_by = "open", actor.id
        held.save(update_fields=["state", "approved_by"])
        work.say(events.OfferApproved(offer_id=held.id))
        _tell_offer(work, held)
    return held


def reject_offer(*, case_id: UUID, actor: Actor, at: datetime, offer_id: UUID, reason: str) -> Offer:
    """Do not approve a held offer, with the reason."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="reject_offer", reason=reason) as work:
        held = _offer(work, offer_id, "held")
        text = work.keep(reason)
        held.state = "rejected"
        held.save(update_fields=["state"])
        work.say(events.OfferRejected(offer_id=held.id, reason_id=text.id))
        work.tell("offer_rejected", held.made_by, key=str(held.id), text_id=str(text.id))
    return held


def counter(
    *, case_id: UUID, actor: Actor, at: datetime, offer_id: UUID, kind: str, amount: int = 0, text: str
) -> Offer:
    """Answer an offer with another one; both stay on record."""
    _check_offer(kind, amount, text, at)
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="counter") as work:
        parent = _offer(work, offer_id, "open")
        _refuse_own_side(actor, parent)
        parent.state, parent.answered_at = "countered", at
        parent.save(update_fields=["state", "answered_at"])
        made = _make_offer(
            work, kind=kind, amount=amount, text=text, rule="", state="open", hold="", parent=parent
        )
        work.say(
            events.Countered(offer_id=made.id, parent_id=parent.id, kind=kind, amount=amount, by=made.by)
        )
        work.tell("counter", work.case.owner_id, key=str(made.id), text_id=str(made.text))
    return made


def accept_offer(
    *, case_id: UUID, actor: Actor, at: datetime, offer_id: UUID, consent: bool = False
) -> Offer:
    """The other side accepts: agreement, and what was agreed is owed.

    ``consent``: the consumer expressly agrees to a voucher instead of money (七日办法 14).
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="accept_offer") as work:
        taken = _offer(work, offer_id, "open")
        _refuse_own_side(actor, taken)
        if taken.kind == "voucher" and not consent:
            raise Refusal(
                "A voucher replaces money only with your express consent.",
                code="complaint.consent",
                clause="L-09",
                remedy="Tick the consent, or choose the money option.",
            )
        taken.state, taken.answered_at = "accepted", at
        taken.consent_at = at if consent else None
        taken.save(update_fields=["state", "answered_at", "consent_at"])
        _void_others(work, taken)
        by = rules.party_of(actor)
        work.say(events.OfferAccepted(offer_id=taken.id, by=by, consent=consent))
        work.say(events.Agreed(offer_id=taken.id))
        owe(
            work,
            kind=taken.kind,
            amount=taken.amount,
            basis=taken.id,
            rule=taken.rule,
            approved_by=taken.approved_by or (taken.made_by if taken.by == "merchant" else None),
        )
        work.tell("agreed", work.case.owner_id, key=str(taken.id))
    return taken


def decline_offer(*, case_id: UUID, actor: Actor, at: datetime, offer_id: UUID) -> Offer:
    """The other side declines; the case stays where it is and the owner hears of it."""
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="decline_offer") as work:
        refused = _offer(work, offer_id, "open")
        _refuse_own_side(actor, refused)
        refused.state, refused.answered_at = "declined", at
        refused.save(update_fields=["state", "answered_at"])
        work.say(events.OfferDeclined(offer_id=refused.id, by=rules.party_of(actor)))
        work.tell("declined", work.case.owner_id, key=str(refused.id))
    return refused


def _option(work: Work, proposal: Proposal) -> Option:
    return Option(
        complaint=work.case.complaint,
        rule=proposal.rule,
        total=proposal.total,
        lines=[
            {"code": line.code, "zh": line.zh, "en": line.en, "amount": line.amount}
            for line in proposal.lines
        ],
        articles=list(proposal.articles),
        inputs=dict(proposal.inputs),
        needs_human=list(proposal.needs_human),
        money=proposal.money_option,
        computed_at=work.at,
    )


def _check_offer(kind: str, amount: int, text: str, at: datetime) -> None:
    rules.known("kind", kind, rules.OFFER_KINDS)
    rules.substantive("text", text, at)
    if kind in rules.MONEY_KINDS and amount <= 0:
        raise Invalid(
            "An offer of money names an amount above zero.",
            field="amount",
            clause="CRP-2.3.c",
            remedy="Give the amount in fen.",
        )
    if amount < 0:
        raise Invalid("An amount is not negative.", field="amount", remedy="Give the amount in fen.")


def hold_reason(work: Work, kind: str, amount: int, rule: str) -> str:
    """Why an offer must be approved first; empty where it may go out (CRP-2.3.c)."""
    if rules.party_of(work.actor) == "merchant":
        return ""
    limits = rules.values("CRP-2.3.c", work.at)["authority_fen"]
    role = next((r for r in ("manager", "supervisor", "agent") if r in work.actor.roles), "agent")
    if decisions.authority(role, amount, limits).result == "held":
        return "beyond_authority"
    lawful = work.case.complaint.options.filter(rule=rule).first() if rule else None
    if lawful is not None and kind in rules.MONEY_KINDS and amount < lawful.total:
        return "below_law"
    return ""


def _refuse_voucher_alone(work: Work) -> None:
    complaint = work.case.complaint
    money_offer = complaint.offers.filter(kind__in=rules.MONEY_KINDS, state="open").exists()
    if complaint.options.filter(money=True).exists() and not money_offer:
        raise Refusal(
            "The law gives money here; a voucher may only stand beside a money option.",
            code="complaint.money_option",
            clause="CRP-2.3.a",
            remedy="Offer the money option first.",
        )


def _make_offer(
    work: Work,
    *,
    kind: str,
    amount: int,
    text: str,
    rule: str,
    state: str,
    hold: str,
    parent: Offer | None = None,
) -> Offer:
    kept = work.keep(text)
    return Offer.objects.create(
        complaint=work.case.complaint,
        parent=parent,
        by=rules.party_of(work.actor),
        made_by=work.actor.id,
        kind=kind,
        amount=amount,
        rule=rule,
        text=kept.id,
        state=state,
        hold_reason=hold,
        made_at=work.at,
        generation=work.case.generation,
    )


def _tell_offer(work: Work, made: Offer) -> None:
    work.tell(
        "offer",
        work.case.consumer_id,
        key=str(made.id),
        text_id=str(made.text),
        amount=made.amount,
        remedy=made.kind,
    )


def _offer(work: Work, offer_id: UUID, state: str) -> Offer:
    found = work.case.complaint.offers.filter(id=offer_id).first()
    if found is None:
        raise NotFound(kind="offer", id=str(offer_id))
    if found.state != state:
        raise Refusal(
            "This offer is {state}; it must be {wanted} for that.",
            code="complaint.offer_state",
            state=found.state,
            wanted=state,
            clause="CRP-2.3.a",
            remedy="Look at the latest offer.",
        )
    return found


def _refuse_own(actor: Actor, person: UUID, clause: str) -> None:
    if actor.id == person:
        raise Refusal(
            "Nobody approves what they asked for themselves.",
            code="complaint.four_eyes",
            clause=clause,
            remedy="Ask another person with the authority.",
        )


def _check_approver(actor: Actor, held: Offer) -> None:
    limits = rules.values("CRP-2.3.c", held.made_at)["authority_fen"]
    role = Role.MANAGER if actor.has(Role.MANAGER) else Role.SUPERVISOR
    if decisions.authority(role, held.amount, limits).result == "held":
        raise Refusal(
            "{amount} fen lie beyond your authority too.",
            code="complaint.authority",
            amount=held.amount,
            clause="CRP-2.3.c",
            remedy="Ask a manager.",
        )


def _refuse_own_side(actor: Actor, made: Offer) -> None:
    mine, theirs = rules.party_of(actor) == "consumer", made.by == "consumer"
    if mine == theirs:
        raise Refusal(
            "An offer is answered by the other side.",
            code="complaint.own_offer",
            clause="CRP-2.3.a",
            remedy="Wait for their answer.",
        )


def _void_others(work: Work, taken: Offer) -> None:
    others = work.case.complaint.offers.filter(state__in=["open", "held"]).exclude(id=taken.id)
    others.update(state="void", answered_at=work.at)
