"""The books over the API, with a key and as a person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from bihuan.ledger.models import Posting
from bihuan.ledger.tests.factories import MERCHANT, book_all, credit, order, sent
from bihuan.ledger.tests.world import World
from bihuan.marketplace.tests.keys import made

pytestmark = pytest.mark.django_db
BASE = "/api/v1/ledger"


def call(method: str, path: str, body: Any = None, *scopes: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {made(*(scopes or ('ledger:read', 'ledger:write')))}"}
    more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    answer = getattr(Client(), method)(f"{BASE}{path}", headers=headers, **more)
    return answer.status_code, answer.json() if answer.content else None


def test_a_key_reads_nothing_that_its_role_does_not_give() -> None:
    order()
    credit(sent(700))
    book_all()
    assert call("get", "/balances")[0] == 403
    assert call("get", "/postings", None, "refunds:read")[0] == 403


def test_a_key_does_not_book() -> None:
    body = {"what": "deposit_in", "organisation_id": str(MERCHANT), "amount_fen": 5, "reference": "b-1"}
    assert call("post", "/postings", body)[0] == 403
    assert call("post", "/postings", body | {"amount_fen": 0})[0] == 422
    assert Posting.objects.count() == 0


def test_a_person_books_moves_reverses_and_gives_up(world: World) -> None:
    world.credited()
    client, merchant = world.client("manager"), str(world.merchant)

    def post(path: str, body: Any, status: int = 201) -> Any:
        answer = client.post(f"{BASE}{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    deposit = {"what": "deposit_in", "organisation_id": merchant, "amount_fen": 900, "reference": "b-1"}
    made_ = post("/postings", deposit)
    assert [leg["amount_fen"] for leg in made_["legs"]] == [900, -900]
    post(f"/postings/{made_['id']}/reverse", {"reason": "录入错误"})
    post(f"/postings/{made_['id']}/reverse", {"reason": "再次"}, 409)
    moved = {
        "from_bearer": "merchant",
        "from_id": merchant,
        "to_bearer": "expense",
        "amount_fen": 200,
        "reason": "平台责任",
    }
    post("/moves", moved)
    balances = {one["kind"]: one for one in client.get(f"{BASE}/balances").json()}
    assert (balances["merchant"]["fen"], balances["expense"]["fen"], balances["deposit"]["fen"]) == (
        1_000,
        200,
        0,
    )
    account = balances["merchant"]["id"]
    entries = client.get(f"{BASE}/accounts/{account}/entries").json()
    assert [one["balance_fen"] for one in entries] == [1_000, 1_200]
    asked = post("/write-offs", {"account_id": account, "amount_fen": 1_000, "reason": "商家注销"})
    post(f"/write-offs/{asked['id']}/approve", {}, 409)
    assert len(client.get(f"{BASE}/postings?organisation_id={merchant}").json()) == 6
    own = world.client("merchant1").get(f"{BASE}/postings").json()
    assert {one["organisation_id"] for one in own} == {merchant}


def test_limits_and_settling_over_the_api(world: World) -> None:
    client = world.client("manager")
    body = {"role": "agent", "most_fen": 100, "from_date": "2030-01-01", "reason": "试行"}
    answer = client.post("/api/v1/money/limits", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["most_fen"]) == (201, 100)
    assert client.get("/api/v1/money/limits").json()[0]["role"] == "agent"
    assert client.get("/api/v1/money/differences").json() == []
