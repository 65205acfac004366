"""What must hold for any facts at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.eligibility import Ask, Good, Promise, as_record, judge
from bihuan.engine.eligibility.facts import GROUNDS, KINDS, NEEDED, PROMISES, ROUTES, STATES, TRACES, WANTS
from bihuan.engine.grounds import ABUSES, CONFIRMED_GOODS, refusal_ground
from bihuan.engine.tests.known import CAL

RANK = {"not_eligible": 0, "person": 1, "eligible": 2}
FACT = st.sampled_from((None, True, False))
DAYS = st.dates(date(2025, 12, 1), date(2026, 12, 20))
MAYBE = st.none() | DAYS


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    return Ask(
        draw(st.sampled_from(WANTS)),
        draw(st.sampled_from(("no_reason", "no_reason", "quality", *GROUNDS))),
        draw(DAYS),
        ordered=draw(MAYBE),
        shipped=draw(MAYBE),
        signed=draw(MAYBE),
        state=draw(st.sampled_from(("", *STATES))),
        shown=draw(FACT),
        serious=draw(FACT),
        timely=draw(FACT),
        certified=draw(FACT),
        route=draw(st.sampled_from(ROUTES)),
        chose_carrier=draw(FACT),
        abuse=draw(st.sampled_from(("", "", "", *ABUSES))),
        self_run=draw(st.booleans()),
    )


@st.composite
def goods(draw: st.DrawFn) -> Good:
    return Good(
        draw(st.sampled_from(("", *KINDS))),
        opened=draw(FACT),
        used=draw(FACT),
        intact=draw(FACT),
        traces=tuple(draw(st.lists(st.sampled_from(TRACES), max_size=2))),
        confirmed=draw(st.sampled_from((None, "", "", *CONFIRMED_GOODS))),
        preticked=draw(FACT),
        making_begun=draw(FACT),
        gift=draw(st.booleans()),
        prepaid=draw(st.booleans()),
        prepaid_exception=draw(FACT),
        warranty_months=draw(st.none() | st.integers(0, 36)),
        warranty_from=draw(MAYBE),
        replaced=draw(MAYBE),
        repair_days=draw(st.integers(0, 60)),
    )


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    kind = draw(st.sampled_from(PROMISES))
    number = st.integers(0, 60)
    return Promise(
        draw(st.sampled_from(("merchant", "platform"))),
        kind,
        **{name: draw(number) for name in NEEDED.get(kind, ())},
        goods=tuple(draw(st.lists(st.sampled_from(KINDS), max_size=2))),
        grounds=tuple(draw(st.lists(st.sampled_from(GROUNDS), max_size=2))),
        excluded_too=draw(st.booleans()),
        since=draw(st.none() | DAYS),
        ref=draw(st.sampled_from(("", "a", "b"))),
    )


MANY = st.lists(promises(), max_size=4)


@settings(max_examples=150)
@given(asks(), goods(), MANY, promises())
def test_a_promise_never_makes_it_worse(one: Ask, good: Good, given: list[Promise], more: Promise) -> None:
    before, after = judge(one, good, given, CAL), judge(one, good, [*given, more], CAL)
    assert RANK[after.outcome] >= RANK[before.outcome]
    if before.best and after.best:
        assert (before.best.freight.back == "consumer") >= (after.best.freight.back == "consumer")


@settings(max_examples=100)
@given(asks(), goods(), MANY.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_promises_does_not_matter(
    one: Ask, good: Good, orders: tuple[list[Promise], list[Promise]]
) -> None:
    assert judge(one, good, orders[0], CAL) == judge(one, good, orders[1], CAL)


@settings(max_examples=150)
@given(asks(), goods(), MANY, st.integers(1, 400))
def test_asking_earlier_never_loses_a_right(one: Ask, good: Good, given: list[Promise], days: int) -> None:
    later = judge(one, good, given, CAL)
    sooner = judge(replace(one, asked=one.asked - timedelta(days=days)), good, given, CAL)
    if later.outcome != "not_eligible":
        assert sooner.outcome != "not_eligible"


@settings(max_examples=150)
@given(asks(), goods(), MANY)
def test_a_refusal_stands_on_a_lawful_ground_and_offers_something(
    one: Ask, good: Good, given: list[Promise]
) -> None:
    found = judge(one, good, given, CAL)
    assert (found.outcome == "not_eligible") is (found.refusal is not None)
    assert (found.outcome == "eligible") is (found.best is not None)
    assert (found.outcome == "person") <= bool(found.missing)
    if found.refusal:
        lawful = refusal_ground(str(found.refusal.ground), found.refusal.facts)
        assert (lawful.articles, lawful.clauses) == ((found.refusal.article,), (found.refusal.clause,))
        assert not found.missing
        assert found.alternatives
        assert found.routes == lawful.routes


BY_KIND = ("custom", "perishable", "newspaper")


@settings(max_examples=150)
@given(asks(), goods(), MANY)
def test_nothing_known_refuses_nobody(one: Ask, good: Good, given: list[Promise]) -> None:
    """With every fact unknown only the kind of goods can still close a return without reason."""
    blank = replace(one, shown=None, serious=None, timely=None, certified=None, abuse="", state="signed")
    unknown = Good(good.kind, prepaid=good.prepaid, confirmed=None, preticked=None)
    found = judge(replace(blank, signed=None), unknown, given, CAL)
    assert found.outcome != "not_eligible" or good.kind in BY_KIND


UNKNOWN = {
    "shown": (True, False),
    "serious": (True, False),
    "timely": (True, False),
    "certified": (True, False),
    "chose_carrier": (True, False),
    "opened": (True, False),
    "used": (True, False),
    "preticked": (True, False),
    "making_begun": (True, False),
    "prepaid_exception": (True, False),
    "kind": KINDS,
    "confirmed": ("", *CONFIRMED_GOODS),
    "signed": (date(2026, 1, 1), date(2026, 12, 20)),
    "ordered": (date(2026, 1, 1), date(2026, 12, 20)),
}


@settings(max_examples=300)
@given(asks(), goods(), MANY, st.data())
def test_no_fact_still_unknown_could_lift_a_refusal(
    one: Ask, good: Good, given: list[Promise], data: st.DataObject
) -> None:
    """A refusal stands whatever the unknown facts turn out to be (an inspection's finding apart)."""
    if judge(one, good, given, CAL).outcome != "not_eligible":
        return
    for fact, values in UNKNOWN.items():
        on = one if hasattr(one, fact) else good
        if getattr(on, fact) in (None, "") and not (fact == "confirmed" and good.confirmed == ""):
            known = replace(on, **{fact: data.draw(st.sampled_from(values), label=fact)})
            one, good = (known, good) if on is one else (one, known)
    found = judge(one, good, given, CAL)
    assert found.outcome == "not_eligible", (found.best, found.missing)


@settings(max_examples=100)
@given(asks(), goods(), MANY)
def test_same_facts_same_record_in_plain_json(one: Ask, good: Good, given: list[Promise]) -> None:
    first, second = (as_record(judge(one, good, given, CAL)) for _ in range(2))
    assert first == second == json.loads(json.dumps(first))
    assert all(step["zh"] and step["en"] and "{" not in step["zh"] + step["en"] for step in first["steps"])
