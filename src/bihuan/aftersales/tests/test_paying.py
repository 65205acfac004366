"""Payments: through money, once, failed and owed again; limits; credited; parcels followed by the job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts.queries.people import OrganisationKind
from bihuan.aftersales import actions
from bihuan.aftersales.jobs import follow
from bihuan.aftersales.models import Application
from bihuan.aftersales.stage import take_order
from bihuan.cases import queries as cases
from bihuan.complaints import stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.engine.errors import Refusal
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.money import actions as money_actions
from bihuan.money import queries as money
from bihuan.money.models import Refund
from bihuan.project.drain import drain

from .conftest import AT
from .play import ADDRESS, apply, intact, pass_to, returned, said, state, take, turn

NEXT = AT + timedelta(hours=1)


def refunding(played: stage.Stage) -> UUID:
    """Inspected, and the payment asked for but not confirmed by anybody yet."""
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    row = {"number": 1, "quantity": 1, "finding": "intact"}
    found = (actions.Found(**row),)
    actions.inspect(case_id=case_id, actor=played.who("merchant"), at=AT, findings=found)
    time.set_drill_time(NEXT + timedelta(hours=2))
    return case_id


def test_what_is_initiated_completes_the_case_and_is_told(played: stage.Stage) -> None:
    case_id = refunding(played)
    part = Application.objects.get(case_id=case_id).parts.get()
    assert (state(case_id), part.initiated_at) == ("refunding", None)
    actions.confirm_refund(case_id=case_id, actor=PROGRAM, at=NEXT, refund_id=part.refund)
    assert state(case_id) == "fulfilled"
    assert said(case_id).count("aftersales.refund_sent") == 1


def test_said_twice_it_counts_once(played: stage.Stage) -> None:
    case_id = refunding(played)
    refund = Application.objects.get(case_id=case_id).parts.get().refund
    for _ in range(2):
        actions.confirm_refund(case_id=case_id, actor=PROGRAM, at=NEXT, refund_id=refund)
    assert said(case_id).count("aftersales.refund_initiated") == 1


def test_a_failed_payment_is_owed_again_under_a_new_key(played: stage.Stage) -> None:
    case_id = refunding(played)
    part = Application.objects.get(case_id=case_id).parts.get()
    actions.note_refund_failed(case_id=case_id, actor=PROGRAM, at=NEXT, refund_id=part.refund)
    part.refresh_from_db()
    assert (part.refund, part.tries, state(case_id)) == (None, 1, "refunding")


def test_nothing_is_paid_twice_by_hand(played: stage.Stage) -> None:
    case_id = refunding(played)
    with pytest.raises(Refusal) as caught:
        actions.pay(case_id=case_id, actor=played.who("merchant"), at=NEXT)
    assert (caught.value.clause, len(money.refunds_of(case_id))) == ("L-07", 1)


def test_credited_is_its_own_event_with_the_payment_sides_time(played: stage.Stage) -> None:
    case_id = refunding(played)
    refund = Application.objects.get(case_id=case_id).parts.get().refund
    actions.confirm_refund(case_id=case_id, actor=PROGRAM, at=NEXT, refund_id=refund)
    credited = NEXT + timedelta(minutes=5)
    actions.note_credited(
        case_id=case_id, actor=PROGRAM, at=NEXT + timedelta(hours=1), refund_id=refund, credited_at=credited
    )
    entry = next(e for e in journal.entries_of(case_id) if e.event == "aftersales.refund_credited")
    assert (entry.occurred_at, entry.data["amount"]) == (credited, 15_000)


def test_above_the_limit_of_who_acts_a_second_person_approves(played: stage.Stage) -> None:
    first = {**played.orders[0]}
    line = {
        "number": 1, "sku": "M", "unit_price_fen": 90_000, "quantity": 1, "paid_fen": 90_000,
        "product": {"ref": f"{first['merchant']['ref']}-9", "title": "皮衣", "category": "clothes"},
        "kind": "textile", "promises": [],
    }  # fmt: skip
    payments = [{"way": "wechat", "amount_fen": 90_000, "reference": "p-9"}]
    more: dict[str, Any] = {"number": "AS-9", "lines": [line], "payments": payments, "promotions": []}
    take_order(first, at=AT, **more)
    case_id = apply(played, order_number="AS-9").case_id
    returned(played, case_id, AT)
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    assert state(case_id) == "refunding"
    refund = money.refunds_of(case_id)[0]
    assert (refund.state, turn(case_id)) == ("held", ("approve_refund", "supervisor"))
    boss = signed_in(played.who("supervisor"))
    assert f'href="/desk/refunds/{refund.id}"' in boss.get("/desk/board").content.decode()
    money_actions.approve(actor=played.who("supervisor"), at=AT, refund_id=refund.id)
    drain(at=AT)
    assert f'href="/desk/refunds/{refund.id}"' not in boss.get("/desk/board").content.decode()


def test_a_parcel_that_the_carrier_lost_is_paid_at_once_and_claimed(played: stage.Stage) -> None:
    shipment = {
        "carrier": "sf", "tracking_number": "SF-LOST", "state": "lost", "track": [],
        "shipped_at": (AT - timedelta(days=9)).isoformat(),
    }  # fmt: skip
    take_order(played.orders[0], at=AT, number="AS-L", status="shipped", shipments=[shipment])
    carrier = accounts.create_organisation(
        kind=OrganisationKind.CARRIER, name="顺丰", reference="sf", actor=PROGRAM, at=AT
    )
    done = apply(played, order_number="AS-L", kind="refund_only", ground="lost", pieces={1: 1, 2: 2})
    application = Application.objects.get(case_id=done.case_id)
    assert application.judgements.get().outcome == "eligible"
    assert (application.parts.get(kind="price").amount_fen, state(done.case_id)) == (27_000, "fulfilled")
    assert application.recourses.get().amount_fen == 27_000
    due = journal.entries_named(done.case_id, "aftersales.recourse_due")
    assert [(e.data["carrier_id"], e.data["amount"]) for e in due] == [(str(carrier.id), 27_000)]


def test_the_job_follows_a_parcel_and_receives_it_by_the_carriers_stamp(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    take(played, "merchant", case_id, AT, "give_address", **ADDRESS)
    sent = {"carrier": "sf", "tracking_number": "SFAS-1001"}
    take(played, "consumer", case_id, AT, "send_back", **sent)
    time.set_drill_time(NEXT)
    assert follow(at=NEXT) == 1
    parcel = Application.objects.get(case_id=case_id).parcels.get()
    assert (parcel.state, state(case_id), parcel.next_look_at) == ("delivered", "inspecting", None)
    assert follow(at=NEXT + timedelta(days=1)) == 0


def test_a_parcel_nobody_knows_is_asked_for_again_later(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    take(played, "merchant", case_id, AT, "give_address", **ADDRESS)
    take(played, "consumer", case_id, AT, "send_back", carrier="sf", tracking_number="SF-NONE")
    time.set_drill_time(NEXT)
    follow(at=NEXT)
    parcel = Application.objects.get(case_id=case_id).parcels.get()
    assert (parcel.state, parcel.next_look_at) == ("registered", NEXT + timedelta(hours=4))


def test_without_an_answer_the_case_is_closed_after_its_time(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    pass_to(AT + timedelta(days=6))
    assert state(case_id) == "fulfilled"
    pass_to(AT + timedelta(days=8))
    assert (state(case_id), cases.get(case_id).is_open) == ("closed", False)


def test_an_objection_is_decided_and_paid_on_top_within_what_is_left(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    take(played, "consumer", case_id, NEXT, "object", reason="应退十六元八")
    with pytest.raises(Refusal):
        take(played, "supervisor", case_id, NEXT, "settle", outcome="granted", amount=12_001, reason="超过")
    take(
        played,
        "supervisor",
        case_id,
        NEXT,
        "settle",
        outcome="granted",
        amount=1_875,
        reason="按平台规则补足",
    )
    parts = Application.objects.get(case_id=case_id).parts
    assert parts.get(kind="supplement").amount_fen == 1_875
    assert sum(r.amount_fen for r in money.refunds_of(case_id)) == 16_875
    assert state(case_id) == "fulfilled"


def test_a_proposal_accepted_pays_that_and_no_more(played: stage.Stage) -> None:
    late = AT + timedelta(days=18)
    case_id = apply(played, at=late, ground="quality", photos=1).case_id
    data = {"kind": "refund_only", "amount_fen": 3_000, "reason": "保留商品退三十元"}
    made = take(played, "merchant", case_id, late, "propose", **data)
    take(played, "consumer", case_id, late, "accept_proposal", proposal_id=str(made.id))
    assert Application.objects.get(case_id=case_id).parts.get().amount_fen == 3_000
    assert state(case_id) == "fulfilled"


def test_a_payment_that_was_rejected_is_owed_again(played: stage.Stage) -> None:
    case_id = refunding(played)
    refund = Application.objects.get(case_id=case_id).parts.get().refund
    Refund.objects.filter(id=refund).update(state="held", next_at=None)
    at = NEXT + timedelta(hours=1)
    rejected = money_actions.reject(
        actor=played.who("manager"), at=at, refund_id=refund, reason_code="amount"
    )
    assert rejected.state == "cancelled"
    drain(at=at)
    part = Application.objects.get(case_id=case_id).parts.get()
    assert (part.refund, part.tries) == (None, 1)


def test_what_was_replaced_counts_anew_for_the_warranty(played: stage.Stage) -> None:
    case_id = apply(played, kind="exchange", ground="quality", photos=1).case_id
    take(played, "merchant", case_id, AT, "approve")
    returned(played, case_id, AT)
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    take(played, "merchant", case_id, AT, "send_goods", carrier="圆通", tracking_number="YT-1")
    take(played, "consumer", case_id, NEXT, "deliver")
    take(played, "consumer", case_id, NEXT, "object", reason="还是坏的")
    take(played, "supervisor", case_id, NEXT, "settle", outcome="granted", reason="再换一件")
    assert state(case_id) == "replacing"
    take(played, "merchant", case_id, NEXT, "send_goods", carrier="圆通", tracking_number="YT-2")
    take(played, "consumer", case_id, NEXT, "deliver")
    take(played, "consumer", case_id, NEXT, "confirm")
    again = apply(played, at=NEXT + timedelta(days=1), kind="repair", ground="quality", photos=2)
    good = Application.objects.get(case_id=again.case_id).judgements.get().inputs[0]["good"]
    assert good["replaced"] == "2026-03-02"
