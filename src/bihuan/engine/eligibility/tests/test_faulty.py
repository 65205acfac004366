"""Goods that are not as owed: quality, warranty, burden of proof, certified and fake goods."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.engine.eligibility import Freight
from bihuan.engine.eligibility.tests.known import ask, day, good, judged
from bihuan.engine.grounds import ROUTES

MERCHANT = Freight("merchant", "merchant")


@pytest.mark.parametrize(
    ("asked", "serious", "leg", "missing"),
    [
        ("03-09", None, "quality_return", ()),
        ("03-10", True, "rescission", ()),
        ("03-10", None, "", ("serious",)),
        ("03-10", False, "", ("agreement",)),
    ],
)
def test_return_for_quality_within_and_after_seven_days(
    asked: str, serious: bool | None, leg: str, missing: tuple[str, ...]
) -> None:
    found = judged(ask(ground="quality", asked=asked, shown=True, serious=serious))
    assert (found.best.code if found.best else "", found.missing) == (leg, missing)
    if found.best:
        assert (found.freight, found.best.formula) == (MERCHANT, "R6")


def test_after_seven_days_repair_and_exchange_are_the_alternatives() -> None:
    found = judged(ask(ground="quality", asked="03-20", shown=True, serious=False, timely=True))
    assert found.refusal is None
    assert [item.want for item in found.alternatives][:2] == ["exchange", "repair"]
    assert found.routes == ROUTES


def test_a_flaw_not_shown_yet_rides_on_the_return_without_reason() -> None:
    found = judged(ask(ground="quality"))
    assert found.best
    assert (found.best.code, found.freight.back) == ("no_reason", "consumer")
    shown = judged(ask(ground="quality", shown=True))
    assert (shown.best and shown.best.code, shown.freight) == ("quality_return", MERCHANT)


@pytest.mark.parametrize("kind", ["custom", "perishable"])
def test_exclusions_don_t_touch_quality(kind: str) -> None:
    assert judged(ask(ground="quality", shown=True), good(kind)).outcome == "eligible"
    unknown = judged(ask(ground="quality"), good(kind))
    assert (unknown.outcome, "shown" in unknown.missing) == ("person", True)


@pytest.mark.parametrize(
    ("kind", "asked", "burden", "outcome"),
    [
        ("durable", "09-02", "operator", "eligible"),
        ("durable", "09-03", "consumer", "person"),
        ("ordinary", "03-10", "consumer", "person"),
    ],
)
def test_burden_of_proof_for_durable_goods(kind: str, asked: str, burden: str, outcome: str) -> None:
    found = judged(ask("repair", "quality", asked, timely=True), good(kind))
    assert (found.burden, found.outcome) == (burden, outcome)


def test_the_operator_may_disprove_a_presumed_flaw() -> None:
    found = judged(ask("repair", "quality", "03-20", timely=True), good("durable"))
    assert "operator_may_disprove" in found.conditions
    disproved = judged(ask("repair", "quality", "03-20", timely=True, shown=False), good("durable"))
    assert (disproved.outcome, disproved.missing) == ("person", ("agreement",))


@pytest.mark.parametrize(
    ("facts", "last"),
    [
        ({}, "2026-06-02"),
        ({"repair_days": 10}, "2026-06-12"),
        ({"replaced": day("04-15")}, "2026-07-15"),
        ({"replaced": day("04-15"), "repair_days": 1}, "2026-07-16"),
        ({"warranty_from": day("03-10")}, "2026-06-10"),
        ({"warranty_from": day("02-28")}, "2026-05-28"),
    ],
)
def test_warranty_restarts_after_replacement_and_does_not_count_repair(
    facts: dict[str, Any], last: str
) -> None:
    found = judged(ask("repair", "quality", "05-20", shown=True), good(warranty_months=3, **facts))
    leg = found.legs[0]
    assert (leg.code, str(leg.deadline and leg.deadline.last_day), leg.state) == ("warranty", last, "open")
    assert (found.freight, leg.article) == (MERCHANT, "L-12")


@pytest.mark.parametrize(
    ("asked", "timely", "outcome"),
    [
        ("06-02", None, "eligible"),
        ("06-03", None, "timely"),
        ("06-03", False, "agreement"),
        ("06-03", True, "eligible"),
    ],
)
def test_after_the_warranty_reasonable_time_decides(asked: str, timely: bool | None, outcome: str) -> None:
    found = judged(ask("exchange", "quality", asked, shown=True, timely=timely), good(warranty_months=3))
    assert (found.missing or (found.outcome,)) == (outcome,)


def test_without_warranty_seven_days_are_always_reasonable_and_two_years_the_most() -> None:
    assert judged(ask("exchange", "quality", "03-09", shown=True)).outcome == "eligible"
    signed = {"ordered": None, "shipped": None, "signed": day("03-02").replace(year=2024)}
    in_time = judged(ask("exchange", "quality", "03-02", shown=True, timely=True, **signed))
    assert in_time.outcome == "eligible"
    late = judged(ask("exchange", "quality", "03-03", shown=True, timely=True, **signed))
    assert (late.outcome, late.refusal) == ("person", None)


@pytest.mark.parametrize(("found", "outcome"), [(True, "eligible"), (None, "person"), (False, "person")])
def test_certified_substandard_goods_are_taken_back_without_a_period(
    found: bool | None, outcome: str
) -> None:
    judgement = judged(ask(ground="certified_defect", asked="12-20", certified=found, shown=True))
    assert judgement.outcome == outcome
    assert ("certified" in judgement.missing) is (found is None)
    if judgement.best:
        assert (judgement.best.article, judgement.freight) == ("L-20", MERCHANT)


@pytest.mark.parametrize(
    ("want", "shown", "outcome"),
    [
        ("exchange", True, "eligible"),
        ("resend", True, "eligible"),
        ("resend", None, "person"),
        ("refund_only", True, "person"),
    ],
)
def test_wrong_item(want: str, shown: bool | None, outcome: str) -> None:
    assert judged(ask(want, "wrong_item", shown=shown)).outcome == outcome


def test_all_money_back_with_the_goods_kept_needs_agreement() -> None:
    found = judged(ask("refund_only", "quality", shown=True))
    assert (found.outcome, found.missing) == ("person", ("agreement",))
    assert "return" in [item.want for item in found.alternatives]


@pytest.mark.parametrize(("want", "formula"), [("resend", ""), ("refund_only", "R6")])
def test_missing_items_are_owed_still(want: str, formula: str) -> None:
    found = judged(ask(want, "missing_item", "04-20", shown=True))
    assert found.best
    assert (found.best.code, found.best.formula, found.freight.back) == ("still_owed", formula, "")
    assert judged(ask(want, "missing_item", "04-20")).missing == ("shown",)


def test_a_fake_is_returned_within_the_limitation() -> None:
    found = judged(ask(ground="fake", asked="12-20", shown=True))
    assert found.best
    assert (found.best.code, found.best.formula, found.best.article) == ("fraud", "R1", "L-14")
    suspected = judged(ask(ground="fake", asked="12-20"))
    assert (suspected.outcome, "shown" in suspected.missing) == ("person", True)


@pytest.mark.parametrize("way", ["planted", "swapped", "forged", "extortion"])
def test_a_claim_found_to_be_abuse_is_refused(way: str) -> None:
    found = judged(ask(ground="quality", shown=True, abuse=way))
    assert found.refusal
    assert (found.outcome, found.refusal.ground, found.refusal.article) == (
        "not_eligible",
        "abusive_fraud_claim",
        "L-15",
    )


def test_a_harmless_label_flaw_excludes_damages_only() -> None:
    found = judged(ask(ground="quality", shown=True, abuse="harmless_label_flaw"))
    assert (found.outcome, found.flags) == ("eligible", ("no_punitive",))


@pytest.mark.parametrize(
    ("kind", "facts", "who"),
    [
        ("ordinary", {}, "merchant"),
        ("ordinary", {"self_run": True}, "platform"),
        ("ordinary", {"merchant_known": False}, "platform"),
        ("food", {"asked_of": "platform"}, "platform"),
        ("ordinary", {"asked_of": "platform"}, "merchant"),
    ],
)
def test_who_pays_first(kind: str, facts: dict[str, Any], who: str) -> None:
    assert judged(ask(ground="quality", shown=True, **facts), good(kind)).pays_first == who


def test_food_names_who_pays_first_and_its_own_damages() -> None:
    found = judged(ask(ground="quality", shown=True), good("food"))
    assert [(step.code, step.article) for step in found.steps[-2:]] == [
        ("food_first_asked", "L-18"),
        ("food_damages", "L-17"),
    ]
    assert [step.code for step in judged(ask(), good("food")).steps if step.code.startswith("food")] == []


def test_why_the_platform_pays_first_stands_among_the_steps() -> None:
    facts = {"self_run": True, "merchant_known": False, "platform_knew": True}
    found = judged(ask(ground="quality", shown=True, **facts))
    assert [step.article for step in found.steps[-3:]] == ["L-22", "L-23", "L-24"]
    assert found.flags == ("self_run", "merchant_unknown", "joint_liability")


@pytest.mark.parametrize(
    ("want", "leg"), [("return", "quality_return"), ("exchange", "warranty"), ("resend", "repair_replace")]
)
def test_before_receipt_no_period_runs_and_an_unknown_receipt_is_for_a_person(want: str, leg: str) -> None:
    goods = good("custom", warranty_months=3)
    coming = judged(ask(want, "wrong_item", signed=None, shown=True), goods)
    assert coming.best
    assert (coming.best.code, coming.best.deadline) == (leg, None)
    unknown = judged(ask(want, "wrong_item", signed=None, shown=True, serious=False, state="signed"), goods)
    assert (unknown.outcome, unknown.missing[0]) == ("person", "signed")
