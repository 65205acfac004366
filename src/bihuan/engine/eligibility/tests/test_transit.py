"""Lost, late and damaged parcels."""

from __future__ import annotations

import pytest

from bihuan.engine.eligibility.tests.known import ask, judged


@pytest.mark.parametrize(
    ("route", "asked", "outcome", "last"),
    [
        ("same_city", "03-05", "person", "2026-03-05"),
        ("same_city", "03-06", "eligible", "2026-03-05"),
        ("domestic", "03-08", "person", "2026-03-08"),
        ("domestic", "03-09", "eligible", "2026-03-08"),
        ("international", "03-28", "person", "2026-03-28"),
        ("international", "03-29", "eligible", "2026-03-28"),
    ],
)
def test_final_delay_counts_as_loss(route: str, asked: str, outcome: str, last: str) -> None:
    found = judged(ask("resend", "lost", asked, signed=None, route=route))
    limit = found.deadlines[0]
    assert (found.outcome, str(limit.last_day), limit.article, limit.roll) == (outcome, last, "G-14", "none")


def test_the_merchant_answers_for_a_lost_parcel_and_turns_to_the_carrier_later() -> None:
    found = judged(ask("refund_only", "lost", "03-01", signed=None, shown=True))
    assert found.best
    assert (found.best.article, found.pays_first, found.best.formula) == ("G-17", "merchant", "R6")
    assert "recourse_on_carrier" in found.conditions


def test_a_parcel_signed_for_and_said_to_be_lost_is_for_a_person() -> None:
    found = judged(ask("refund_only", "lost"))
    assert (found.outcome, found.missing) == ("person", ("shown",))


@pytest.mark.parametrize(
    ("chose", "missing"), [(True, ("carrier_claim",)), (None, ("chose_carrier",)), (False, ())]
)
def test_the_consumer_who_chose_the_carrier(chose: bool | None, missing: tuple[str, ...]) -> None:
    found = judged(ask("refund_only", "lost", shown=True, state="signed", chose_carrier=chose))
    assert found.missing == missing
    assert found.outcome == ("person" if missing else "eligible")


def test_damaged_and_kept_is_paid_in_proportion() -> None:
    found = judged(ask("refund_only", "damaged_in_transit", shown=True))
    assert found.best
    assert (found.best.formula, found.best.article) == ("R8", "G-13")
    assert "damage_share" in found.conditions


def test_damaged_on_the_way_goes_back_at_the_merchants_cost() -> None:
    found = judged(ask("return", "damaged_in_transit", shown=True))
    assert (found.outcome, found.freight.back) == ("eligible", "merchant")
    assert "G-17" in found.articles


@pytest.mark.parametrize(("serious", "missing"), [(True, ()), (None, ("serious",)), (False, ("agreement",))])
def test_late_delivery_after_signing(serious: bool | None, missing: tuple[str, ...]) -> None:
    found = judged(ask("return", "late", "03-20", serious=serious))
    assert (found.outcome, found.missing) == ("person" if missing else "eligible", missing)


def test_late_and_not_shipped_is_cancelled() -> None:
    found = judged(ask("refund_only", "late", shipped=None, signed=None))
    assert found.best
    assert found.best.code == "cancel"
