"""Whatever is asked for, fails or is cancelled, in any order: no line gives back more than was paid."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import suppress

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import actions
from bihuan.money.models import LineBalance, Refund, RefundLine
from bihuan.money.tests.factories import AT, SUPERVISOR, SYSTEM, ask, later, order

PAID = {0: 600, 1: 10_000, 2: 5_000}
amounts = st.integers(1, 12_000)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), amounts, st.sampled_from([None, 1, 2])),
        st.tuples(st.just("freight"), st.integers(1, 700), st.none()),
        st.tuples(st.just("beyond"), amounts, st.none()),
        st.tuples(st.just("cancel"), st.integers(0, 9), st.none()),
        st.tuples(st.just("send"), st.integers(0, 9), st.none()),
        st.tuples(st.just("fail"), st.integers(0, 9), st.none()),
        st.tuples(st.just("credit"), st.integers(0, 9), st.none()),
    ),
    max_size=25,
)


def check() -> None:
    counted: dict[int, int] = defaultdict(int)
    for part in RefundLine.objects.exclude(refund__state__in=["failed", "cancelled"]):
        counted[part.number] += part.amount_fen
    for row in LineBalance.objects.all():
        assert row.committed_fen == counted[row.number] <= row.paid_fen == PAID[row.number]
    connection.check_constraints()


def take(step: tuple[str, int, int | None], index: int) -> None:
    name, value, line = step
    key = f"refund-{index:04d}"
    if name == "ask":
        ask(value, key=key, lines={line: value} if line else None)
    elif name == "freight":
        ask(value, key=key, kind="freight")
    elif name == "beyond":
        ask(value, key=key, kind="damages", beyond_price=True, rule="remedy.R4")
    else:
        rows = list(Refund.objects.order_by("requested_at", "key"))
        if rows:
            move(name, rows[value % len(rows)])


def move(name: str, row: Refund) -> None:
    if name == "cancel":
        actions.cancel(actor=SUPERVISOR, at=AT, refund_id=row.id, reason_code="mistake")
    elif name == "send":
        actions.send(actor=PROGRAM, at=AT, refund_id=row.id)
    else:
        state = RefundState.FAILED if name == "fail" else RefundState.CREDITED
        answer = RefundAnswer(row.key, state, row.amount_fen, at=later(1))
        actions.take_callback(actor=SYSTEM, at=later(2), answer=answer)


class TestSum(TestCase):
    @settings(max_examples=80, deadline=None, database=None)
    @given(steps)
    def test_it_never_exceeds_what_was_paid(self, todo: list[tuple[str, int, int | None]]) -> None:
        order()
        for index, step in enumerate(todo):
            with suppress(Refusal):
                take(step, index)
            check()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_no_more_than_was_paid() -> None:
    order()
    refused: list[str] = []

    def work(number: int) -> None:
        try:
            ask(4_000, key=f"refund-{number:04d}", lines={1: 4_000})
        except Refusal as error:
            refused.append(error.error_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["money.above_paid"] * 6
    assert LineBalance.objects.get(number=1).committed_fen == 8_000


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_is_one_refund() -> None:
    order()
    found: list[object] = []

    def work() -> None:
        try:
            found.append(ask(700).id)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), Refund.objects.count()) == (8, 1, 1)
