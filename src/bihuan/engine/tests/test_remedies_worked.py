"""Every worked example of the law book's formulas, to the fen."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.engine.remedies import compute


@pytest.mark.parametrize(
    ("price", "punitive", "total"),
    [
        (1, 50_000, 50_001),
        (9_900, 50_000, 59_900),
        (16_666, 50_000, 66_666),
        (16_667, 50_001, 66_668),
        (128_000, 384_000, 512_000),
    ],
)
def test_r1_fraud(price: int, punitive: int, total: int) -> None:
    found = compute("R1", {"price": price, "fraud": True})
    assert (found.amount("punitive"), found.total, found.articles) == (punitive, total, ("L-14",))
    assert ("minimum_applied" in found.flags) is (price * 3 < 50_000)


@pytest.mark.parametrize(
    ("price", "loss", "punitive", "total"),
    [
        (2_990, 0, 100_000, 102_990),
        (10_000, 0, 100_000, 110_000),
        (10_001, 0, 100_010, 110_011),
        (12_000, 80_000, 240_000, 332_000),
    ],
)
def test_r2_food(price: int, loss: int, punitive: int, total: int) -> None:
    found = compute("R2", {"price": price, "loss": loss, "knew": True})
    assert (found.amount("punitive"), found.total, found.articles) == (punitive, total, ("L-17",))


def test_r2_knowing_buyer_of_fifty_packs() -> None:
    facts = {
        "knew": True,
        "knowing_buyer": True,
        "unit_price": 1_200,
        "quantity": 50,
        "reasonable_quantity": 4,
    }
    found = compute("R2", facts)
    assert (found.amount("punitive"), found.amount("refund")) == (100_000, 60_000)
    dear = compute("R2", {**facts, "unit_price": 3_000})
    assert dear.amount("punitive") == 120_000


def test_r3_a_person_sets_the_amount_below_twice_the_loss() -> None:
    facts = {"loss": 3_000_000, "known_defect": True, "harm": "serious"}
    found = compute("R3", facts)
    assert (found.bounds["punitive"], found.total) == ((0, 6_000_000), 3_000_000)
    assert "punitive_amount" in found.needs_human
    assert compute("R3", {**facts, "punitive": 6_000_000}).total == 9_000_000


def test_r4_sums_its_items_and_flags_what_is_not_proven() -> None:
    found = compute("R4", {"medical": 120_000, "lost_income": 50_050, "evidence": ["medical"]})
    assert (found.total, found.flags) == (170_050, ("no_evidence_lost_income",))


SHOP = {
    "promotions": [{"from": 30_000, "off": 5_000}],
    "free_freight_from": 19_900,
    "freight": 1_000,
    "items": [{"price": 20_000, "returned": True}, {"price": 12_000, "returned": False}],
    "paid_total": 27_000,
}


def test_r5_a_part_goes_back_and_the_discount_is_lost() -> None:
    found = compute("R5", SHOP)
    assert [(line.code, line.amount) for line in found.lines] == [
        ("paid", 27_000),
        ("kept", -12_000),
        ("outward_freight", -1_000),
    ]
    assert found.total == 14_000
    given = {"paid_total": 27_000, "value_kept": 12_000, "lost_outward_freight": 1_000}
    assert compute("R5", given).total == 14_000


def test_r5_pro_rata_is_a_house_rule_and_only_where_better() -> None:
    found = compute("R5", {**SHOP, "house_rule": "pro_rata"})
    assert (found.total, "house_rule" in found.flags) == (16_875, True)
    worse = {
        **SHOP,
        "paid_total": 32_000,
        "promotions": [],
        "free_freight_from": None,
        "house_rule": "pro_rata",
    }
    assert compute("R5", worse).flags == ("return_freight_consumer",)


def test_r5_never_charges_the_consumer() -> None:
    facts: dict[str, Any] = {
        "paid_total": 21_000,
        "promotions": [{"from": 30_000, "off": 10_000}],
        "items": [{"price": 6_000, "returned": True}, {"price": 25_000, "returned": False}],
    }
    found = compute("R5", facts)
    assert (found.total, found.amount("not_charged"), found.money_option) == (0, 4_000, False)
    assert "negative" in found.flags


def test_r5_all_goods_back_gives_all_money_back() -> None:
    everything = {**SHOP, "items": [{"price": 20_000, "returned": True}, {"price": 12_000, "returned": True}]}
    assert compute("R5", everything).total == 27_000


def test_r6_freight_both_ways_is_the_merchants() -> None:
    found = compute("R6", {"price": 8_900, "freight_out": 800, "freight_back": 1_200})
    assert (found.total, found.amount("freight"), found.articles) == (10_900, 2_000, ("L-02",))


@pytest.mark.parametrize(
    ("includes", "promised", "total", "asks"),
    [("no", 300_000, 330_000, False), ("yes", 270_000, 300_000, False), ("ask", 300_000, 330_000, True)],
)
def test_r7_ten_for_one_fake(includes: str, promised: int, total: int, asks: bool) -> None:
    found = compute("R7", {"price": 30_000, "promised_times": 10, "promise_includes_refund": includes})
    assert (found.amount("promised"), found.total) == (promised, total)
    assert ("promise_includes_refund" in found.needs_human) is asks


def test_r7_the_minimum_of_the_law_holds_for_three_for_one() -> None:
    found = compute("R7", {"price": 9_900, "promised_times": 3, "promise_includes_refund": False})
    assert (found.amount("punitive"), found.total) == (50_000, 59_900)
    assert found.articles == ("L-19", "L-14")
    assert "law_better_than_promise" in found.flags


def test_r7_a_promise_without_law_behind_it() -> None:
    found = compute("R7", {"price": 5_000, "promised_amount": 1_000, "statutory_rule": "none", "kept": True})
    assert (found.total, found.articles) == (1_000, ("L-19",))


def test_r8_an_uninsured_parcel_is_worth_its_market_price() -> None:
    facts = {"value": 78_000, "insured": False, "freight": 1_200, "carrier_offer": 3_600}
    found = compute("R8", facts)
    assert (found.total, found.articles) == (78_000, ("G-13",))
    assert found.flags == ("merchant_pays_first", "recourse_on_carrier", "carrier_term_to_be_tested")


def test_r8_an_insured_parcel_is_paid_by_the_agreed_sum_times_the_damage() -> None:
    facts = {"insured": True, "insured_amount": 33_333, "damage_percent": 50}
    assert compute("R8", facts).total == 16_667
