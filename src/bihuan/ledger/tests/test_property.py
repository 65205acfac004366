"""Whatever happens to refunds, in any order, booked in any order: the books balance and are the refunds."""

from __future__ import annotations

from contextlib import suppress

from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bihuan.engine.errors import Refusal
from bihuan.journal.models import Entry
from bihuan.ledger import actions, queries
from bihuan.ledger.tests.factories import AUDITOR, PROGRAM, later, paid_order
from bihuan.money.queries import way_balances
from bihuan.money.tests.test_sum_property import steps, take


class TestBooks(TestCase):
    @settings(max_examples=40, deadline=None, database=None)
    @given(steps, st.randoms(use_true_random=False))
    def test_they_are_the_refunds(self, todo: list[tuple[str, int, int | None]], chance: object) -> None:
        paid_order()
        for index, step in enumerate(todo):
            with suppress(Refusal):
                take(step, index)
        ids = list(Entry.objects.filter(event__in=queries.BOOKED_EVENTS).values_list("id", flat=True))
        chance.shuffle(ids)  # type: ignore[attr-defined]
        for entry_id in (*ids, *ids):
            actions.book(entry_id=entry_id, actor=PROGRAM, at=later(60))
        connection.check_constraints()
        assert queries.is_zero()
        assert all(one.agrees for one in queries.agreement(actor=AUDITOR))
        assert all(0 <= one.committed_fen <= one.paid_fen for one in way_balances("A1").values())
