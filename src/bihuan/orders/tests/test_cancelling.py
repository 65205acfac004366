"""Cancellation (PCN-2.3.2.b): refund credited in three working days before shipment, guidance after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.complaints.stage import Stage
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import actions as money
from bihuan.money import queries as money_queries
from bihuan.money.models import Refund
from bihuan.orders import actions
from bihuan.orders.models import OrderService
from bihuan.orders.tests.play import AT, PARCEL, ask, credit, order, run, said, state, then, told, verdicts


def refunds(case_id: object) -> list[tuple[str, int, str]]:
    found = Refund.objects.filter(case_id=case_id).order_by("-amount_fen")
    return [(refund.kind, refund.amount_fen, refund.state) for refund in found]


def test_the_whole_order_is_refunded_and_done_when_credited(played: Stage) -> None:
    order(played)
    case_id = ask(played, "cancel").case_id
    run()
    assert (state(case_id), marketplace.order_behind("S1").status) == ("repaying", "cancelled")  # type: ignore[union-attr]
    assert refunds(case_id) == [("price", 15_000, "initiated"), ("freight", 600, "initiated")]
    assert verdicts(case_id) == {"PCN-2.3.2.b": None, "PCN-2.3.2.b2": "met"}
    credit(case_id, AT + timedelta(days=1))
    assert state(case_id) == "completed"
    assert said(case_id) == [
        "requested",
        "cancel_asked",
        "cancelled",
        "refund_asked",
        "refund_sent",
        "refund_credited",
        "done",
    ]
    assert verdicts(case_id)["PCN-2.3.2.b"] == "met"
    assert told(case_id) == {"order_asked", "order_repaying", "order_repaid"}


def test_credited_after_three_working_days_is_late(played: Stage) -> None:
    order(played)
    case_id = ask(played, "cancel").case_id
    run()
    credit(case_id, AT.replace(day=6, hour=0, second=1))
    assert verdicts(case_id)["PCN-2.3.2.b"] == "late"


def test_what_was_refunded_before_is_not_refunded_again(played: Stage) -> None:
    order(played)
    money.request_refund(
        actor=played.who("supervisor"), at=AT, key="earlier-1", order_number="S1", kind="price",
        amount_fen=4_000, lines={1: 4_000},
    )  # fmt: skip
    case_id = ask(played, "cancel").case_id
    run()
    assert refunds(case_id) == [("price", 11_000, "initiated"), ("freight", 600, "initiated")]


def test_an_unpaid_order_is_cancelled_without_a_refund(played: Stage) -> None:
    order(played, status="placed")
    case_id = ask(played, "cancel").case_id
    run()
    assert (state(case_id), refunds(case_id)) == ("completed", [])
    assert said(case_id)[-3:] == ["cancelled", "nothing_paid", "done"]
    assert verdicts(case_id) == {"PCN-2.3.2.b": "met", "PCN-2.3.2.b2": "met"}


def test_after_shipment_the_buyer_is_guided(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    case_id = ask(played, "cancel").case_id
    assert (state(case_id), said(case_id), verdicts(case_id)) == ("guided", ["requested", "guided"], {})
    guided = Entry.objects.get(subject_id=case_id, event="order.guided").data
    assert guided["routes"] == ["intercept", "refuse_delivery", "return"]
    run()
    assert (told(case_id), refunds(case_id)) == ({"order_guided"}, [])


def test_the_order_left_while_it_was_being_cancelled(played: Stage) -> None:
    order(played)
    case_id = ask(played, "cancel").case_id
    order(played, status="shipped", shipments=[PARCEL])
    run()
    assert (state(case_id), refunds(case_id)) == ("guided", [])
    assert verdicts(case_id) == {"PCN-2.3.2.b": "cancelled", "PCN-2.3.2.b2": "cancelled"}


def test_an_intercepted_parcel_is_refunded_once_it_is_back(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    case_id = ask(played, "intercept", who="agent").case_id
    run()
    agent = played.who("agent")
    actions.record_answer(case_id=case_id, actor=agent, at=then(hours=1), outcome="done")
    assert (state(case_id), refunds(case_id)) == ("coming_back", [])
    actions.receive_return(case_id=case_id, actor=agent, at=then(days=2))
    then(days=2, minutes=1)
    assert (state(case_id), len(refunds(case_id))) == ("repaying", 2)
    assert verdicts(case_id) == {"L-07": "met"}
    assert "order_returned" in told(case_id)
    credit(case_id, AT + timedelta(days=3))
    assert state(case_id) == "completed"


def failed(case_id: object, at: object) -> None:
    for refund in money_queries.refunds_of(case_id):  # type: ignore[arg-type]
        answer = RefundAnswer(refund.key, RefundState.FAILED, refund.amount_fen, code="account_closed")
        money.take_callback(actor=PROGRAM, at=at, answer=answer)  # type: ignore[arg-type]


def test_a_failed_refund_is_owed_again_under_a_new_key(played: Stage) -> None:
    order(played)
    case_id = ask(played, "cancel", who="agent").case_id
    run()
    agent = played.who("agent")
    with pytest.raises(Refusal):
        actions.repay(case_id=case_id, actor=agent, at=then(hours=1))
    failed(case_id, then(hours=2))
    then(hours=2)
    assert (state(case_id), said(case_id)[-2:]) == ("repaying", ["refund_failed", "refund_failed"])
    actions.repay(case_id=case_id, actor=agent, at=then(hours=3))
    then(hours=4)
    credit(case_id, AT + timedelta(days=1))
    assert (state(case_id), OrderService.objects.get(case_id=case_id).amount_fen) == ("completed", 15_600)
    assert verdicts(case_id)["PCN-2.3.2.b"] == "met"


def test_invoice_and_urging_are_passed_on(played: Stage) -> None:
    order(played)
    invoice = ask(played, "invoice", details={"title": "某某科技有限公司", "tax_number": "91330100"}).case_id
    urged = ask(played, "urge_shipment").case_id
    run()
    assert (state(invoice), state(urged)) == ("instructed", "completed")
    actions.record_answer(
        case_id=invoice, actor=played.who("agent"), at=AT, outcome="done", reference="inv-1"
    )
    assert (state(invoice), verdicts(invoice)) == ("completed", {})
    assert "order_urged" in told(urged)
