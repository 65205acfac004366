"""Callbacks and statements: late, twice, in any order, or contradicting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.models import Entry
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.marketplace.tests.serving import Setup
from bihuan.money import actions, queries
from bihuan.money.models import Difference, Refund
from bihuan.money.tests.factories import (
    AGENT,
    AT,
    MANAGER,
    SUPERVISOR,
    SYSTEM,
    ask,
    committed,
    later,
    order,
    said,
    send,
    state,
)

pytestmark = pytest.mark.django_db
CREDITED = RefundAnswer("refund-0001", RefundState.CREDITED, 700, "pay-1", at=AT + timedelta(hours=2))


@pytest.fixture
def row(bank: Setup) -> Refund:
    order()
    return ask(700)


def tell(answer: RefundAnswer, at: datetime = AT + timedelta(hours=5)) -> Refund:
    return actions.take_callback(actor=SYSTEM, at=at, answer=answer)


def differences() -> list[str]:
    return list(Difference.objects.order_by("found_at", "id").values_list("kind", flat=True))


def test_a_credit_counts_at_the_payment_sides_time(row: Refund) -> None:
    send(row)
    tell(CREDITED)
    assert Refund.objects.get(id=row.id).credited_at == AT + timedelta(hours=2)
    entry = Entry.objects.get(subject_id=row.id, event="money.refund_credited")
    assert (entry.occurred_at, entry.proven) == (AT + timedelta(hours=2), True)
    assert entry.data["proof"] == "callback"


def test_the_same_callback_twice_changes_nothing(row: Refund) -> None:
    send(row)
    tell(CREDITED)
    before = said(row)
    tell(CREDITED, at=AT + timedelta(hours=9))
    tell(replace(CREDITED, state=RefundState.INITIATED))
    assert (said(row), differences()) == (before, [])


def test_a_credit_that_comes_before_the_answer_says_both(bank: Setup, row: Refund) -> None:
    bank.app.faults.lose_answers = 3
    send(row)
    tell(CREDITED)
    assert said(row)[-3:] == ["refund_unknown", "refund_initiated", "refund_credited"]


def test_a_bank_that_sends_the_money_back_makes_it_fail(row: Refund) -> None:
    send(row)
    tell(replace(CREDITED, state=RefundState.FAILED, code="account_closed"))
    assert (state(row), committed()) == ("failed", {})


def test_money_that_moves_after_the_end_is_a_difference(bank: Setup, row: Refund) -> None:
    bank.app.faults.refuse_refunds = "account_closed"
    send(row)
    tell(CREDITED)
    assert (state(row), differences()) == ("failed", ["paid_after_end"])
    tell(CREDITED)
    assert differences() == ["paid_after_end"]


def test_a_failure_after_the_credit_is_a_difference(row: Refund) -> None:
    send(row)
    tell(CREDITED)
    tell(replace(CREDITED, state=RefundState.FAILED))
    assert (state(row), differences()) == ("credited", ["failed_after_credit"])


def test_a_callback_for_what_was_never_sent_is_a_difference(row: Refund) -> None:
    tell(CREDITED)
    assert (state(row), differences()) == ("requested", ["not_sent"])


def test_another_amount_is_a_difference(row: Refund) -> None:
    send(row)
    tell(replace(CREDITED, amount_fen=701))
    assert (state(row), differences()) == ("initiated", ["amount"])


def test_unknown_keys_and_people_are_refused(row: Refund) -> None:
    send(row)
    with pytest.raises(NotFound):
        tell(replace(CREDITED, key="refund-0009"))
    with pytest.raises(NotAllowed):
        actions.take_callback(actor=AGENT, at=later(300), answer=CREDITED)
    assert state(row) == "initiated"


def test_a_time_that_cannot_be_true_is_not_taken_over(row: Refund) -> None:
    send(row)
    tell(replace(CREDITED, at=AT - timedelta(days=400)))
    entry = Entry.objects.get(subject_id=row.id, event="money.refund_credited")
    assert (entry.occurred_at, entry.proven) == (AT + timedelta(hours=5), False)


def test_what_stays_unknown_is_settled_by_hand_with_a_proof(bank: Setup, row: Refund) -> None:
    bank.app.faults.errors = 99
    send(row)
    given = {"refund_id": row.id, "at": later(60), "happened_at": later(10)}
    with pytest.raises(NotAllowed):
        actions.settle(actor=SUPERVISOR, outcome="initiated", proof_reference="slip-9", **given)
    with pytest.raises(Invalid):
        actions.settle(actor=MANAGER, outcome="initiated", proof_reference="", **given)
    assert state(row) == "unknown"
    actions.settle(actor=MANAGER, outcome="credited", proof_reference="slip-9", **given)
    settled = Refund.objects.get(id=row.id)
    assert (settled.state, settled.proof, settled.proof_reference) == ("credited", "manual", "slip-9")


def test_a_statement_credits_and_shows_what_differs(row: Refund) -> None:
    order(number="A2")
    send(row)
    missing = ask(100, key="refund-0002", order_number="A1")
    wrong = ask(200, key="refund-0003")
    for other in (missing, wrong):
        send(other)
    rows = [
        actions.StatementRow("refund-0001", 700, AT + timedelta(hours=2)),
        actions.StatementRow("refund-0003", 201, AT + timedelta(hours=2)),
        actions.StatementRow("refund-0008", 5, AT + timedelta(hours=2)),
    ]
    given = {"statement": "S-1", "rows": rows, "from_at": AT, "until_at": AT + timedelta(days=1)}
    found = actions.reconcile(actor=SYSTEM, at=AT + timedelta(days=2), **given)
    assert (found.rows, found.credited) == (3, 1)
    assert {(d.key, d.kind) for d in found.differences} == {
        ("refund-0002", "missing"), ("refund-0003", "amount"), ("refund-0008", "unknown_key"),
    }  # fmt: skip
    again = actions.reconcile(actor=SYSTEM, at=AT + timedelta(days=3), **given)
    assert (again.credited, len(again.differences), Difference.objects.count()) == (0, 3, 3)


def test_a_difference_is_closed_once_with_a_reason(row: Refund) -> None:
    tell(CREDITED)
    (difference,) = queries.differences(actor=MANAGER)
    with pytest.raises(Invalid):
        actions.close_difference(actor=MANAGER, at=AT, difference_id=difference.id, reason_code="")
    actions.close_difference(actor=MANAGER, at=AT, difference_id=difference.id, reason_code="bank_error")
    assert queries.differences(actor=MANAGER) == []
    with pytest.raises(Refusal):
        actions.close_difference(actor=MANAGER, at=AT, difference_id=difference.id, reason_code="bank_error")
