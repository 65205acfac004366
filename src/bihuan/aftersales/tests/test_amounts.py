"""What goes back, to the fen: worked examples of law.md and properties that hold for any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.aftersales import amounts
from bihuan.aftersales.amounts import Owed, Wanted
from bihuan.aftersales.promising import Promised
from bihuan.marketplace.port import (
    Buyer,
    Merchant,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PayWay,
    Product,
    Promotion,
)
from bihuan.marketplace.queries import AfterSales, SoldLine

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ID = UUID(int=1)


def line(number: int, unit: int, quantity: int, paid: int, **more: Any) -> OrderLine:
    product = Product(f"p{number}", f"商品{number}", "home")
    return OrderLine(number, product, "", unit, quantity, paid, **more)


def sold(*lines: OrderLine, freight: int = 0, **more: Any) -> AfterSales:
    order = Order(
        number="O-1",
        merchant=Merchant("m", "店"),
        buyer=Buyer("b"),
        status=OrderStatus.RECEIVED,
        ordered_at=NOW,
        lines=lines,
        freight_fen=freight,
        **more,
    )
    return AfterSales(order, ID, ID, tuple(SoldLine(ID, one, NOW, True) for one in lines), NOW)


def left(order: AfterSales) -> dict[int, int]:
    return {0: order.order.freight_fen, **{one.sold.number: one.sold.paid_fen for one in order.lines}}


def owed(order: AfterSales, pieces: dict[int, int], **more: Any) -> list[Owed]:
    values: dict[str, Any] = {"kind": "return", "ground": "no_reason", "pieces": pieces, "left": left(order)}
    return amounts.owed(order, Wanted(**{**values, **more}))


COAT_AND_SHIRT = sold(
    line(1, 20_000, 1, 16_875),
    line(2, 12_000, 1, 10_125),
    promotions=(Promotion("full", 30_000, 5_000),),
)


def test_the_rest_is_settled_at_single_prices() -> None:
    (price,) = owed(COAT_AND_SHIRT, {1: 1})
    assert (price.amount, price.rule) == (15_000, "remedy.R5")
    assert price.lines == {1: 15_000}


def test_everything_back_is_everything_paid() -> None:
    assert amounts.total(owed(COAT_AND_SHIRT, {1: 1, 2: 1})) == 27_000


def test_two_partial_returns_give_what_one_would_have_given() -> None:
    first = owed(COAT_AND_SHIRT, {1: 1})
    second = owed(COAT_AND_SHIRT, {2: 1}, before={1: 1}, refunded=15_000, left={0: 0, 1: 1_875, 2: 10_125})
    assert amounts.total(first) + amounts.total(second) == 27_000
    assert second[0].lines == {1: 1_875, 2: 10_125}


def test_below_zero_is_never_charged() -> None:
    order = sold(
        line(1, 25_000, 1, 16_935), line(2, 6_000, 1, 4_065), promotions=(Promotion("f", 30_000, 10_000),)
    )
    assert owed(order, {2: 1}) == []


def test_a_gift_that_is_kept_is_deducted_at_its_marked_price() -> None:
    order = sold(line(1, 10_000, 1, 10_000), line(2, 0, 1, 0, gift_of=1, gift_price_fen=2_900))
    assert amounts.total(owed(order, {1: 1})) == 7_100
    assert amounts.total(owed(order, {1: 1, 2: 1})) == 10_000


def test_a_flaw_gives_price_and_freight_both_ways() -> None:
    order = sold(line(1, 8_900, 1, 8_900), freight=800)
    parts = owed(order, {1: 1}, ground="quality", freight_back=1_200, freight_by="merchant")
    assert [(part.kind, part.amount) for part in parts] == [
        ("price", 8_900),
        ("freight", 800),
        ("freight_back", 1_200),
    ]
    assert (amounts.total(parts), parts[2].beyond_price) == (10_900, True)


def test_some_pieces_of_a_line_give_their_share() -> None:
    order = sold(line(1, 1_000, 3, 1_000))
    assert [amounts.total(owed(order, {1: n}, ground="quality")) for n in (1, 2, 3)] == [333, 667, 1_000]


def test_the_consumer_who_pays_the_way_gets_none_of_it() -> None:
    order = sold(line(1, 8_900, 1, 8_900))
    assert amounts.total(owed(order, {1: 1}, freight_back=1_200, freight_by="consumer")) == 8_900


def test_a_lower_price_gives_the_difference_for_each_piece() -> None:
    order = sold(line(1, 5_000, 2, 9_000))
    (part,) = owed(order, {1: 2}, kind="price_protection", ground="price_drop", price_now=4_000)
    assert (part.amount, part.rule) == (1_000, "promise.price_protection")


def test_points_and_vouchers_go_back_in_kind() -> None:
    payments = (Payment(PayWay.WECHAT, 9_000), Payment(PayWay.POINTS, 1_000))
    (part,) = owed(sold(line(1, 10_000, 1, 10_000), payments=payments), {1: 1})
    assert "points_in_kind" in part.flags


@st.composite
def orders(draw: st.DrawFn) -> tuple[AfterSales, dict[int, int], str]:
    rows = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        unit, quantity = draw(st.integers(1, 50_000)), draw(st.integers(1, 5))
        rows.append(line(number, unit, quantity, draw(st.integers(0, unit * quantity))))
    full = sum(one.unit_price_fen * one.quantity for one in rows)
    paid = sum(one.paid_fen for one in rows)
    promotions = (Promotion("p", full, full - paid),) if full > paid else ()
    order = sold(*rows, freight=draw(st.integers(0, 3_000)), promotions=promotions)
    chosen = {one.number: draw(st.integers(0, one.quantity)) for one in rows}
    return order, {n: q for n, q in chosen.items() if q}, draw(st.sampled_from(["no_reason", "quality"]))


@given(orders(), st.integers(0, 100_000))
def test_within_the_price_no_more_goes_back_than_was_paid(
    given_: tuple[AfterSales, dict[int, int], str], deduction: int
) -> None:
    order, pieces, ground = given_
    parts = owed(order, pieces, ground=ground, deduction=deduction)
    for part in parts:
        assert sum(part.lines.values()) == part.amount
        assert all(fen <= left(order)[number] for number, fen in part.lines.items())
        assert sum(row["amount"] for row in part.shown) == part.amount
    assert amounts.total(parts) <= sum(left(order).values())


PROMISES = st.builds(
    Promised,
    st.sampled_from(("merchant", "platform")),
    st.just("ref"),
    st.integers(0, 10**6),
    times=st.integers(1, 20),
    food=st.booleans(),
)


@given(orders(), PROMISES, st.integers(0, 10**7))
def test_beyond_the_price_goes_back_only_what_a_formula_gives(
    given_: tuple[AfterSales, dict[int, int], str], promised: Promised, before: int
) -> None:
    order, pieces, ground = given_
    parts = owed(order, pieces, ground=ground, promised=promised, promised_before=before)
    within = [part for part in parts if not part.beyond_price]
    assert sum(part.amount for part in within) <= sum(left(order).values())
    least = 100_000 if promised.food else 50_000
    times = max(promised.times or 0, 10 if promised.food else 3)
    beyond = [(part.rule, part.amount) for part in parts if part.beyond_price]
    due = max(times * promised.price, least) - before
    assert beyond == ([("remedy.R7", due)] if due > 0 else [])


@given(orders(), st.data())
def test_the_order_of_partial_returns_does_not_matter(
    given_: tuple[AfterSales, dict[int, int], str], data: st.DataObject
) -> None:
    order, pieces, _ = given_
    numbers = data.draw(st.permutations(sorted(pieces)))
    rest, before, refunded = left(order), {}, 0
    for number in numbers:
        parts = owed(order, {number: pieces[number]}, before=dict(before), refunded=refunded, left=dict(rest))
        refunded += amounts.total(parts)
        for part in parts:
            rest = {n: fen - part.lines.get(n, 0) for n, fen in rest.items()}
        before[number] = pieces[number]
    whole = amounts.total(owed(order, pieces)) if pieces else 0
    assert refunded == whole
    assert all(fen >= 0 for fen in rest.values())


@pytest.mark.parametrize("amount", [0, 500, 10**9])
def test_a_part_of_the_price_while_the_goods_stay(amount: int) -> None:
    order = sold(line(1, 8_900, 1, 8_900))
    parts = owed(order, {1: 1}, kind="refund_only", ground="quality", amount=amount)
    assert amounts.total(parts) == min(amount, 8_900)


WAIVED = [Promotion("full_reduction", 30_000, 5_000), Promotion("free_freight", 19_900, 1_000)]


def waived() -> AfterSales:
    """law.md R5: A 200 and B 120, 300 less 50, free freight from 199, else 10."""
    return sold(line(1, 20_000, 1, 16_875), line(2, 12_000, 1, 10_125), promotions=tuple(WAIVED))


def test_freight_that_was_waived_on_a_sum_comes_off_when_the_sum_is_lost() -> None:
    (one,) = owed(waived(), {1: 1})
    assert (one.amount, one.rule) == (14_000, "remedy.R5")
    assert ("outward_freight", -1_000) in [(row["code"], row["amount"]) for row in one.shown]


def test_with_everything_back_no_freight_comes_off() -> None:
    (one,) = owed(waived(), {1: 1, 2: 1})
    assert one.amount == 27_000
    (rest,) = owed(waived(), {2: 1}, before={1: 1}, refunded=14_000)
    assert rest.amount == 13_000


def test_without_such_terms_nothing_comes_off() -> None:
    order = sold(line(1, 20_000, 1, 16_875), line(2, 12_000, 1, 10_125), promotions=(WAIVED[0],))
    assert [one.amount for one in owed(order, {1: 1})] == [15_000]


TENFOLD = Promised("merchant", "genuine_or_tenfold", 30_000, times=10)


@pytest.mark.parametrize(
    ("promised", "before", "amounts_of", "rule", "flags"),
    [
        (TENFOLD, 0, [300_000], "remedy.R7", ()),
        (TENFOLD, 100_000, [300_000, -100_000], "remedy.R7", ("paid_before",)),
        (Promised("merchant", "threefold", 10_000, times=3), 0, [50_000], "remedy.R7",
         ("law_better_than_promise",)),
        (Promised("merchant", "tenfold", 2_990, times=10, food=True), 0, [100_000], "remedy.R7",
         ("law_better_than_promise",)),
        (Promised("platform", "late_5yuan", 0, amount=500), 0, [500], "remedy.R11", ()),
        (Promised("merchant", "late_10yuan", 0, amount=1_000), 0, [1_000], "remedy.R7", ()),
    ],
)  # fmt: skip
def test_what_a_promise_pays_on_top(
    promised: Promised, before: int, amounts_of: list[int], rule: str, flags: tuple[str, ...]
) -> None:
    order = sold(line(1, 30_000, 1, 30_000))
    found = owed(order, {1: 1}, ground="fake", promised=promised, promised_before=before)
    assert [(one.kind, one.beyond_price) for one in found] == [("price", False), ("promise", True)]
    assert [row["amount"] for row in found[1].shown] == amounts_of
    assert (found[1].rule, found[1].flags, found[1].amount) == (rule, flags, sum(amounts_of))


def test_what_was_paid_before_is_not_paid_twice() -> None:
    order = sold(line(1, 30_000, 1, 30_000))
    found = owed(order, {1: 1}, ground="fake", promised=TENFOLD, promised_before=400_000)
    assert [one.kind for one in found] == ["price"]


def test_a_promise_for_lateness_leaves_the_price() -> None:
    order = sold(line(1, 30_000, 1, 30_000))
    late = Promised("platform", "late_5yuan", 0, amount=500)
    found = owed(order, {1: 1}, kind="refund_only", ground="late", promised=late, promise_alone=True)
    assert [(one.kind, one.amount) for one in found] == [("promise", 500)]


@given(orders(), st.integers(1, 100_000), st.data())
def test_waived_freight_is_taken_off_once_at_most(
    given_: tuple[AfterSales, dict[int, int], str], threshold: int, data: st.DataObject
) -> None:
    """In several returns never less goes back than in one, and at most the freight more: what went back is
    not asked for again."""
    order, pieces, _ = given_
    terms = (*order.order.promotions, Promotion("free_freight", threshold, 1_000))
    order = replace(order, order=replace(order.order, promotions=terms))
    rest, before, refunded = left(order), {}, 0
    for number in data.draw(st.permutations(sorted(pieces))):
        parts = owed(order, {number: pieces[number]}, before=dict(before), refunded=refunded, left=dict(rest))
        refunded += amounts.total(parts)
        for part in parts:
            rest = {n: fen - part.lines.get(n, 0) for n, fen in rest.items()}
        before[number] = pieces[number]
    whole = amounts.total(owed(order, pieces)) if pieces else 0
    assert whole <= refunded <= whole + 1_000
