"""Remedies that are not owed, and facts that can't be right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.engine.errors import NotFound
from bihuan.engine.remedies import BadFacts, NotOwed, compute, half_up, lawful_options, yuan


@pytest.mark.parametrize(
    ("rule", "facts", "clause"),
    [
        ("R1", {"price": 100, "fraud": False}, "L-14"),
        ("R1", {"price": 100, "fraud": True, "excluded": "planted"}, "L-15"),
        ("R1", {"price": 100, "fraud": True, "excluded": "harmless_label_flaw"}, "L-15"),
        ("R2", {"price": 100}, "L-17"),
        ("R2", {"price": 100, "knew": True, "harmless_label_flaw": True}, "L-17"),
        ("R2", {"price": 100, "knew": True, "fraud_claimed": True}, "L-17"),
        ("R2", {"price": 100, "knew": True, "excluded": "swapped"}, "L-15"),
        ("R3", {"loss": 100, "known_defect": False, "harm": "death"}, "L-16"),
        ("R3", {"loss": 100, "known_defect": True, "harm": "death", "punitive": 201}, "L-16"),
    ],
)
def test_what_the_law_excludes_is_not_computed(rule: str, facts: dict[str, Any], clause: str) -> None:
    with pytest.raises(NotOwed) as caught:
        compute(rule, facts)
    assert caught.value.clause == clause


@pytest.mark.parametrize(
    ("rule", "facts", "problem"),
    [
        ("R1", {"fraud": True}, "'price' is missing"),
        ("R1", {"price": 1.5, "fraud": True}, "'price' must be a whole number, not 1.5"),
        ("R1", {"price": -1, "fraud": True}, "'price' must not be negative, not -1"),
        ("R1", {"price": True, "fraud": True}, "'price' must be a whole number, not True"),
        ("R1", {"price": "100", "fraud": True}, "'price' must be a whole number, not '100'"),
        ("R1", {"price": 10**13, "fraud": True}, "'price' is larger than anything sold"),
        ("R1", {"price": 1, "fraud": 1}, "'fraud' must be true or false, not 1"),
        ("R1", {"price": 1, "fraud": True, "prize": 1}, "unknown fact 'prize'"),
        ("R2", {"knew": True}, "'price' is missing"),
        ("R2", {"knew": True, "knowing_buyer": True}, "'unit_price' is missing"),
        ("R3", {"loss": 1, "known_defect": True, "harm": "slight"}, "'harm' must be one of death, serious"),
        ("R4", {}, "no item of damage is given"),
        ("R5", {"paid_total": 100}, "give 'value_kept', or 'items' with their prices"),
        ("R5", {"paid_total": 100, "items": [{"price": 1}]}, "'items' needs rows with price, returned"),
        ("R7", {"price": 100}, "give either 'promised_times' or 'promised_amount'"),
        (
            "R7",
            {"price": 1, "promised_times": 3, "promise_includes_refund": "maybe"},
            "'promise_includes_refund'",
        ),
        ("R8", {"insured": False}, "'value' is missing"),
        (
            "R8",
            {"insured": True, "insured_amount": 1, "damage_percent": 101},
            "'damage_percent' must be at most",
        ),
    ],
)
def test_facts_that_can_not_be_right(rule: str, facts: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadFacts) as caught:
        compute(rule, facts)
    assert any(text.startswith(problem) for text in caught.value.data["problems"])


def test_an_unknown_rule_or_type_is_named() -> None:
    with pytest.raises(NotFound):
        compute("R99", {})
    with pytest.raises(NotFound):
        lawful_options({"type": "weather"})


def test_the_minimum_is_not_multiplied_by_orders_but_asked_about() -> None:
    found = compute("R1", {"price": 300, "fraud": True, "orders": 3})
    assert found.amount("punitive") == 50_000
    assert found.needs_human == ("fraud", "minimum_per_claim")


def rules(facts: dict[str, Any]) -> list[str]:
    return [option.rule for option in lawful_options(facts)]


def test_options_follow_type_and_findings() -> None:
    assert rules({"type": "quality", "price": 8_900}) == ["R6"]
    assert rules({"type": "quality", "price": 8_900, "fraud": True}) == ["R6", "R1"]
    assert rules({"type": "counterfeit", "price": 8_900}) == ["R6", "R1"]
    assert rules({"type": "quality", "price": 900, "food": True, "knew": True}) == ["R6", "R2"]
    assert rules({"type": "safety", "price": 900, "medical": 100}) == ["R6", "R4"]
    assert rules({"type": "delivery", "price": 900}) == []
    assert rules({"type": "delivery", "price": 900, "lost": True}) == ["R8"]
    assert rules({"type": "refund", "paid_total": 900, "value_kept": 0}) == ["R5"]
    assert rules({"type": "privacy"}) == []
    assert rules({"price": 900, "promised_times": 3}) == ["R6", "R7"]


def test_every_option_is_money_and_a_suspected_fake_asks_a_person() -> None:
    options = lawful_options({"type": "counterfeit", "price": 8_900})
    assert all(option.money_option for option in options)
    assert "fraud" in options[1].needs_human


def test_an_excluded_claim_leaves_the_other_options() -> None:
    assert rules({"type": "quality", "price": 900, "fraud": True, "excluded": "planted"}) == ["R6"]


def test_a_fact_that_no_rule_takes_is_refused() -> None:
    with pytest.raises(BadFacts):
        lawful_options({"type": "quality", "price": 1, "colour": "red"})


PRICES = st.integers(0, 10**11)


@given(PRICES, PRICES)
def test_a_higher_price_never_gives_less(one: int, two: int) -> None:
    low, high = sorted((one, two))
    for rule, more in (("R1", {"fraud": True}), ("R2", {"knew": True}), ("R6", {})):
        assert compute(rule, {"price": low, **more}).total <= compute(rule, {"price": high, **more}).total


@given(PRICES, PRICES, PRICES, PRICES)
def test_lines_sum_to_the_total_and_a_return_is_never_negative(a: int, b: int, c: int, d: int) -> None:
    facts = {"paid_total": a, "value_kept": b, "lost_outward_freight": c, "missing_gift_price": d}
    found = compute("R5", facts)
    assert sum(line.amount for line in found.lines) == found.total == max(a - b - c - d, 0)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_rounding_is_half_up(numerator: int, denominator: int) -> None:
    assert half_up(numerator, denominator) == (numerator / denominator * 2 + 1) // 2


def test_yuan_prints_fen() -> None:
    assert [yuan(fen) for fen in (0, 5, 16_667, -120)] == ["0.00", "0.05", "166.67", "-1.20"]
