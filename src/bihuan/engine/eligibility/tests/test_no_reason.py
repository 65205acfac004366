"""Return without reason: the period, what is excluded, confirmation, intactness."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bihuan.engine.eligibility import Ask, Freight, Good, judge
from bihuan.engine.eligibility.tests.known import ask, day, good, judged
from bihuan.engine.grounds import CONFIRMED_GOODS
from bihuan.engine.tests.known import CAL, at


@pytest.mark.parametrize(
    ("signed", "last", "unrolled"),
    [
        ("2026-03-02", "2026-03-09", "2026-03-09"),
        ("2026-02-09", "2026-02-24", "2026-02-16"),
        ("2026-11-14", "2026-11-23", "2026-11-21"),
        ("2026-09-13", "2026-09-20", "2026-09-20"),
        ("2026-09-26", "2026-10-08", "2026-10-03"),
    ],
)
def test_seven_days_from_the_day_after_signing_rolled_off_days_off(
    signed: str, last: str, unrolled: str
) -> None:
    dates = {"shipped": date(2026, 1, 5), "signed": date.fromisoformat(signed)}
    in_time = judge(Ask("return", "no_reason", date.fromisoformat(last), **dates), good(), (), CAL)
    limit = in_time.deadlines[0]
    assert (in_time.outcome, str(limit.last_day), str(limit.unrolled)) == ("eligible", last, unrolled)
    assert (limit.roll, limit.article) == ("any_off_day", "L-03")
    told = [step.zh for step in in_time.steps if step.code == "rolled"]
    assert told == ([f"{unrolled}是休息日，末日顺延到{last}"] if last != unrolled else [])
    late = judge(Ask("return", "no_reason", limit.ends_at.date(), **dates), good(), (), CAL)
    assert (late.outcome, late.refusal and late.refusal.ground) == ("not_eligible", "out_of_time")


def test_an_instant_counts_by_its_day_in_shanghai() -> None:
    last = Ask("return", "no_reason", at("2026-03-09 23:59"), signed=at("2026-03-02 00:01"))
    assert (last.asked, last.signed) == (day("03-09"), day("03-02"))
    assert judged(last).outcome == "eligible"


def test_the_consumer_pays_the_way_back_and_inspection_follows() -> None:
    found = judged(ask())
    assert (found.freight, found.best and found.best.formula) == (Freight("consumer", "consumer"), "R5")
    assert found.conditions == ("intact_on_receipt", "gifts_back_or_paid")


def test_before_signing_the_delivery_may_be_refused_and_before_shipment_it_is_cancelled() -> None:
    way = judged(ask(signed=None))
    assert (way.outcome, "delivery_refused" in way.conditions) == ("eligible", True)
    cancelled = judged(ask(signed=None, shipped=None))
    assert cancelled.best
    assert (cancelled.best.code, cancelled.best.article) == ("cancel", "PCN-2.3.2.b")
    assert cancelled.freight == Freight()


@pytest.mark.parametrize(("begun", "outcome"), [(None, "person"), (True, "person"), (False, "eligible")])
def test_custom_goods_are_cancelled_while_their_making_has_not_begun(begun: bool, outcome: str) -> None:
    found = judged(ask(signed=None, shipped=None), good("custom", making_begun=begun))
    assert found.outcome == outcome


def test_an_unknown_day_of_signing_is_for_a_person() -> None:
    found = judged(ask(signed=None, state="signed"))
    assert (found.outcome, found.missing, found.refusal) == ("person", ("signed",), None)


@pytest.mark.parametrize(
    ("kind", "opened", "goods"),
    [
        ("custom", None, "custom"),
        ("perishable", False, "perishable"),
        ("digital", True, "digital_opened"),
        ("newspaper", None, "newspaper"),
    ],
)
def test_goods_excluded_by_law(kind: str, opened: bool | None, goods: str) -> None:
    found = judged(ask(), good(kind, opened=opened))
    assert (found.outcome, found.missing) == ("not_eligible", ())
    assert found.refusal
    assert (found.refusal.ground, found.refusal.article) == ("excluded_goods", "L-04")
    assert found.refusal.facts["goods"] == goods


@pytest.mark.parametrize(
    ("kind", "opened", "outcome", "missing"),
    [
        ("digital", False, "eligible", ()),
        ("digital", None, "person", ("opened",)),
        ("", None, "person", ("kind",)),
        ("food", True, "eligible", ()),
        ("textile", True, "eligible", ()),
        ("medical", None, "eligible", ()),
    ],
)
def test_goods_not_excluded_by_law(
    kind: str, opened: bool | None, outcome: str, missing: tuple[str, ...]
) -> None:
    found = judged(ask(), good(kind, opened=opened))
    assert (found.outcome, found.missing) == (outcome, missing)


COME_ABOUT = {
    "opened_affects_safety": {"opened": True},
    "activated_loses_value": {"traces": ("activated",)},
    "near_expiry_or_flawed": {},
}
SEALED = {"opened_affects_safety": {"opened": False}, "activated_loses_value": {"used": False}}
UNKNOWN = {"opened_affects_safety": "opened", "activated_loses_value": "used"}


@pytest.mark.parametrize("goods", CONFIRMED_GOODS)
def test_confirmed_for_this_purchase_and_come_about(goods: str) -> None:
    found = judged(ask(), good(confirmed=goods, **COME_ABOUT[goods]))
    assert found.refusal
    assert (found.refusal.ground, found.refusal.article) == ("confirmed_exclusion", "L-05")


@pytest.mark.parametrize("goods", CONFIRMED_GOODS)
@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"confirmed": ""}, ()),
        ({"preticked": True}, ()),
        ({"preticked": None}, ("preticked",)),
        ({"confirmed": None}, ("confirmed",)),
    ],
)
def test_without_an_own_act_of_confirming_nobody_is_refused(
    goods: str, change: dict[str, Any], missing: tuple[str, ...]
) -> None:
    facts: dict[str, Any] = {**COME_ABOUT[goods], "intact": True, "confirmed": goods, **change}
    found = judged(ask(), good(**facts))
    assert (found.outcome, found.missing) == ("person" if missing else "eligible", missing)


@pytest.mark.parametrize("goods", SEALED)
def test_confirmed_but_sealed_or_unknown_is_for_a_person(goods: str) -> None:
    sealed = judged(ask(), good(confirmed=goods, **SEALED[goods]))
    assert (sealed.outcome, sealed.missing) == ("person", ("exclusion_applies",))
    unknown = judged(ask(), good(confirmed=goods))
    assert (unknown.outcome, unknown.missing) == ("person", (UNKNOWN[goods],))


@pytest.mark.parametrize(
    ("goods", "outcome"),
    [
        (good(opened=True), "eligible"),
        (good(used=False), "eligible"),
        (good(used=True), "person"),
        (good(intact=False), "not_eligible"),
        (good(used=True, intact=True), "eligible"),
        (good("food", traces=("seal_broken",)), "not_eligible"),
        (good("cosmetics", traces=("seal_broken",)), "not_eligible"),
        (good("medical", traces=("seal_broken",)), "not_eligible"),
        (good("electronics", traces=("data_left",)), "not_eligible"),
        (good("textile", traces=("tag_removed",)), "not_eligible"),
        (good("textile", traces=("seal_broken",)), "person"),
        (good("ordinary", traces=("seal_broken",)), "person"),
        (good("food", traces=("seal_broken",), intact=True), "eligible"),
    ],
)
def test_intact(goods: Good, outcome: str) -> None:
    found = judged(ask(), goods)
    assert found.outcome == outcome
    if outcome == "not_eligible":
        assert found.refusal
        assert (found.refusal.ground, found.refusal.article) == ("not_intact", "L-06")


def test_a_period_that_ends_in_a_year_without_calendar_refuses_nobody() -> None:
    dates = {"shipped": day("12-20"), "signed": day("12-26")}
    soon = judge(Ask("return", "no_reason", date(2027, 1, 5), **dates), good(), (), CAL)
    assert (soon.outcome, soon.missing, soon.deadlines[0].provisional) == ("person", ("calendar",), True)
    much_later = judge(Ask("return", "no_reason", date(2027, 2, 5), **dates), good(), (), CAL)
    assert much_later.outcome == "not_eligible"


def test_a_gift_alone_is_for_a_person() -> None:
    found = judged(ask(), good(gift=True))
    assert (found.outcome, found.missing) == ("person", ("main_goods",))


@pytest.mark.parametrize("want", ["exchange", "refund_only"])
def test_who_may_not_return_may_not_exchange_and_who_may_needs_agreement(want: str) -> None:
    assert judged(ask(want), good("custom")).outcome == "not_eligible"
    open_return = judged(ask(want))
    assert (open_return.outcome, open_return.missing) == ("person", ("agreement",))
    assert ("return", "L-03") in [(item.want, item.article) for item in open_return.alternatives]


@pytest.mark.parametrize("want", ["repair", "resend", "price_protection"])
def test_what_no_rule_knows_is_for_a_person(want: str) -> None:
    found = judged(ask(want))
    assert (found.outcome, found.missing, found.legs[0].code) == ("person", ("agreement",), "agreement")


@pytest.mark.parametrize(
    ("asked", "exception", "outcome"),
    [
        ("03-04", False, "eligible"),
        ("03-04", None, "person"),
        ("03-04", True, "person"),
        ("03-05", False, "person"),
    ],
)
def test_prepaid_principal_within_seven_days_of_payment(
    asked: str, exception: bool | None, outcome: str
) -> None:
    goods = good(prepaid=True, prepaid_exception=exception)
    found = judged(ask("refund_only", asked=asked, state="signed", signed=None), goods)
    assert found.outcome == outcome
    if outcome == "eligible":
        assert found.best
        assert (found.best.article, found.best.formula) == ("L-21", "R10")


@pytest.mark.parametrize(
    ("shown", "outcome", "missing"),
    [(True, "eligible", ()), (None, "person", ("shown",)), (False, "person", ("agreement",))],
)
def test_paid_and_not_performed(shown: bool | None, outcome: str, missing: tuple[str, ...]) -> None:
    facts = {"state": "signed", "shown": shown, "signed": None}
    found = judged(ask("refund_only", "not_performed", **facts), good(prepaid=True))
    assert (found.outcome, found.missing) == (outcome, missing)


@pytest.mark.parametrize(
    ("opened", "outcome", "missing"),
    [(True, "not_eligible", ()), (None, "person", ("opened", "signed")), (False, "eligible", ())],
)
def test_digital_goods_are_never_shipped_and_may_have_been_downloaded(
    opened: bool | None, outcome: str, missing: tuple[str, ...]
) -> None:
    found = judged(ask(signed=None, shipped=None), good("digital", opened=opened))
    assert (found.outcome, found.missing) == (outcome, missing)


def test_a_prepayment_is_not_cancelled_like_goods_that_were_not_shipped() -> None:
    found = judged(ask("refund_only", asked="03-20", shipped=None, signed=None), good(prepaid=True))
    assert (found.outcome, [leg.code for leg in found.legs]) == ("person", ["prepaid_back"])
