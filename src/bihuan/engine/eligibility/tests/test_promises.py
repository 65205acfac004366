"""Promises of merchant and platform: the better one for the consumer wins."""

from __future__ import annotations

import pytest

from bihuan.engine.eligibility import Freight, Promise
from bihuan.engine.eligibility.tests.known import ask, day, good, judged

THIRTY = Promise("merchant", "return", days=30, ref="30d")


def test_thirty_days_promised_are_thirty_days() -> None:
    found = judged(ask(asked="04-01"), None, THIRTY)
    assert found.best
    assert (found.best.code, found.best.article, found.best.basis) == ("promised_return", "L-19", "promise")
    assert str(found.deadlines[1].last_day) == "2026-04-01"
    late = judged(ask(asked="04-02"), None, THIRTY)
    assert (late.outcome, late.refusal and late.refusal.article) == ("not_eligible", "L-03")


def test_a_promise_below_the_law_takes_nothing_away() -> None:
    found = judged(ask(), None, Promise("merchant", "return", days=3))
    assert found.best
    assert (found.best.code, found.outcome) == ("no_reason", "eligible")


def test_the_longer_period_leads_and_says_so() -> None:
    found = judged(ask(), None, THIRTY, Promise("platform", "return", days=15))
    assert found.best
    assert (found.best.promise, len(found.open_legs)) == (THIRTY, 3)
    assert found.steps[-1].code == "better_wins"


@pytest.mark.parametrize(("too", "outcome"), [(False, "not_eligible"), (True, "eligible")])
def test_excluded_goods_only_where_the_promise_covers_them(too: bool, outcome: str) -> None:
    promise = Promise("merchant", "return", days=30, excluded_too=too)
    assert judged(ask(), good("custom"), promise).outcome == outcome


def test_free_return_moves_the_way_back_to_the_promiser() -> None:
    found = judged(ask(), None, Promise("platform", "free_return", amount=1_000))
    assert found.freight == Freight("consumer", "platform", 1_000)
    both = judged(
        ask(), None, Promise("platform", "free_return", amount=1_000), Promise("merchant", "free_return")
    )
    assert both.freight == Freight("consumer", "merchant", None)


@pytest.mark.parametrize(
    ("promise", "outcome"),
    [
        (Promise("merchant", "return", days=30, since=day("02-25"), until=day("02-26")), "eligible"),
        (Promise("merchant", "return", days=30, since=day("02-26")), "not_eligible"),
        (Promise("merchant", "return", days=30, until=day("02-25")), "not_eligible"),
        (Promise("merchant", "return", days=30, goods=("textile",)), "not_eligible"),
        (Promise("merchant", "return", days=30, goods=("ordinary",)), "eligible"),
        (Promise("merchant", "return", days=30, grounds=("quality",)), "not_eligible"),
    ],
)
def test_a_promise_holds_for_its_time_goods_and_grounds(promise: Promise, outcome: str) -> None:
    assert judged(ask(asked="03-20"), None, promise).outcome == outcome


def test_whether_a_promise_holds_may_be_unknown() -> None:
    found = judged(
        ask(asked="03-20", ordered=None), None, Promise("merchant", "return", days=30, since=day("01-01"))
    )
    assert (found.outcome, found.missing) == ("person", ("ordered",))


@pytest.mark.parametrize(
    ("asked", "shown", "outcome"),
    [("03-17", True, "eligible"), ("03-17", None, "person"), ("03-18", True, "person")],
)
def test_price_protection_exists_by_promise_only(asked: str, shown: bool | None, outcome: str) -> None:
    promise = Promise("platform", "price_protection", days=15)
    found = judged(ask("price_protection", "price_drop", asked, shown=shown), None, promise)
    assert (found.outcome, found.refusal) == (outcome, None)
    if found.best:
        assert found.best.formula == "R11"
    assert judged(ask("price_protection", "price_drop", shown=True)).missing == ("agreement",)


def test_a_promise_without_dates_holds_whenever_the_order_was_placed() -> None:
    found = judged(ask(asked="03-20", ordered=None), None, THIRTY)
    assert found.outcome == "eligible"


def test_exchange_without_reason_quality_days_and_a_longer_warranty() -> None:
    exchange = judged(ask("exchange", asked="03-15"), None, Promise("merchant", "exchange", days=15))
    assert (exchange.outcome, exchange.freight.back) == ("eligible", "consumer")
    quality = judged(
        ask("return", "quality", "03-30", shown=True), None, Promise("merchant", "quality_return", days=30)
    )
    assert quality.best
    assert (quality.best.code, quality.freight.back) == ("promised_quality_return", "merchant")
    longer = judged(
        ask("repair", "quality", "09-20", shown=True),
        good(warranty_months=3),
        Promise("merchant", "warranty", months=12),
    )
    assert longer.best
    assert longer.best.code == "promised_warranty"


def test_money_without_return_where_promised() -> None:
    promise = Promise("platform", "refund_only", goods=("food",), grounds=("quality",), days=2)
    found = judged(ask("refund_only", "quality", "03-04", shown=True), good("food"), promise)
    assert (found.outcome, found.pays_first) == ("eligible", "platform")
    assert (
        judged(ask("refund_only", "quality", "03-05", shown=True), good("food"), promise).outcome == "person"
    )


def test_a_sum_for_lateness_and_a_multiple_for_fakes() -> None:
    late = judged(ask("refund_only", "late", shown=True), None, Promise("merchant", "late", amount=500))
    assert late.best
    assert (late.best.code, late.best.formula) == ("promised_late", "R11")
    fake = judged(ask(ground="fake", shown=True), None, Promise("merchant", "times", times=10))
    assert "promised_times" in fake.flags
