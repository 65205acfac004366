"""What people of the desk do: take a case, record an answer, confirm what came back, refund again."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.cases import green
from bihuan.cases import queries as cases
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.marketplace import actions as marketplace
from bihuan.money import queries as money
from bihuan.orders import events
from bihuan.orders.actions import outcome as outcomes
from bihuan.orders.behind import alone
from bihuan.orders.models import OrderService
from bihuan.orders.services import Way
from bihuan.orders.workflow import ORDER

REFUSALS: Final = (
    "carrier_refused",
    "out_for_delivery",
    "delivered",
    "parcel_absent",
    "address_outside",
    "shipped",
    "merchant_refused",
    "issued_already",
)
_STATES: Final = {
    "note_done": "completed",
    "note_cancelled": "repaying",
    "note_intercepted": "coming_back",
    "note_refused": "not_done",
    "note_too_late": "guided",
}


def take(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """See to this case oneself (ISH-2.1)."""
    with work_on(ORDER, case_id=case_id, actor=actor, at=at, step="take") as work:
        work.set(owner_id=actor.id, team_id=actor.team_id)
        work.say(events.Taken(owner_id=actor.id))
    return work.case


def record_answer(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    outcome: str,
    refusal: str = "",
    reference: str = "",
    tracking_number: str = "",
) -> Case:
    """Record what the carrier, the merchant or the marketplace answered; whoever was asked does so too.

    ``tracking_number`` says which parcel, where several wait for their answer.
    """
    if outcome == "refused" and refusal not in REFUSALS:
        raise Invalid("A refusal needs its reason.", field="refusal", remedy="Choose a reason.")
    with transaction.atomic():
        alone(cases.get(case_id).order_number)
        with work_on(ORDER, case_id=case_id, actor=actor, at=at, step="record_answer") as work:
            row = OrderService.objects.get(case_id=case_id)
            only_who_was_asked(actor, row)
            answer = outcomes.Answer(outcome, refusal if outcome == "refused" else "")
            _settle(work, row, _instruction_of(row, tracking_number.strip()), answer, reference)
    return work.case


def only_who_was_asked(actor: Actor, row: OrderService) -> None:
    """A carrier answers what carriers were asked, a merchant what merchants were. Raises NotAllowed."""
    mine = {ActorKind.PARTNER: Way.CARRIER, ActorKind.MERCHANT: Way.MERCHANT}.get(actor.kind)
    if mine is not None and row.way != mine:
        raise NotAllowed(
            "Somebody else was asked about this.", code="order.asked_another", remedy="Wait for their answer."
        )


def _instruction_of(row: OrderService, tracking_number: str) -> UUID:
    waiting = [one for one in row.parcels.all() if not one.outcome]
    if waiting and (tracking_number or len(waiting) > 1):
        found = next((one for one in waiting if one.tracking_number == tracking_number), None)
        if found is None:
            raise Invalid(
                "Say about which parcel they answered.",
                field="tracking_number",
                parcels=", ".join(one.tracking_number for one in waiting),
                remedy="Give one of: {parcels}.",
            )
        return found.instruction_id
    given = waiting[0].instruction_id if waiting else row.instruction_id
    if given is None:
        raise Refusal("Nobody was asked in this case.", code="order.not_asked")
    return given


def _settle(
    work: Work, row: OrderService, instruction_id: UUID, answer: outcomes.Answer, reference: str
) -> None:
    marketplace.settle_instruction(
        actor=work.actor,
        at=work.at,
        on=work.case.resource,
        instruction_id=instruction_id,
        outcome=answer.outcome,
        reference=reference,
        refusal=answer.refusal,
    )
    whole = outcomes.for_parcel(row, instruction_id, answer)
    outcomes.keep_parcel(work, row, instruction_id, answer)
    if whole is not None:
        work.move(_STATES[outcomes.step_for(row, whole.outcome, whole.refusal)])
        outcomes.answered(work, row, whole.outcome, whole.refusal)


def receive_return(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The merchant has the goods that the carrier brought back: the price goes back to the consumer."""
    with work_on(ORDER, case_id=case_id, actor=actor, at=at, step="receive_return") as work:
        row = OrderService.objects.get(case_id=case_id)
        work.say(events.GoodsBack(recorded_by=actor.id))
        outcomes.repay(work, row)
        row.save()
    return work.case


def repay(*, case_id: UUID, actor: Actor, at: datetime) -> Case:
    """Refund again what failed, under a new key, after a person looked at it."""
    with work_on(ORDER, case_id=case_id, actor=actor, at=at, step="repay") as work:
        row = OrderService.objects.get(case_id=case_id)
        if not any(refund.state in ("failed", "cancelled") for refund in money.refunds_of(case_id)):
            raise Refusal(
                "No refund of this case has failed.",
                code="order.repaid",
                clause="PCN-2.3.2.b",
                remedy="Wait for the credit; the payment side is asked about it again and again.",
            )
        row.tries, row.sent_at = row.tries + 1, None
        outcomes.repay(work, row)
        row.save()
    return work.case


def mark_green(*, case_id: UUID, actor: Actor, at: datetime, need: str, reason: str) -> Case:
    """Put an urgent need ahead of everything (PCN-2.3.4.b)."""
    return green.mark(ORDER, case_id=case_id, actor=actor, at=at, need=need, reason=reason)


def unmark_green(*, case_id: UUID, actor: Actor, at: datetime, reason: str) -> Case:
    """Take the case out of the green channel (supervisor)."""
    return green.unmark(ORDER, case_id=case_id, actor=actor, at=at, reason=reason)
