"""Pure decisions of the complaint flow, with what each rests on."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.engine import decisions
from bihuan.engine.decisions import UnlawfulGround
from bihuan.engine.errors import Invalid

FULL = {"party": "pass", "order": "pass", "matter": True, "demand": True, "evidence": True, "role": "buyer"}


@pytest.mark.parametrize(
    ("changes", "result", "missing"),
    [
        ({}, "accepted", ()),
        ({"order": "unknown"}, "person_decides", ()),
        ({"party": None}, "person_decides", ()),
        ({"order": "fail"}, "supplement", ("order_or_record",)),
        ({"order": "fail", "record": True}, "accepted", ()),
        ({"order": "unknown", "record": True}, "accepted", ()),
        ({"demand": False, "evidence": False}, "supplement", ("demand", "evidence")),
        ({"demand": False, "order": "unknown"}, "person_decides", ("demand",)),
        ({"party": "fail", "order": "fail", "role": "victim"}, "accepted", ()),
        ({"party": "unknown", "order": "unknown", "role": "reporter"}, "accepted", ()),
        ({"party": "fail"}, "supplement", ("party",)),
    ],
)
def test_acceptance(changes: dict[str, Any], result: str, missing: tuple[str, ...]) -> None:
    found = decisions.acceptance({**FULL, **changes})
    assert (found.result, found.missing, found.clauses) == (result, missing, ("PCN-3.1.2",))


def test_acceptance_names_each_condition_with_its_basis() -> None:
    found = decisions.acceptance({**FULL, "order": "fail", "record": True})
    assert [(item.name, item.result) for item in found.conditions] == [
        ("party", "pass"),
        ("order_or_record", "pass"),
        ("matter", "pass"),
        ("demand", "pass"),
        ("evidence", "pass"),
    ]
    assert found.conditions[1].basis == "transaction_record"


def test_acceptance_never_refuses_whatever_is_missing() -> None:
    assert decisions.acceptance({}).result == "person_decides"
    assert decisions.acceptance({"party": False}).result == "supplement"
    with pytest.raises(Invalid):
        decisions.acceptance({**FULL, "order": "perhaps"})


@pytest.mark.parametrize(
    ("ground", "facts", "articles"),
    [
        ("excluded_goods", {"claim": "no_reason_return", "goods": "perishable"}, ("L-04",)),
        (
            "confirmed_exclusion",
            {"claim": "no_reason_return", "goods": "activated_loses_value", "confirmed": True},
            ("L-05",),
        ),
        ("not_intact", {"claim": "no_reason_return", "beyond_testing": True}, ("L-06",)),
        (
            "out_of_time",
            {"claim": "no_reason_return", "signed_date": "2026-10-01", "sent_date": "2026-10-09"},
            ("L-03",),
        ),
        ("abusive_fraud_claim", {"way": "forged"}, ("L-15",)),
        ("duplicate", {"of": "BH-1"}, ("P-01",)),
        ("not_supplemented", {"lapsed": True}, ("P-01",)),
    ],
)
def test_lawful_grounds(ground: str, facts: dict[str, Any], articles: tuple[str, ...]) -> None:
    found = decisions.refusal_ground(ground, facts)
    assert (found.result, found.articles) == ("lawful", articles)
    assert "court" in found.routes


@pytest.mark.parametrize(
    ("ground", "facts"),
    [
        ("消法 26", {}),
        ("消费者权益保护法第二十六条", {}),
        ("consumer law art. 26", {}),
        ("not_intact", {"claim": "no_reason_return", "beyond_testing": True, "article": "《消法》第26条"}),
        ("too_expensive", {}),
        ("excluded_goods", {"claim": "no_reason_return", "goods": "shoes"}),
        ("excluded_goods", {"claim": "quality", "goods": "perishable"}),
        ("confirmed_exclusion", {"claim": "no_reason_return", "goods": "near_expiry_or_flawed"}),
        (
            "confirmed_exclusion",
            {
                "claim": "no_reason_return",
                "goods": "near_expiry_or_flawed",
                "confirmed": True,
                "preticked": True,
            },
        ),
        ("not_intact", {"claim": "no_reason_return"}),
        (
            "out_of_time",
            {"claim": "no_reason_return", "signed_date": "2026-10-01", "sent_date": "2026-10-08"},
        ),
        (
            "out_of_time",
            {"claim": "no_reason_return", "signed_date": "2026-10-03", "sent_date": "2026-10-12"},
        ),
        ("out_of_time", {"claim": "no_reason_return", "signed_date": None, "sent_date": "2026-10-12"}),
        ("abusive_fraud_claim", {"way": "professional_buyer"}),
    ],
)
def test_unlawful_grounds_are_refused_with_the_lawful_ones_named(ground: str, facts: dict[str, Any]) -> None:
    with pytest.raises(UnlawfulGround) as caught:
        decisions.refusal_ground(ground, facts)
    assert caught.value.clause == "PCN-3.3.2.c"
    assert "abusive_fraud_claim" in caught.value.remedy_text()


def test_article_26_of_another_text_is_not_meant() -> None:
    facts = {"claim": "no_reason_return", "beyond_testing": True, "article": "消法实施条例第19条"}
    assert decisions.refusal_ground("not_intact", facts).articles == ("L-06",)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"type": "service", "text": "客服态度差"}, ("service", "normal", "normal", "general")),
        ({"type": "quality", "text": "屏幕坏了"}, ("quality", "normal", "normal", "complex")),
        ({"type": "other", "text": "快递一直没到"}, ("delivery", "normal", "normal", "complex")),
        ({"text": "喝完以后食物中毒住院了"}, ("safety", "critical", "major", "complex")),
        ({"type": "quality", "text": "起火, 没有受伤"}, ("quality", "critical", "major", "complex")),
        ({"type": "quality", "text": "没有受伤, 只是坏了"}, ("quality", "normal", "normal", "complex")),
        ({"type": "counterfeit", "text": ""}, ("counterfeit", "urgent", "normal", "complex")),
        ({"type": "refund", "text": "药品急用"}, ("refund", "urgent", "normal", "general")),
        ({"type": "price", "people": 5}, ("price", "critical", "major", "complex")),
        ({"type": "price", "people": 4}, ("price", "normal", "normal", "general")),
        ({"text": "?"}, ("other", "normal", "normal", "general")),
    ],
)
def test_classification(facts: dict[str, Any], expected: tuple[str, ...]) -> None:
    found = decisions.classify(facts)
    assert (found.type, found.urgency, found.severity, found.complexity) == expected
    assert found.basis
    assert bool(found.major_ground) is (found.severity == "major")


@pytest.mark.parametrize(
    ("claim", "party", "investigator"),
    [
        ("product_quality", "merchant", "merchant"),
        ("late_shipment", "merchant", "merchant"),
        ("agent_attitude", "platform", "service"),
        ("system_failure", "platform", "service"),
        ("lost_parcel", "third_party", "third_party"),
        ("quality", "merchant", "merchant"),
        ("service", "platform", "service"),
        ("weather", "undecided", "service"),
    ],
)
def test_liability_and_who_investigates(claim: str, party: str, investigator: str) -> None:
    found = decisions.liability(claim)
    assert (found.result, found.investigator) == (party, investigator)


@pytest.mark.parametrize(
    "shares",
    [
        {"merchant": 60, "platform": 30},
        {"merchant": 101},
        {"merchant": 50, "moon": 50},
        {"merchant": 100.0},
        {},
    ],
)
def test_shares_must_be_parties_and_sum_to_one_hundred(shares: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        decisions.liability("quality", shares)
    assert caught.value.clause == "PCN-3.2.1"


def test_shares_make_a_shared_liability() -> None:
    found = decisions.liability("quality", {"merchant": 70, "third_party": 30})
    assert (found.result, found.shares) == ("shared", {"merchant": 70, "third_party": 30})


LIMITS = {"agent": 20_000, "supervisor": 200_000, "manager": 5_000_000}


@pytest.mark.parametrize(
    ("role", "amount", "result", "approver"),
    [
        ("agent", 20_000, "within", None),
        ("agent", 20_001, "held", "supervisor"),
        ("agent", 200_001, "held", "manager"),
        ("intern", 1, "held", "supervisor"),
        ("manager", 5_000_001, "held", None),
    ],
)
def test_authority(role: str, amount: int, result: str, approver: str | None) -> None:
    found = decisions.authority(role, amount, LIMITS)
    assert (found.result, found.approver, found.clauses) == (result, approver, ("CRP-2.3.c",))


def test_an_amount_that_is_none_is_refused() -> None:
    for amount in (-1, 1.5, True):
        with pytest.raises(Invalid):
            decisions.authority("agent", amount, LIMITS)  # type: ignore[arg-type]


def test_a_voucher_needs_consent_and_money_beside_it() -> None:
    asked = [
        ("refund", False, True),
        ("voucher", False, True),
        ("voucher", True, True),
        ("coupon", True, False),
    ]
    assert [decisions.voucher_needs_consent(*facts).result for facts in asked] == [
        "free",
        "consent_needed",
        "allowed",
        "money_option_needed",
    ]


def test_decisions_are_found_by_name() -> None:
    assert decisions.decide("remedy.R1", {"price": 16_667, "fraud": True}).total == 66_668
    assert decisions.decide("liability", {"type": "quality"}).result == "merchant"
    with pytest.raises(Invalid):
        decisions.decide("fortune", {})
