"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from bihuan.money.models import LineBalance, Refund, RefundLine
from bihuan.money.tests.factories import AGENT, AT, ask, order, send

pytestmark = pytest.mark.django_db

FORBIDDEN = [
    "DELETE FROM money_refund",
    "UPDATE money_refund SET amount_fen = 1",
    "UPDATE money_refund SET key = 'another-key'",
    "UPDATE money_refund SET order_number = 'A2'",
    "UPDATE money_refund SET beyond_price = true, rule = 'remedy.R1'",
    "UPDATE money_refund SET state = 'gone'",
    "UPDATE money_refund SET state = 'credited'",
    "UPDATE money_refund SET state = 'requested'",
    "UPDATE money_refund SET next_at = NULL",
    "UPDATE money_refund SET approved_by = requested_by",
    "UPDATE money_refundline SET amount_fen = 1",
    "DELETE FROM money_refundline",
    "UPDATE money_linebalance SET committed_fen = paid_fen + 1",
    "UPDATE money_linebalance SET committed_fen = -1",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_database_refuses(sql: str) -> None:
    order()
    send(ask(700))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Refund.objects.get().amount_fen == 700


def test_an_ended_refund_stays_ended() -> None:
    order()
    row = ask(700)
    Refund.objects.filter(id=row.id).update(state="cancelled", end_code="mistake", next_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(id=row.id).update(state="requested", next_at=AT)


def test_parts_must_make_up_the_amount() -> None:
    order()
    row = ask(700)
    RefundLine.objects.create(refund=row, line=LineBalance.objects.get(number=2), number=2, amount_fen=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_a_refund_within_the_price_without_parts_is_refused() -> None:
    order()
    Refund.objects.create(
        key="refund-0009", order_number="A1", kind="price", reason_code="x", amount_fen=5, currency="CNY",
        state="requested", requested_by=AGENT.id, requested_at=AT, next_at=AT,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)
