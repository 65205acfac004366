"""What follows when the other side has answered: the end, the refund, the word to the consumer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.cases.actions import Work
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace import queries as marketplace
from bihuan.money import actions as money
from bihuan.money import queries as money_queries
from bihuan.orders import events
from bihuan.orders.models import OrderService
from bihuan.orders.services import CHANGES, Service, Way

ROUTES: Final[Mapping[str, tuple[str, ...]]] = {
    Service.CANCEL: ("intercept", "refuse_delivery", "return"),
    Service.INTERCEPT: ("refuse_delivery", "return", "complain"),
    Service.INVOICE: ("ask_us", "complain"),
    Service.URGE: ("cancel", "complain"),
}
"""The other ways that remain when a service was refused."""
STEPS: Final[Mapping[str, str]] = {Service.CANCEL: "note_cancelled", Service.INTERCEPT: "note_intercepted"}


def step_for(row: OrderService, outcome: str, refusal: str) -> str:
    """The step of the table that an answer brings about."""
    if outcome in ("done", "part"):
        return STEPS.get(row.service, "note_done")
    late = row.service == Service.CANCEL and refusal == "shipped"
    return "note_too_late" if late else "note_refused"


def routes_for(row: OrderService, refusal: str) -> tuple[str, ...]:
    if row.service not in CHANGES:
        return ROUTES[row.service]
    if row.way == Way.ORDER:
        return ("redirect", "refuse_delivery", "complain") if refusal == "shipped" else ("ask_us", "complain")
    return ("collect", "refuse_delivery", "complain")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side says: ``outcome`` is done or refused; ``proven_at`` its own stamp."""

    outcome: str
    refusal: str = ""
    proven_at: datetime | None = None


def for_parcel(row: OrderService, instruction_id: UUID, answer: Answer) -> Answer | None:
    """The answer for all parcels together once the last has one: done, refused, or ``part``; None before.

    One that came for this parcel already stands. The caller is alone with the order (``behind.alone``).
    """
    parcels = list(row.parcels.all())
    mine = next((one for one in parcels if one.instruction_id == instruction_id), None)
    if mine is None or len(parcels) == 1:
        return answer
    if mine.outcome:
        return None
    mine.outcome, mine.refusal = answer.outcome, answer.refusal if answer.outcome == "refused" else ""
    if any(not one.outcome for one in parcels):
        return None
    refusals = [one.refusal for one in parcels if one.outcome == "refused"]
    whole = "done" if not refusals else "part" if len(refusals) < len(parcels) else "refused"
    return Answer(whole, refusals[0] if refusals else "", answer.proven_at)


def keep_parcel(work: Work, row: OrderService, instruction_id: UUID, answer: Answer) -> None:
    """The answer about one parcel, beside it and, where there are several, in the journal."""
    at = answer.proven_at or work.at
    refusal = answer.refusal if answer.outcome == "refused" else ""
    mine = row.parcels.filter(instruction_id=instruction_id)
    mine.update(outcome=answer.outcome, refusal=refusal, answered_at=at)
    if row.parcels.count() > 1:
        left = row.parcels.filter(outcome="").count()
        said = events.ParcelAnswered(
            service=row.service, instruction_id=instruction_id, outcome=answer.outcome,
            refusal=refusal or None, left=left,
        )  # fmt: skip
        work.say(said, occurred_at=at, proven=answer.proven_at is not None)


def answered(
    work: Work, row: OrderService, outcome: str, refusal: str, *, proven_at: datetime | None = None
) -> None:
    """Say what came of it, and do what follows; the caller's step has set the state. ``part``: of several
    parcels the carrier did it for some."""
    stamp = {"occurred_at": proven_at or work.at, "proven": proven_at is not None}
    row.refusal = "" if outcome == "done" else refusal
    if row.service in CHANGES:
        answer = events.ChangeAnswered(
            service=row.service, way=row.way, outcome=outcome, refusal=row.refusal or None
        )
        work.say(answer, **stamp)  # type: ignore[arg-type]
    if outcome == "refused":
        _refused(work, row)
    elif row.service == Service.CANCEL:
        work.say(events.Cancelled(instruction_id=row.instruction_id), **stamp)  # type: ignore[arg-type]
        repay(work, row)
    elif row.service == Service.INTERCEPT:
        work.say(events.Intercepted(instruction_id=row.instruction_id), **stamp)  # type: ignore[arg-type]
        row.lines = _coming_back(row)
        if outcome != "part":
            work.tell("order_intercepted", work.case.consumer_id)
    else:
        _done(work, row)
        if outcome != "part":
            work.tell("order_done", work.case.consumer_id, service=row.service)
    if outcome == "part":
        _tell_part(work, row)
    row.save()


def _tell_part(work: Work, row: OrderService) -> None:
    parcels = list(row.parcels.all())
    done = sum(one.outcome == "done" for one in parcels)
    work.tell(
        "order_partly", work.case.consumer_id, service=row.service, done=done, all=len(parcels),
        why=row.refusal or "refused",
    )  # fmt: skip


def _coming_back(row: OrderService) -> list[int] | None:
    """Numbers of the lines whose parcels come back; None where that is the whole order."""
    sold = marketplace.aftersales_facts(row.order_number).order
    numbers = {line.number for line in sold.lines}
    parcels = [one for one in row.parcels.all() if one.outcome == "done"]
    if not parcels or (len(sold.shipments) == 1 and not parcels[0].lines):
        return None
    back = {number for one in parcels for number in one.lines}
    return None if numbers <= back else sorted(back & numbers)


def repay(work: Work, row: OrderService) -> None:
    """Have everything paid for the order go back, by the marketplace's own amounts (PCN-2.3.2.b).

    Under keys of this try; what is on its way already is not asked for again.
    """
    order = marketplace.payable(work.case.order_number)
    left = {n: b.remaining_fen for n, b in money_queries.balances(order.order_number).items() if due(row, n)}
    parts: dict[str, dict[int, int]] = {
        "price": {n: fen for n, fen in left.items() if n and fen},
        "freight": {n: fen for n, fen in left.items() if not n and fen},
    }
    asked = [
        money.request_refund(
            actor=PROGRAM,
            at=work.at,
            key=f"order:{work.case.id}:{kind}:{row.tries}",
            order_number=order.order_number,
            kind=kind,
            amount_fen=sum(lines.values()),
            reason_code="order_cancelled",
            lines=lines,
            case_id=work.case.id,
            basis_id=work.case.id,
            currency=order.currency,
        )
        for kind, lines in parts.items()
        if lines and row.paid
    ]
    if not asked:
        _nothing(work, row)
        return
    row.refund_ids = [*row.refund_ids, *(str(refund.id) for refund in asked)]
    amount = sum(refund.amount_fen for refund in asked)
    row.amount_fen += amount
    work.say(events.RefundAsked(amount=amount, refund_ids=[str(refund.id) for refund in asked]))
    kind = "order_repaying" if row.service == Service.CANCEL else "order_returned"
    work.tell(kind, work.case.consumer_id, key=f"try:{row.tries}", amount=amount)


def due(row: OrderService, number: int) -> bool:
    """Whether what was paid for a line (0: the freight) goes back."""
    return row.lines is None or number in row.lines


def credited(work: Work, row: OrderService, at: datetime) -> None:
    """The last of the money arrived at this time, proven by the payment side."""
    work.say(events.RefundCredited(amount=row.amount_fen), occurred_at=at, proven=True)
    _done(work, row)
    work.move("completed")
    work.tell("order_repaid", work.case.consumer_id, amount=row.amount_fen)
    row.save()


def _nothing(work: Work, row: OrderService) -> None:
    work.say(events.NothingPaid(order_number=row.order_number))
    _done(work, row)
    work.move("completed")
    work.tell("order_done", work.case.consumer_id, service=row.service)


def _refused(work: Work, row: OrderService) -> None:
    routes = list(routes_for(row, row.refusal))
    late = step_for(row, "refused", row.refusal) == "note_too_late"
    said = events.Guided if late else events.Refused
    work.say(said(service=row.service, refusal=row.refusal, routes=routes))
    row.live = False
    work.set(closed_at=work.at)
    kind = "order_guided" if late else "order_refused"
    work.tell(kind, work.case.consumer_id, service=row.service, why=row.refusal)


def _done(work: Work, row: OrderService) -> None:
    work.say(events.Done(service=row.service))
    row.live = False
    work.set(handled_at=work.at, closed_at=work.at)
