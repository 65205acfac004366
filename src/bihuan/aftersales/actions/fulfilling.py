"""What was granted begins and ends: refund by its parts, goods sent, repair; and the end of it all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.aftersales import amounts, events, promising, rules
from bihuan.aftersales.actions.common import judged, put, store, tell_merchant
from bihuan.aftersales.models import Application, Line, Part, Recourse, Repair
from bihuan.aftersales.queries.paid import promised_before
from bihuan.cases.actions import Work
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM, ActorKind
from bihuan.marketplace.queries import AfterSales
from bihuan.money import actions as money
from bihuan.money import queries as money_queries

MONEY_KINDS: Final = {
    "price": "price",
    "supplement": "price",
    "freight": "freight",
    "freight_back": "freight",
    "promise": "goodwill",
}
"""What a part is called with the payment side."""
_DAY: Final = timedelta(days=1)


def begin(
    work: Work, application: Application, lines: Sequence[Line], sold: AfterSales, *, basis: UUID | None
) -> None:
    """Refund, parcel to the consumer or repair, as was granted."""
    recourse(work, application, lines, sold)
    if work.case.type in rules.MONEY:
        refund(work, application, lines, sold, basis=basis)
    elif work.case.type == "repair":
        put(work, Repair(application=application, held_from=application.received_back_at or work.at))
        work.move("repairing")
    else:
        work.move("replacing")
        tell_merchant(work, "aftersales_send_goods", key=f"send:{work.case.generation}")


def refund(
    work: Work, application: Application, lines: Sequence[Line], sold: AfterSales, *, basis: UUID | None
) -> None:
    """Compute every part with its lines, keep them, and ask for the payments (R5, R6, R7, R11)."""
    found = amounts.owed(sold, wanted(work, application, lines, sold))
    parts = [_part(work, application, one, basis) for one in found]
    put(work, *parts)
    amount = amounts.total(found)
    work.say(events.RefundComputed(amount=amount, rules=[one.rule for one in found]))
    if not parts:
        work.say(events.RefundDenied())
        work.move("refunding")
        finish(work, application, outcome="nothing_left")
        return
    work.move("refunding")
    for part in parts:
        pay(work, part)


def wanted(work: Work, application: Application, lines: Sequence[Line], sold: AfterSales) -> amounts.Wanted:
    """What the formulas are asked: pieces, earlier returns of the order, what is left, who bears the way."""
    left = {n: b.remaining_fen for n, b in money_queries.balances(sold.order.number).items()}
    before, refunded = _earlier(work, application)
    pieces = {line.number: line.counted for line in lines if line.counted}
    found = judged(work, application, lines, sold)
    promise = promising.promised(found, sold, pieces)
    return amounts.Wanted(
        kind=work.case.type,
        ground=application.ground,
        pieces=pieces,
        left=left,
        before=before,
        refunded=refunded,
        deduction=application.deduction,
        freight_back=_laid_out(work, application),
        freight_by=application.freight_by,
        amount=application.facts.get("amount_fen"),
        price_now=application.facts.get("price_now_fen"),
        promised=promise,
        promised_before=promised_before(work.case.order_number, promise, besides=work.case.id),
        promise_alone=promise is not None and found.on_promise_of("late"),
    )


def _laid_out(work: Work, application: Application) -> int:
    if work.new:
        return 0
    return sum(p.freight_fen for p in application.parcels.all() if p.direction == "back")


def _earlier(work: Work, application: Application) -> tuple[dict[int, int], int]:
    """Pieces that came back with earlier applications of the order, and the price that went back."""
    parts = Part.objects.filter(
        kind="price", application__case__order_number=work.case.order_number,
        application__case__type="return",
    ).exclude(application_id=application.pk)  # fmt: skip
    pieces: dict[int, int] = {}
    for part in parts.select_related("application").prefetch_related("application__lines"):
        for line in part.application.lines.all():
            pieces[line.number] = pieces.get(line.number, 0) + line.counted
    return pieces, sum(part.amount_fen for part in parts)


def _part(work: Work, application: Application, one: amounts.Owed, basis: UUID | None) -> Part:
    return Part(
        application=application,
        kind=one.kind,
        rule=one.rule,
        amount_fen=one.amount,
        beyond_price=one.beyond_price,
        lines={str(number): fen for number, fen in one.lines.items()},
        shown=[dict(line) for line in one.shown],
        articles=list(one.articles),
        flags=list(one.flags),
        basis=basis,
        computed_at=work.at,
    )


def pay(work: Work, part: Part) -> None:
    """Ask for one payment under its own key: as the person who acts, up to their limit; what consumer or
    program bring about is paid by the program on the decision behind it."""
    person = work.actor.kind in (ActorKind.STAFF, ActorKind.MERCHANT)
    asked = money.request_refund(
        actor=work.actor if person else PROGRAM,
        at=work.at,
        key=f"aftersales:{part.id}:{part.tries}",
        order_number=work.case.order_number,
        kind=MONEY_KINDS[part.kind],
        amount_fen=part.amount_fen,
        lines={int(number): fen for number, fen in part.lines.items()},
        beyond_price=part.beyond_price,
        rule=part.rule if part.beyond_price else "",
        reason_code="aftersales",
        case_id=work.case.id,
        basis_id=part.basis,
    )
    part.refund = asked.id
    if not work.new:
        part.save(update_fields=["refund"])


def recourse(work: Work, application: Application, lines: Sequence[Line], sold: AfterSales) -> None:
    """The consumer is paid first; what the carrier owes for it is kept and told (G-17)."""
    if application.ground not in ("lost", "damaged_in_transit"):
        return
    numbers = {line.number for line in lines}
    carriers = [s.carrier for s in sold.order.shipments if not s.lines or numbers & set(s.lines)]
    amount = sum(line.paid_fen * line.counted // line.ordered for line in lines)
    if carriers and amount > 0:
        claim(work, application, carrier=carriers[-1], amount=amount, ground=application.ground)


def claim(work: Work, application: Application, *, carrier: str, amount: int, ground: str) -> None:
    """One claim on a carrier a case; a second one of the same carrier changes nothing."""
    if not work.new and application.recourses.filter(carrier=carrier).exists():
        return
    row = Recourse(
        application=application, carrier=carrier, amount_fen=amount, ground=ground, made_at=work.at
    )
    put(work, row)
    work.say(
        events.RecourseDue(
            recourse_id=row.id, amount=amount, ground=ground,
            organisation_id=work.case.merchant_id, carrier_id=accounts.only_carrier([carrier]),
        )
    )  # fmt: skip


def settle_if_sent(work: Work, application: Application) -> None:
    """When every part is initiated the refund is sent (L-07), and the case is fulfilled."""
    parts = list(application.parts.all())
    if not parts or any(part.initiated_at is None for part in parts):
        return
    work.say(events.RefundSent(amount=sum(part.amount_fen for part in parts)))
    if work.case.state == "refunding":
        finish(work, application, outcome="refunded")


def send_again(work: Work) -> None:
    """What was sent is not what was owed: the merchant sends anew."""
    work.move("replacing")
    tell_merchant(work, "aftersales_send_goods", key=f"again:{work.case.version}")


def finish(work: Work, application: Application, *, outcome: str) -> None:
    """Everything owed is done: told, and confirmation and satisfaction asked for (ASM-3.2, 3.3, 6.1)."""
    store(
        work,
        application,
        outcome=outcome,
        completed_at=work.at,
        confirm_due_at=rules.until("ASM-3.3", "confirm_within", work.at),
    )
    work.set(handled_at=work.at)
    work.move("fulfilled")
    work.say(events.Completed(outcome=outcome))
    params = {}
    if not work.new and outcome == "refunded":
        params["amount"] = sum(part.amount_fen for part in application.parts.all())
    notice = work.tell(
        "aftersales_done",
        work.case.consumer_id,
        key=f"done:{work.case.generation}:{len(work.sayings)}:{work.case.version}",
        outcome=outcome,
        **params,
    )
    work.say(events.SurveySent(notice_id=notice))


def warranty(work: Work, application: Application) -> None:
    """L-12: after a replacement the warranty starts anew; the days in repair don't count."""
    if work.case.type == "exchange":
        work.say(events.WarrantyRestarted(lines=[line.number for line in application.lines.all()]))
    for repair in application.repairs.filter(held_until=None):
        repair.held_until = work.at
        repair.save(update_fields=["held_until"])
        days = -((repair.held_from - work.at) // _DAY)
        work.say(events.WarrantyHeld(repair_id=repair.id, days=days))


def supplement(work: Work, application: Application, *, amount: int, basis: UUID) -> None:
    """What a person awards on top after an objection; within what is left of the order."""
    if amount <= 0:
        finish(work, application, outcome=application.outcome or "closed")
        return
    balances = money_queries.balances(work.case.order_number)
    left = {n: b.remaining_fen for n, b in balances.items() if n}
    if amount > sum(left.values()):
        raise Refusal(
            "{amount} fen is more than the {left} fen that are left of the order.",
            code="aftersales.above_paid", amount=amount, left=sum(left.values()), clause="L-10",
            remedy="Award at most what is left; damages beyond the price are a complaint's.",
        )  # fmt: skip
    words = {"zh": "异议后补退", "en": "Awarded after the objection"}
    part = Part(
        application=application,
        kind="supplement",
        rule="decision",
        amount_fen=amount,
        shown=[{"code": "supplement", "amount": amount, **words}],
        lines={},
        basis=basis,
        computed_at=work.at,
    )
    if application.parts.filter(kind="supplement").exists():
        raise Refusal(
            "A supplement was awarded already.", code="aftersales.supplemented", clause="ASM-5.2",
            remedy="What is still in dispute is a complaint's: open one from here.",
        )  # fmt: skip
    put(work, part)
    work.say(events.RefundComputed(amount=amount, rules=["decision"]))
    work.move("refunding")
    pay(work, part)
