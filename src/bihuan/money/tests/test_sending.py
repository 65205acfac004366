"""Never paid twice, never forgotten: what the payment side does and what the row says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace.tests.serving import Setup
from bihuan.money import actions
from bihuan.money.models import Difference, Refund
from bihuan.money.tests.factories import AT, SUPERVISOR, ask, committed, later, order, poll, said, send, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(bank: Setup) -> Refund:
    order()
    return ask(700)


def test_it_is_sent_and_initiated(bank: Setup, row: Refund) -> None:
    assert send(row) == "initiated"
    assert said(row) == ["refund_requested", "refund_sent", "refund_initiated"]
    assert bank.app.payments == [("refund-0001", 700)]


def test_the_job_twice_pays_once(bank: Setup, row: Refund) -> None:
    send(row)
    assert send(row) == "initiated"
    assert said(row) == ["refund_requested", "refund_sent", "refund_initiated"]
    assert bank.app.payments == [("refund-0001", 700)]


def test_no_answer_is_unknown_and_found_out_later(bank: Setup, row: Refund) -> None:
    bank.app.faults.lose_answers = 3
    assert send(row) == "unknown"
    assert poll(row, later(1)) == "unknown"
    assert poll(row, later(3)) == "initiated"
    assert said(row)[1:] == ["refund_sent", "refund_unknown", "refund_initiated"]
    assert bank.app.payments == [("refund-0001", 700)]


def test_a_request_that_never_arrived_is_sent_again_under_the_same_key(bank: Setup, row: Refund) -> None:
    bank.app.faults.errors = 3
    assert send(row) == "unknown"
    assert bank.app.payments == []
    assert poll(row, later(3)) == "initiated"
    assert said(row)[1:] == ["refund_sent", "refund_unknown", "refund_sent", "refund_initiated"]
    assert bank.app.payments == [("refund-0001", 700)]


def test_a_long_outage_is_asked_about_ever_more_rarely(bank: Setup, row: Refund) -> None:
    bank.app.faults.errors = 10_000
    send(row)
    asked = []
    while (at := Refund.objects.get(id=row.id).next_at) < later(24 * 60):
        assert poll(row, at - timedelta(seconds=1)) == "unknown"
        assert Refund.objects.get(id=row.id).next_at == at
        poll(row, at)
        asked.append((at - AT) // timedelta(minutes=1))
    assert asked[:6] == [2, 4, 8, 16, 32, 64]
    assert len(asked) == 28
    assert said(row).count("refund_unknown") == 1


def test_a_refusal_is_final_and_the_sum_is_free(bank: Setup, row: Refund) -> None:
    bank.app.faults.refuse_refunds = "account_closed"
    assert send(row) == "failed"
    assert (Refund.objects.get(id=row.id).end_code, committed()) == ("account_closed", {})
    assert send(row) == "failed"
    assert bank.app.payments == []


def test_taken_but_not_initiated_stays_open(bank: Setup, row: Refund) -> None:
    bank.app.faults.hold_refunds = True
    assert send(row) == "unknown"
    bank.app.refunds["refund-0001"]["state"] = "initiated"
    assert poll(row, later(3)) == "initiated"


def test_a_credit_is_learnt_by_asking(bank: Setup, row: Refund) -> None:
    send(row)
    bank.app.refunds["refund-0001"]["state"] = "credited"
    assert poll(row, later(5)) == "initiated"
    assert poll(row, later(6 * 60)) == "credited"
    assert Refund.objects.get(id=row.id).proof == "status"


def test_another_amount_is_a_difference_and_never_initiated(bank: Setup, row: Refund) -> None:
    bank.app.refunds["refund-0001"] = {"key": "refund-0001", "state": "initiated", "amount_fen": 999}
    send(row)
    poll(row, later(3))
    assert state(row) == "unknown"
    difference = Difference.objects.get()
    assert (difference.kind, difference.expected_fen, difference.found_fen) == ("amount", 700, 999)


def test_what_was_sent_is_not_cancelled(bank: Setup, row: Refund) -> None:
    send(row)
    with pytest.raises(Refusal):
        actions.cancel(actor=SUPERVISOR, at=AT, refund_id=row.id, reason_code="mistake")
    assert state(row) == "initiated"


def test_what_was_cancelled_is_not_sent(bank: Setup, row: Refund) -> None:
    actions.cancel(actor=SUPERVISOR, at=AT, refund_id=row.id, reason_code="mistake")
    assert send(row) == "cancelled"
    assert (bank.app.payments, committed()) == ([], {})


def test_the_sweep_does_everything_that_is_due(bank: Setup, row: Refund) -> None:
    bank.app.faults.errors = 3
    send(row)
    other = ask(100, key="refund-0002")
    assert actions.sweep(actor=PROGRAM, at=later(3)) == 2
    assert (state(row), state(other)) == ("initiated", "initiated")
    assert actions.sweep(actor=PROGRAM, at=later(4)) == 0


def test_a_row_that_fails_does_not_stop_the_others(
    bank: Setup, row: Refund, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ask(100, key="refund-0002")
    real = actions.send.__globals__["marketplace"].request_refund

    def broken(*, request: object) -> object:
        if request.key == "refund-0001":  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return real(request=request)

    monkeypatch.setattr("bihuan.marketplace.actions.request_refund", broken)
    assert actions.sweep(actor=PROGRAM, at=later(2)) == 1
    assert (state(row), state(other)) == ("sent", "initiated")
    assert actions.sweep(actor=PROGRAM, at=later(3)) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(bank: Setup) -> None:
    order()
    row = ask(700)
    with pytest.raises(RuntimeError), transaction.atomic():
        send(row)
    assert (state(row), bank.app.payments) == ("requested", [])


def test_with_the_built_in_store_the_book_is_the_payment_side(settings: object) -> None:
    order()
    row = ask(700)
    assert send(row) == "initiated"
    assert Refund.objects.get(id=row.id).reference == "book-refund-0001"
