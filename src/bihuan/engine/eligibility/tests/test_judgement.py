"""What a judgement says besides its outcome, and facts that no judgement can use."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.engine.due import NaiveTime
from bihuan.engine.eligibility import BadAsk, RefusalGround, as_record, from_facts, labels, words
from bihuan.engine.eligibility.tests.known import ask, day, good, judged
from bihuan.engine.grounds import ROUTES, UnlawfulGround, refusal_ground

HOME = Path(words.__file__).parent


def test_silence_counts_as_refusal_after_fifteen_days_without_roll() -> None:
    found = judged(ask(asked="09-16", signed=day("09-10")))
    limit = found.deemed_refusal
    assert (str(limit.last_day), limit.roll, limit.article) == ("2026-10-01", "none", "L-11")
    assert limit.ends_at.isoformat() == "2026-10-02T00:00:00+08:00"


def test_a_refusal_names_alternatives_routes_and_what_would_change_it() -> None:
    found = judged(ask(), good(confirmed="near_expiry_or_flawed"))
    assert found.routes == ROUTES
    assert [(item.code, item.want) for item in found.alternatives] == [
        ("if_flawed", "return"),
        ("if_flawed", "exchange"),
        ("if_flawed", "repair"),
        ("voucher_by_consent", ""),
        ("agreement", ""),
    ]
    assert [(item.fact, item.value, item.outcome) for item in found.changes] == [
        ("preticked", True, "eligible"),
        ("confirmed", "", "eligible"),
        ("ground", "quality", "eligible"),
    ]


def test_what_is_missing_is_said_in_words_and_with_what_it_would_change() -> None:
    found = judged(ask(ground="quality", asked="03-20"))
    assert found.missing_words("zh") == ("所述情况是否属实", "合同目的是否不能实现")
    assert [(item.fact, item.also, item.outcome) for item in found.changes] == [
        ("certified", (), "eligible"),
        ("shown", ("serious",), "eligible"),
    ]
    shown = judged(ask(ground="quality", asked="03-20", shown=True))
    assert ("serious", True, "eligible") in [(item.fact, item.value, item.outcome) for item in shown.changes]


def test_a_fact_of_the_goods_that_is_unknown_is_tried_both_ways() -> None:
    found = judged(ask(), good("digital"))
    assert [(item.fact, item.value, item.outcome) for item in found.changes] == [
        ("opened", True, "not_eligible"),
        ("opened", False, "eligible"),
        ("intact", False, "not_eligible"),
        ("ground", "quality", "eligible"),
    ]


def test_a_plain_yes_names_no_routes() -> None:
    assert judged(ask()).routes == ()


def test_article_26_has_no_place_among_the_grounds() -> None:
    assert [str(ground) for ground in RefusalGround] == [
        "excluded_goods",
        "confirmed_exclusion",
        "not_intact",
        "out_of_time",
        "abusive_fraud_claim",
    ]
    with pytest.raises(ValueError, match="26"):
        RefusalGround("消费者权益保护法第26条")
    with pytest.raises(UnlawfulGround):
        refusal_ground("消法第26条", {})


def test_the_same_facts_give_the_same_judgement() -> None:
    assert judged(ask(), good("food", opened=True)) == judged(ask(), good("food", opened=True))


def test_every_code_has_its_sentence() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in HOME.glob("*.py"))
    used = set(re.findall(r"\.(?:yes|no|note|unknown)\(\s*\"(\w+)\"", source))
    used |= {code for pair in re.findall(r"in_limit\(.*?\"(\w+)\", \"(\w+)\"\)", source) for code in pair}
    assert used <= set(words.STEPS)
    missing = set(re.findall(r"\.unknown\(\s*\"\w+\",\s*\"(\w+)\"", source))
    assert missing <= set(labels.MISSING)
    conditions = set(re.findall(r"conditions\.append\(\"(\w+)\"\)", source))
    assert conditions <= set(labels.CONDITIONS)
    legs = set(re.findall(r"(?:Draft|_merchants)\(\s*\"(\w+)\"", source))
    assert {code for code in legs if labels.named(code, "zh") == code} == set()
    assert set(labels.REFUSALS) == {str(ground) for ground in RefusalGround}


def test_a_record_holds_every_step_in_both_languages() -> None:
    record = as_record(judged(ask(asked="03-10")))
    assert (record["outcome"], record["refusal"]["ground"]) == ("not_eligible", "out_of_time")
    assert record["steps"][-1]["zh"] == "2026-03-02签收，次日起7日，末日2026-03-09；2026-03-10提出，已过期限"
    assert record["refusal"]["facts"]["last_day"] == "2026-03-09"
    assert [row["code"] for row in record["deadlines"]] == ["no_reason", "deemed_refusal"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"want": "gold"}, "want"),
        ({"ground": "消法第26条"}, "ground"),
        ({"asked": "yesterday"}, "asked"),
        ({"asked": 5}, "asked"),
        ({"asked": None}, "asked"),
        ({"colour": "red"}, "colour"),
        ({"shown": "yes"}, "shown"),
        ({"state": "flying"}, "state"),
        ({"good": {"kind": "gold"}}, "kind"),
        ({"good": {"traces": "soiled"}}, "traces"),
        ({"good": {"traces": ["gone"]}}, "traces"),
        ({"good": {"warranty_months": -1}}, "warranty_months"),
        ({"good": {"warranty_months": True}}, "warranty_months"),
        ({"good": {"repair_days": None}}, "repair_days"),
        ({"good": 5}, "facts"),
        ({"promises": {}}, "promises"),
        ({"promises": [{"by": "nobody", "kind": "return", "days": 3}]}, "by"),
        ({"promises": [{"by": "merchant", "kind": "return"}]}, "days"),
        ({"promises": [{"by": "merchant", "kind": "late", "amount": 10**13}]}, "amount"),
    ],
)
def test_facts_that_no_judgement_can_use(facts: dict[str, Any], field: str) -> None:
    plain = {"want": "return", "ground": "no_reason", "asked": "2026-03-09", **facts}
    with pytest.raises(BadAsk) as caught:
        from_facts(plain)
    assert caught.value.data["field"] == field


def test_facts_that_are_missing_are_named() -> None:
    with pytest.raises(BadAsk):
        from_facts({"want": "return"})


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(NaiveTime):
        ask(signed=datetime(2026, 3, 2, 10))  # noqa: DTZ001


def test_plain_facts_are_read() -> None:
    one, goods, promises = from_facts(
        {
            "want": "return",
            "ground": "no_reason",
            "asked": "2026-03-09T23:30:00+08:00",
            "signed": "2026-03-02",
            "good": {"kind": "food", "traces": ["soiled"]},
            "promises": [{"by": "merchant", "kind": "return", "days": 30}],
        }
    )
    assert (one.asked, one.state, goods.traces, promises[0].days) == (day("03-09"), "signed", ("soiled",), 30)
