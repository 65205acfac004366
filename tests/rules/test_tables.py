"""What the program holds as constants says the same as the clauses that it carries out."""

from __future__ import annotations

from datetime import date
from typing import Any

from bihuan.complaints import rules
from bihuan.engine import classify, decisions, grounds
from bihuan.engine.remedies import RULES, injury, punitive
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
