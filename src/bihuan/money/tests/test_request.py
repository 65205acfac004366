from __future__ import annotations

from uuid import uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.money import queries
from bihuan.money.models import Refund
from bihuan.money.tests.factories import AT, CASE, SUPERVISOR, actor, ask, committed, order, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _order() -> None:
    order()


def jobs() -> list[dict[str, object]]:
    return list(ProcrastinateJob.objects.filter(task_name="money.send").values_list("args", flat=True))


def nothing() -> bool:
    return not Refund.objects.exists() and committed() == {} and jobs() == []


def test_it_is_requested_counted_and_its_job_enqueued() -> None:
    row = ask(700)
    assert (row.state, row.amount_fen, row.currency) == ("requested", 700, "CNY")
    assert committed() == {1: 700}
    assert said(row) == ["refund_requested"]
    entry = Entry.objects.get(subject_id=row.id)
    assert (entry.subject_kind, entry.data["case_id"], entry.data["amount"]) == ("refund", str(CASE), 700)
    assert jobs() == [{"refund_id": str(row.id)}]


def test_the_same_key_is_the_same_refund() -> None:
    assert ask(700).id == ask(700).id
    assert (Refund.objects.count(), committed(), len(jobs())) == (1, {1: 700}, 1)


@pytest.mark.parametrize(
    "other", [{"amount_fen": 701}, {"kind": "goodwill"}, {"case_id": uuid4()}, {"lines": {2: 700}}]
)
def test_the_same_key_for_something_else_is_refused(other: dict[str, object]) -> None:
    ask(700)
    with pytest.raises(Refusal) as refused:
        ask(**({"amount_fen": 700} | other))  # type: ignore[arg-type]
    assert refused.value.error_code == "money.key_used"
    assert committed() == {1: 700}


def test_a_sum_is_spread_over_the_lines() -> None:
    row = ask(12_000)
    assert dict(row.lines.values_list("number", "amount_fen")) == {1: 10_000, 2: 2_000}


def test_a_sum_for_named_lines() -> None:
    ask(3_000, lines={2: 2_000, 1: 1_000})
    assert committed() == {1: 1_000, 2: 2_000}


def test_freight_goes_back_from_what_was_paid_for_freight() -> None:
    ask(600, kind="freight")
    assert committed() == {0: 600}
    with pytest.raises(Refusal):
        ask(1, kind="freight", key="refund-0002")


def test_more_than_was_paid_is_refused_with_what_is_left() -> None:
    ask(9_000, lines={1: 9_000})
    with pytest.raises(Refusal) as refused:
        ask(1_001, key="refund-0002", lines={1: 1_001})
    assert refused.value.error_code == "money.above_paid"
    assert refused.value.data["remaining"] == 1_000
    assert committed() == {1: 9_000}


def test_beyond_the_price_needs_the_rule_and_does_not_count() -> None:
    with pytest.raises(Refusal) as refused:
        ask(50_000, kind="punitive", beyond_price=True)
    assert refused.value.error_code == "money.rule_missing"
    assert nothing()
    ask(50_000, kind="punitive", beyond_price=True, rule="remedy.R1", actor=SUPERVISOR)
    assert committed() == {}


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "price", "beyond_price": True, "rule": "remedy.R1"}, {"kind": "punitive"}],
)
def test_kinds_keep_to_their_side_of_the_price(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        ask(100, **wrong)
    assert nothing()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": 0},
        {"amount_fen": -5},
        {"amount_fen": True},
        {"amount_fen": 10**13},
        {"key": "x"},
        {"key": "a key with spaces"},
        {"kind": "gift"},
        {"reason_code": "a sentence"},
        {"currency": "USD"},
        {"lines": {1: 1}},
        {"lines": {1: 800, 2: -100}},
    ],
)
def test_wrong_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        ask(**({"amount_fen": 700} | wrong))  # type: ignore[arg-type]
    assert nothing()


def test_unknown_order_and_line() -> None:
    for wrong in ({"order_number": "A9"}, {"lines": {9: 700}}):
        with pytest.raises(NotFound):
            ask(700, **wrong)
    assert nothing()


def test_a_consumer_may_not_ask_and_a_merchant_only_for_its_own_orders() -> None:
    for who in (
        actor(Role.CONSUMER),
        actor(Role.MERCHANT_ADMIN, organisation_id=uuid4()),
        actor(Role.AUDITOR),
    ):
        with pytest.raises(NotAllowed):
            ask(700, actor=who)
    assert nothing()


def test_the_program_pays_only_what_was_decided() -> None:
    with pytest.raises(Refusal) as refused:
        ask(700, actor=PROGRAM)
    assert refused.value.error_code == "money.basis_missing"
    assert nothing()
    assert ask(900_000 // 100, actor=PROGRAM, basis_id=uuid4()).state == "requested"


def test_a_payout_is_the_platforms_money() -> None:
    with pytest.raises(NotAllowed):
        ask(700, kind="payout", actor=actor(Role.MERCHANT_ADMIN))
    assert ask(700, kind="payout").kind == "payout"
    assert committed() == {1: 700}


def test_what_is_left_and_what_belongs_to_a_case() -> None:
    row = ask(700)
    assert queries.balances("A1")[1].remaining_fen == 9_300
    assert [r.id for r in queries.refunds_of(CASE)] == [row.id]
    assert not queries.settled(CASE)
    assert queries.of_key("refund-0001").requested_at == AT  # type: ignore[union-attr]
