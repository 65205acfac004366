"""What the program notes: an answer came, money arrived or failed. Each is safe to repeat."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.cases import queries as cases
from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.journal.actor import Actor
from bihuan.money import queries as money
from bihuan.orders import events
from bihuan.orders.actions import outcome as outcomes
from bihuan.orders.behind import alone
from bihuan.orders.models import OrderService
from bihuan.orders.workflow import ORDER


def note_answer(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    instruction_id: UUID,
    outcome: str,
    refusal: str = "",
    answered_at: datetime | None = None,
) -> Case:
    """The marketplace or the carrier answered (on ``marketplace.instruction_done`` and ``_refused``).

    Raises StepRefused where the answer is known already, from a person.
    """
    answer = outcomes.Answer(outcome, refusal, answered_at)
    with transaction.atomic():
        alone(cases.get(case_id).order_number)
        row = OrderService.objects.get(case_id=case_id)
        known = row.parcels.filter(instruction_id=instruction_id).exclude(outcome="").exists()
        whole = outcomes.for_parcel(row, instruction_id, answer)
        step = outcomes.step_for(row, whole.outcome, whole.refusal) if whole else "note_parcel"
        with work_on(ORDER, case_id=case_id, actor=actor, at=at, step=step) as work:
            if not known:
                outcomes.keep_parcel(work, row, instruction_id, answer)
            if whole is not None:
                outcomes.answered(work, _locked(work), whole.outcome, whole.refusal, proven_at=answered_at)
    return work.case


def note_money(*, case_id: UUID, actor: Actor, at: datetime, refund_id: UUID) -> Case:
    """A refund of this case began, arrived or failed (reaction on the events of ``money``)."""
    with work_on(ORDER, case_id=case_id, actor=actor, at=at, step="note_money") as work:
        row = _locked(work)
        refunds = {refund.id: refund for refund in money.refunds_of(case_id)}
        mine = refunds.get(refund_id)
        if mine is not None and mine.state in ("failed", "cancelled"):
            _failed(work, refund_id)
            return work.case
        _sent(work, row)
        if all(refund.credited_at or refund.ended_at for refund in refunds.values()):
            _arrived(work, row)
    return work.case


def _sent(work: Work, row: OrderService) -> None:
    """The payment side has begun every refund, and nothing more is owed: said once."""
    begun = [refund.initiated_at for refund in money.refunds_of(work.case.id) if refund.ended_at is None]
    times = [at for at in begun if at is not None]
    if row.sent_at is None and times and len(times) == len(begun) and not _owed(row):
        row.sent_at = max(times)
        row.save(update_fields=["sent_at"])
        work.say(events.RefundSent(amount=row.amount_fen), occurred_at=row.sent_at, proven=True)


def _owed(row: OrderService) -> int:
    """What goes back of what was paid for the order, and is not on its way."""
    left = money.balances(row.order_number).items()
    return sum(balance.remaining_fen for number, balance in left if outcomes.due(row, number))


def _arrived(work: Work, row: OrderService) -> None:
    """Every refund is at its end: the whole has arrived, unless a failed part is still owed."""
    paid = [refund for refund in money.refunds_of(work.case.id) if refund.credited_at is not None]
    if paid and not _owed(row):
        row.amount_fen = sum(refund.amount_fen for refund in paid)
        outcomes.credited(work, row, max(refund.credited_at for refund in paid if refund.credited_at))


def _failed(work: Work, refund_id: UUID) -> None:
    work.say(events.RefundFailed(refund_id=refund_id))
    if work.case.owner_id:
        work.tell("refund_failed", work.case.owner_id, key=str(refund_id))
    else:
        work.tell_role("refund_failed", "supervisor", key=str(refund_id))


def _locked(work: Work) -> OrderService:
    return OrderService.objects.get(case_id=work.case.id)
