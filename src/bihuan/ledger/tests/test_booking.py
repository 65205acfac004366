"""What happens to a refund is booked, once, in whatever order it comes."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.db import transaction

from bihuan.journal.models import Entry
from bihuan.ledger import actions, queries
from bihuan.ledger.models import Leg, Posting
from bihuan.ledger.tests.factories import (
    AUDITOR,
    MERCHANT,
    PROGRAM,
    SUPERVISOR,
    ask,
    book_all,
    books,
    credit,
    fail,
    later,
    order,
    paid_order,
    send,
    sent,
)  # fmt: skip
from bihuan.marketplace.tests.serving import Setup
from bihuan.money.tests.factories import poll

pytestmark = pytest.mark.django_db


def whats() -> list[str]:
    return list(Posting.objects.order_by("id").values_list("what", flat=True))


def test_initiated_it_is_on_its_way_and_the_merchant_bears_it() -> None:
    paid_order()
    row = sent()
    book_all()
    assert books() == {"merchant": 1_560, "transit": -1_560}
    assert whats() == ["refund", "initiated"]
    posting = Posting.objects.first()
    assert posting is not None
    assert (posting.refund_id, posting.order_number, posting.organisation_id) == (row.id, "A1", MERCHANT)


def test_credited_it_left_in_money_and_in_kind() -> None:
    paid_order()
    credit(sent())
    book_all()
    assert books() == {"clearing": -1_000, "merchant": 1_560, "points": -400, "voucher": -160}
    assert whats() == ["refund", "initiated", "credited"]


def test_without_an_answer_it_is_owed_to_the_consumer(bank: Setup) -> None:
    order()
    bank.app.faults.errors = 3
    send(ask(700))
    book_all()
    assert books() == {"consumer": -700, "merchant": 700}


def test_failed_nobody_bears_it() -> None:
    order()
    row = sent()
    book_all()
    fail(row)
    book_all()
    assert (books(), whats()) == ({}, ["refund", "initiated", "failed"])


def test_an_entry_is_booked_once() -> None:
    order()
    sent()
    book_all()
    book_all()
    assert (Posting.objects.count(), Leg.objects.count()) == (2, 4)


@pytest.mark.parametrize("end", ["credit", "fail"])
def test_in_any_order_the_books_are_the_same(end: str) -> None:
    paid_order()
    row = sent()
    (credit if end == "credit" else fail)(row)
    entries = [e.id for e in Entry.objects.filter(event__in=queries.BOOKED_EVENTS).order_by("id")]
    wanted = {} if end == "fail" else {"clearing": -1_000, "merchant": 1_560, "points": -400, "voucher": -160}
    for order_ in permutations(entries):
        with transaction.atomic():
            for number in order_:
                actions.book(entry_id=number, actor=PROGRAM, at=later(60))
            assert books() == wanted
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("more", "what", "bearer"),
    [
        ({"kind": "freight"}, "refund", "merchant"),
        ({"kind": "goodwill"}, "compensation", "expense"),
        ({"kind": "goodwill", "beyond_price": True, "rule": "remedy.R1"}, "compensation", "merchant"),
        ({"kind": "goodwill", "beyond_price": True, "rule": "remedy.R11"}, "compensation", "expense"),
        ({"kind": "damages", "beyond_price": True, "rule": "remedy.R4"}, "compensation", "merchant"),
        ({"kind": "payout", "beyond_price": True, "rule": "remedy.R9"}, "advance", "merchant"),
    ],
)
def test_who_bears_it(more: dict[str, object], what: str, bearer: str) -> None:
    order()
    credit(sent(500, approved_by=SUPERVISOR.id, **more))
    book_all()
    assert (books(), whats()[0]) == ({bearer: 500, "clearing": -500}, what)


def test_sent_again_it_is_booked_once(bank: Setup) -> None:
    order()
    row = ask(700)
    bank.app.faults.errors = 3
    send(row)
    poll(row, later(3))
    book_all()
    assert whats() == ["refund", "initiated"]


def test_what_no_reaction_booked_is_caught_up() -> None:
    paid_order()
    credit(sent())
    entry = Entry.objects.filter(event="money.refund_initiated").get()
    actions.book(entry_id=entry.id, actor=PROGRAM, at=later(6))
    assert actions.catch_up(actor=PROGRAM, at=later(10**7), since=queries.BEGINNING) == 2
    assert actions.catch_up(actor=PROGRAM, at=later(10**7), since=queries.BEGINNING) == 0
    assert all(one.agrees for one in queries.agreement(actor=AUDITOR))


def test_books_that_lag_behind_do_not_agree() -> None:
    paid_order()
    credit(sent())
    found = {one.kind: (one.expected_fen, one.found_fen) for one in queries.agreement(actor=AUDITOR)}
    assert found == {"consumer": (0, 0), "transit": (0, 0), "clearing": (-1_560, 0)}
