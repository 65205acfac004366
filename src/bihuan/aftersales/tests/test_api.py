"""The REST door: what a consumer's app, a merchant's system and the marketplace do through it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.api.conftest import Caller, key_of

from bihuan.cases.models import Case
from bihuan.complaints import stage

from .conftest import AT
from .play import apply, pass_to, state, take

SCOPES = ["aftersales:read", "aftersales:write", "complaints:read"]
ASKED: dict[str, Any] = {
    "order_number": "AS-1001",
    "kind": "return",
    "ground": "no_reason",
    "pieces": [{"line": 1, "quantity": 1}],
    "opened": False,
    "used": False,
}


@pytest.fixture
def erp(played: stage.Stage) -> Caller:
    """The merchant's program."""
    return key_of(played.who("merchant").organisation_id, SCOPES)


@pytest.fixture
def shop(played: stage.Stage) -> Caller:
    """The marketplace's program."""
    return key_of(None, SCOPES)


def buyer(played: stage.Stage) -> dict[str, str]:
    return {"reference": played.orders[0]["buyer"]["ref"]}


def test_preview_says_what_would_come_of_it_and_writes_nothing(played: stage.Stage, shop: Caller) -> None:
    found = shop.post("/aftersales/preview", ASKED).json()
    assert (found["outcome"], found["refund_fen"], found["materials"]) == ("eligible", 15_000, [])
    assert found["steps"][0]["zh"]
    assert not Case.objects.exists()


def test_the_marketplace_applies_for_its_consumer(played: stage.Stage, shop: Caller) -> None:
    answer = shop.post("/aftersales", {**ASKED, "consumer": buyer(played), "text": "不喜欢"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["missing"]) == ("approved", [])
    assert shop.get(f"/aftersales/{made['id']}").json()["judgement"]["outcome"] == "eligible"


def test_a_merchant_system_decides_its_own_cases_only(played: stage.Stage, erp: Caller) -> None:
    case_id = apply(played).case_id
    address = {"recipient": "退货组", "phone": "13800138000", "region": "杭州", "address": "一号仓"}
    assert erp.post(f"/aftersales/{case_id}/steps/give_address", address).status_code == 200
    assert erp.get(f"/aftersales/{case_id}").json()["address"]["recipient"] == "退货组"
    other = next(o for o in played.merchants.values() if o != played.who("merchant").organisation_id)
    assert key_of(other, SCOPES).get(f"/aftersales/{case_id}").status_code == 404
    assert key_of(other, SCOPES).post(f"/aftersales/{case_id}/steps/give_address", address).status_code == 404


def test_lists_hold_their_own_flow(played: stage.Stage, erp: Caller) -> None:
    case_id = apply(played).case_id
    assert [row["id"] for row in erp.get("/aftersales").json()["rows"]] == [str(case_id)]
    assert erp.get("/complaints").json()["rows"] == []
    assert erp.get(f"/complaints/{case_id}").status_code == 404


def test_a_refusal_is_a_problem_with_its_clause(played: stage.Stage, erp: Caller) -> None:
    case_id = apply(played).case_id
    body = {"ground": "out_of_time", "alternatives": ["negotiate"], "reason": "超过七日"}
    problem = erp.post(f"/aftersales/{case_id}/steps/decline", body)
    assert (problem.status_code, problem.json()["clause"]) == (409, "PCN-2.3.3.c")
    assert state(case_id) == "approved"


def test_steps_come_with_the_form_of_their_input(played: stage.Stage, erp: Caller) -> None:
    case_id = apply(played).case_id
    found = {step["step"]: step for step in erp.get(f"/aftersales/{case_id}/steps").json()}
    assert "carrier" in found["send_back"]["input"]["properties"]
    take(played, "consumer", case_id, AT, "withdraw")
    assert "send_back" not in {step["step"] for step in erp.get(f"/aftersales/{case_id}/steps").json()}


LATE = AT + timedelta(days=18)


def silent(played: stage.Stage, kind: str) -> UUID:
    """A defect claimed late, warned of, and not decided by the merchant within its time."""
    case_id = apply(played, at=LATE, kind=kind, ground="quality", photos=1).case_id
    pass_to(LATE + timedelta(hours=13))
    pass_to(LATE + timedelta(hours=16, minutes=1))
    return case_id


def test_a_silent_merchant_loses_approval_and_refusal_to_the_rule(played: stage.Stage, erp: Caller) -> None:
    """PCN-2.3.3.b: for returns the platform's rule approves."""
    case_id = silent(played, "return")
    seen = erp.get(f"/aftersales/{case_id}").json()
    assert (seen["state"], seen["decision"]["by"], seen["platform_decides"]) == ("approved", "platform", True)
    refusal = {"ground": "abusive_fraud_claim", "alternatives": ["negotiate"], "reason": "不同意"}
    for step, body in (("approve", {}), ("decline", {**refusal, "facts": {"way": "planted"}})):
        assert erp.post(f"/aftersales/{case_id}/steps/{step}", body).status_code == 409
    assert erp.get(f"/aftersales/{case_id}").json()["decision"] == seen["decision"]


def test_where_the_rule_leaves_it_to_people_the_merchant_may_neither_approve_nor_refuse(
    played: stage.Stage, erp: Caller
) -> None:
    case_id = silent(played, "refund_only")
    assert erp.get(f"/aftersales/{case_id}").json()["state"] == "deciding"
    refusal = {"ground": "abusive_fraud_claim", "alternatives": ["negotiate"], "reason": "不同意"}
    for step, body in (("approve", {}), ("decline", {**refusal, "facts": {"way": "planted"}})):
        problem = erp.post(f"/aftersales/{case_id}/steps/{step}", body)
        assert (problem.status_code, problem.json()["clause"]) == (409, "PCN-2.3.3.b")
        assert problem.json()["code"] == "aftersales.decision_passed"
    take(played, "agent", case_id, LATE + timedelta(hours=17), "take")
    take(played, "agent", case_id, LATE + timedelta(hours=17), "approve")
    assert erp.get(f"/aftersales/{case_id}").json()["decision"]["by"] == "platform"


def test_findings_are_read_by_the_merchant_and_recorded_by_the_platform_only(
    played: stage.Stage, erp: Caller
) -> None:
    case_id = apply(played, at=LATE, ground="quality", photos=1).case_id
    body = {"finding": "serious.yes", "reason": "无法使用"}
    assert erp.post(f"/aftersales/{case_id}/steps/find", body).status_code == 403
    take(played, "agent", case_id, LATE, "take")
    take(played, "agent", case_id, LATE + timedelta(hours=1), "find", **body)
    seen = erp.get(f"/aftersales/{case_id}").json()
    assert [(one["code"], one["clause"]) for one in seen["findings"]] == [("serious.yes", "L-02")]
    assert seen["changed"]["come"][0]["code"] == "serious"
