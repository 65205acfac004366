"""A refund goes back the way it was paid (law-cn L-09): split, in kind, another way by consent only."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.models import Entry
from bihuan.marketplace.tests.serving import Setup
from bihuan.money import actions, queries
from bihuan.money.models import Refund, RefundPart, WayBalance
from bihuan.money.splitting import Left, parts_of, split
from bihuan.money.tests.factories import AT, SUPERVISOR, ask, order, send

CONSENT = UUID("22222222-2222-4222-8222-222222222222")
# 156 yuan: 100 + 50 and 6 of freight
PAID = [("wechat", 10_000, "wx-1"), ("points", 4_000, ""), ("voucher", 1_600, "v-9")]


def paid(*ways: tuple[str, int, str]) -> None:
    rows = [{"way": way, "amount_fen": fen, "reference": reference} for way, fen, reference in ways or PAID]
    order(payments=rows)


def parts(row: Refund) -> list[tuple[str, str, int]]:
    return [(one.way, one.from_way, one.amount_fen) for one in queries.parts_of([row.id])[row.id]]


def left() -> dict[str, int]:
    return {way: one.remaining_fen for (way, _), one in queries.way_balances("A1").items()}


amounts = st.lists(st.integers(0, 10**9), min_size=1, max_size=8)


@given(amounts, st.integers(1, 10**10))
def test_shares_are_the_whole_and_never_more_than_is_left(rest: list[int], amount: int) -> None:
    shares = split(amount, rest)
    assert sum(shares) == min(amount, sum(rest))
    assert all(0 <= share <= one for share, one in zip(shares, rest, strict=True))
    whole = max(1, sum(rest))
    assert amount >= whole or all(
        abs(share - amount * one / whole) < 1 for share, one in zip(shares, rest, strict=True)
    )


@given(amounts, st.lists(st.integers(1, 10**9), max_size=6))
def test_refund_after_refund_the_ways_give_back_what_they_took(paid: list[int], asked: list[int]) -> None:
    rest = list(paid)
    for amount in asked:
        rest = [one - share for one, share in zip(rest, split(min(amount, sum(rest)), rest), strict=True)]
    assert sum(rest) == sum(paid) - min(sum(asked), sum(paid))
    assert min(rest) >= 0


@given(st.lists(st.tuples(st.sampled_from(["card", "points", "voucher"]), st.integers(1, 10**7)), max_size=5))
def test_points_and_vouchers_stay_what_they_are(ways: list[tuple[str, int]]) -> None:
    known = [Left(n, way, "", fen) for n, (way, fen) in enumerate(ways)]
    found = parts_of(5_000_000, known, to_way="balance")
    assert sum(part.amount_fen for part in found) == 5_000_000
    assert all(part.way == part.from_way for part in found if part.from_way in ("points", "voucher"))
    assert {part.way for part in found if part.from_way == "card"} <= {"balance"}


pytestmark = pytest.mark.django_db


def test_a_part_of_the_price_goes_back_in_proportion() -> None:
    paid()
    row = ask(1_560)
    assert parts(row) == [
        ("points", "points", 400),
        ("voucher", "voucher", 160),
        ("wechat", "wechat", 1_000),
    ]
    assert left() == {"points": 3_600, "voucher": 1_440, "wechat": 9_000}


def test_the_whole_order_in_pieces_empties_every_way() -> None:
    paid()
    for number, fen in enumerate((33, 4_967, 10_000)):
        ask(fen, key=f"refund-{number:04d}")
    ask(600, key="refund-0009", kind="freight")
    assert left() == {"points": 0, "voucher": 0, "wechat": 0}
    with pytest.raises(Refusal):
        ask(1, key="refund-0010")


def test_without_known_payments_it_goes_the_original_way() -> None:
    order()
    assert parts(ask(700)) == [("original", "original", 700)]


def test_what_the_law_gives_on_top_takes_nothing_from_the_ways() -> None:
    paid()
    row = ask(50_000, kind="punitive", beyond_price=True, rule="remedy.R1", approved_by=SUPERVISOR.id)
    assert parts(row) == [("original", "original", 50_000)]
    assert queries.way_balances("A1") == {}


def test_cancelled_it_is_free_again() -> None:
    paid()
    row = ask(1_560)
    actions.cancel(actor=SUPERVISOR, at=AT, refund_id=row.id, reason_code="mistake")
    assert left() == {"points": 4_000, "voucher": 1_600, "wechat": 10_000}


def test_the_marketplace_is_told_the_split(bank: Setup) -> None:
    paid()
    send(ask(1_560))
    assert bank.app.splits["refund-0001"] == [
        {"way": "points", "amount_fen": 400, "reference": ""},
        {"way": "voucher", "amount_fen": 160, "reference": "v-9"},
        {"way": "wechat", "amount_fen": 1_000, "reference": "wx-1"},
    ]


def test_another_way_needs_the_record_of_an_express_consent() -> None:
    paid()
    with pytest.raises(Refusal) as refused:
        ask(1_560, to_way="balance")
    assert (refused.value.clause, Refund.objects.count()) == ("L-09", 0)
    with pytest.raises(Invalid):
        ask(1_560, to_way="cash", consent_id=CONSENT)
    row = ask(1_560, to_way="balance", consent_id=CONSENT)
    assert parts(row)[2] == ("balance", "wechat", 1_000)
    entry = Entry.objects.get(subject_id=row.id, event="money.refund_requested")
    assert (entry.data["to_way"], entry.data["consent_id"]) == ("balance", str(CONSENT))


def test_the_same_key_another_way_is_another_payment() -> None:
    paid()
    ask(1_560)
    with pytest.raises(Refusal):
        ask(1_560, to_way="balance", consent_id=CONSENT)
    assert RefundPart.objects.count() == 3


FORBIDDEN = [
    "UPDATE money_waybalance SET committed_fen = paid_fen + 1",
    "UPDATE money_refundpart SET way = 'card'",
    "DELETE FROM money_refundpart",
    "UPDATE money_refund SET to_way = 'card', consent_id = id",
    "INSERT INTO money_refundpart (refund_id, way, from_way, reference, amount_fen)"
    " SELECT id, 'card', 'points', '', 1 FROM money_refund",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_database_refuses(sql: str) -> None:
    paid()
    ask(1_560)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert WayBalance.objects.get(way="points").committed_fen == 400


def test_a_part_too_many_is_refused() -> None:
    paid()
    row = ask(1_560)
    RefundPart.objects.create(refund=row, way="original", from_way="original", amount_fen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)
