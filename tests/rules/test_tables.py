"""What the program holds as constants says the same as the clauses that it carries out."""

from __future__ import annotations

from datetime import date
from typing import Any

from bihuan.complaints import rules
from bihuan.engine import classify, decisions, eligibility, grounds
from bihuan.engine.eligibility import judgement, judging, noreason, proving, transit
from bihuan.engine.remedies import RULES, injury, prepaid, punitive
from bihuan.engine.workdays import WorkCalendar
from bihuan.norms.reading import read

CLAUSES = {item.clause.id: item.clause for item in read()}


def values(clause_id: str) -> dict[str, Any]:
    found = CLAUSES[clause_id].params_at(date(2026, 11, 21))
    assert found is not None
    return dict(found)


def test_conditions_of_acceptance() -> None:
    found = decisions.acceptance({}).conditions
    assert tuple(item.name for item in found) == values("PCN-3.1.2")["conditions"]
    assert set(values("PCN-3.1.2")["order_not_needed"]) <= set(decisions.WITHOUT_ORDER)


def test_grounds_of_refusal_and_routes() -> None:
    assert values("PCN-3.1.3.b")["refusal_grounds"] == rules.REFUSAL_GROUNDS
    assert values("PCN-3.1.3.b")["routes"] == grounds.ROUTES
    assert values("PCN-3.3.2.c")["routes"] == grounds.ROUTES


def test_liability_table() -> None:
    assert values("PCN-3.2.1")["by_matter"] == decisions.PARTY_BY_MATTER
    assert values("PCN-3.2.1")["by_type"] == decisions.PARTY_BY_TYPE
    given = {party: who for party, who in decisions.INVESTIGATORS.items() if party != "undecided"}
    assert values("PCN-3.2.1")["investigator"] == given


def test_complexity_table() -> None:
    found = values("PCN-3.2.3.a")
    table = {**found["by_type"], **found["otherwise"]}
    assert set(table) == set(classify.TYPES)
    assert {name for name, level in table.items() if level == "complex"} == set(classify.COMPLEX)


def test_urgency_and_major() -> None:
    assert values("CRP-1.2.d")["by_type"] == classify.URGENCY_BY_TYPE
    assert values("CRP-1.2.c")["many_people"] == classify.MANY_PEOPLE


def test_lawful_grounds_of_declining() -> None:
    for ground, article in values("PCN-3.3.2.c")["grounds"].items():
        articles, clause, _ = grounds._CHECKS[ground]
        assert (articles, clause) == ((article,), "PCN-3.3.2.c")
    assert values("L-03")["within"] == f"{grounds.NO_REASON_DAYS}d"
    assert values("L-04")["classes"] == grounds.EXCLUDED_GOODS
    assert values("L-05")["classes"] == grounds.CONFIRMED_GOODS
    assert values("L-15")["excluded"] == grounds.ABUSES == punitive.EXCLUDED


def test_damages() -> None:
    fraud, food, defect = values("L-14"), values("L-17"), values("L-16")
    assert (fraud["times"], fraud["minimum_fen"]) == (punitive.FRAUD_TIMES, punitive.FRAUD_MINIMUM)
    assert (food["times_price"], food["times_loss"]) == (punitive.FOOD_TIMES_PRICE, punitive.FOOD_TIMES_LOSS)
    assert food["minimum_fen"] == punitive.FOOD_MINIMUM
    assert defect["times_at_most"] == punitive.DEFECT_TIMES
    assert values("L-26")["items"] == injury.ITEMS
    assert set(values("PCN-3.3.2.a")["formulas"]) == set(RULES)


def test_authority() -> None:
    found = values("CRP-2.3.c")
    assert found["approvers"] == decisions.APPROVERS
    assert set(decisions.APPROVERS) < set(found["authority_fen"])


def test_periods_of_eligibility() -> None:
    assert values("L-01")["within"] == f"{proving.QUALITY_DAYS}d"
    deemed = CLAUSES["L-11"].limit_at(date(2026, 11, 21))
    assert str(deemed and deemed.fixed) == f"{judgement.DEEMED_DAYS}d"
    assert values("L-13")["within"] == f"{proving.BURDEN_MONTHS}mo"
    assert values("L-13")["kinds"] == proving.DURABLE
    assert values("L-13")["grounds"] == proving.PRESUMED
    assert values("L-20")["at_most"] == f"{judgement.DEEMED_DAYS}d"
    assert values("L-21")["return_within"] == f"{noreason.PREPAID_DAYS}d"
    assert values("L-25")["quality_notice"] == f"{proving.NOTICE_YEARS}y"
    assert values("L-25")["ordinary"] == f"{proving.LIMITATION_YEARS}y"
    lost = {route: f"{days}d" for route, days in transit.LOST_DAYS.items()}
    assert lost == {route: values("G-14")[f"lost_{route}"] for route in transit.LOST_DAYS}
    assert values("L-21")["year_days"] == prepaid.YEAR_DAYS


def test_what_eligibility_covers() -> None:
    assert values("L-06")["harmful"] == noreason.HARMFUL
    assert values("ASM-4.3")["kinds"] == eligibility.PROMISES
    assert set(eligibility.RefusalGround) <= set(grounds._CHECKS)
    for ground, article in judging.ARTICLES.items():
        assert values("PCN-3.3.2.c")["grounds"][str(ground)] == article


def test_demands_that_the_law_opens_for_delivery() -> None:
    """ASM-4.2: with everything shown each demand named is eligible, and no other is."""
    calendar = WorkCalendar("none", frozenset(), frozenset(), years=frozenset({2026}))
    for ground, wants in values("ASM-4.2").items():
        state = "on_the_way" if ground in ("lost", "late") else "signed"
        dates = {"shipped": date(2026, 3, 1), "asked": date(2026, 3, 4), "state": state}
        dates |= {"signed": date(2026, 3, 3)} if state == "signed" else {}
        found = {
            want
            for want in eligibility.WANTS
            if eligibility.judge(
                eligibility.Ask(want, ground, shown=True, serious=True, timely=True, **dates),
                eligibility.Good("custom" if ground == "lost" else "ordinary"),
                (),
                calendar,
            ).best
        }
        assert found == set(wants), ground
