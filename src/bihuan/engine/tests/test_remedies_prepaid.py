"""R10: what was prepaid and not used."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.engine.remedies import BadFacts, NotOwed, compute, lawful_options


def test_the_worked_example() -> None:
    found = compute("R10", {"principal": 100_000, "at_fault": True, "rate_bp": 300, "days": 90})
    assert (found.amount("interest"), found.total, found.articles) == (740, 100_740, ("L-21",))
    assert found.needs_human == ("value_used", "at_fault", "rate")


def test_what_was_used_stays_and_without_fault_there_is_no_interest() -> None:
    found = compute("R10", {"principal": 100_000, "value_used": 30_000, "cost": 500})
    assert ([(line.code, line.amount) for line in found.lines], found.needs_human) == (
        [("refund", 70_000)],
        ("value_used",),
    )


def test_cost_and_interest_are_owed_at_fault() -> None:
    facts = {
        "principal": 100_000,
        "value_used": 120_000,
        "at_fault": True,
        "rate_bp": 300,
        "days": 9,
        "cost": 500,
    }
    found = compute("R10", facts)
    assert (found.total, found.flags) == (500, ("used_more_than_paid",))


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"principal": 100, "value_used": 100}, NotOwed),
        ({"principal": 100, "at_fault": True}, BadFacts),
        ({"value_used": 100}, BadFacts),
    ],
)
def test_what_is_not_owed_or_not_known(facts: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        compute("R10", facts)


def test_it_is_an_option_of_a_refund() -> None:
    found = lawful_options({"type": "refund", "principal": 5_000})
    assert [option.rule for option in found] == ["R10"]


FEN = st.integers(0, 10**9)
ROW = st.fixed_dictionaries({"price": st.integers(1, 10**7), "returned": st.booleans()})


@given(FEN, FEN, st.integers(0, 3_000), st.integers(0, 4_000))
def test_without_fault_no_more_than_was_paid(principal: int, used: int, rate: int, days: int) -> None:
    facts = {"principal": principal + 1, "value_used": min(used, principal), "rate_bp": rate, "days": days}
    assert compute("R10", facts).total <= facts["principal"]
    owed = compute("R10", {**facts, "at_fault": True})
    assert sum(line.amount for line in owed.lines) == owed.total >= compute("R10", facts).total


@given(st.lists(ROW, min_size=1, max_size=6), FEN, FEN, st.integers(0, 10**6), st.booleans(), st.data())
def test_a_return_never_gives_more_than_was_paid_and_adds_up(
    items: list[dict[str, Any]],
    threshold: int,
    free_from: int,
    freight: int,
    pro_rata: bool,
    data: st.DataObject,
) -> None:
    whole = sum(item["price"] for item in items)
    off = data.draw(st.integers(0, whole)) if whole >= threshold else 0
    facts: dict[str, Any] = {
        "paid_total": whole - off,
        "items": items,
        "promotions": [{"from": threshold, "off": off}],
        "free_freight_from": free_from,
        "freight": freight,
        "missing_gift_price": data.draw(st.integers(0, 10**6)),
    }
    found = compute("R5", {**facts, "house_rule": "pro_rata"} if pro_rata else facts)
    assert sum(line.amount for line in found.lines) == found.total
    assert 0 <= found.total <= facts["paid_total"]
