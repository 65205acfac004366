"""The REST door: options, asking, reading, steps; bad input is a reason and writes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from bihuan.complaints.stage import Stage
from bihuan.marketplace.tests.keys import made
from bihuan.orders.models import OrderService
from bihuan.orders.tests.play import ADDRESS, PARCEL, ask, order, run, state

pytestmark = pytest.mark.django_db
BASE = "/api/v1/order-services"


def post(token: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return Client().post(f"{BASE}{path}", json.dumps(body), content_type="application/json", headers=headers)


def get(token: str, path: str) -> Any:
    return Client().get(f"{BASE}{path}", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def token() -> str:
    return made("order_services:read", "order_services:write")


def test_options_asking_and_reading(played: Stage, token: str) -> None:
    order(played)
    found = {one["service"]: one for one in get(token, "/options?order_number=S1").json()}
    assert (found["cancel"]["possible"], found["intercept"]["why"]) == (True, "not_shipped")
    done = post(token, "", {"service": "change_address", "order_number": "S1", "details": ADDRESS})
    assert (done.status_code, done.json()["state"]) == (201, "instructed")
    run()
    read = get(token, f"/{done.json()['id']}").json()
    assert (read["state"], read["instruction"]) == ("completed", "done")
    assert ADDRESS["address"] not in json.dumps(read, ensure_ascii=False)


def test_the_desks_step(played: Stage, token: str) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    case_id = ask(played, "intercept").case_id
    run()
    assert post(token, f"/{case_id}/steps/record_answer", {"outcome": "done"}).status_code == 403
    assert post(token, f"/{case_id}/steps/note_done", {}).status_code == 404
    assert state(case_id) == "instructed"


def test_a_case_of_another_flow_is_not_found(played: Stage, token: str) -> None:
    given = {
        "consumer": {"phone": "13800138000"},
        "type": "service",
        "matter": "没人回电",
        "demand": "apology",
    }
    headers = {"Authorization": f"Bearer {made('complaints:write')}"}
    done = Client().post(
        "/api/v1/complaints", json.dumps(given), content_type="application/json", headers=headers
    )
    assert done.status_code == 201, done.content
    refused = post(token, f"/{done.json()['id']}/steps/repay", {})
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


BAD: list[Any] = [
    {},
    {"service": "paint", "order_number": "S1"},
    {"service": "cancel", "order_number": ""},
    {"service": "cancel", "order_number": "S1", "channel": "pigeon"},
    {"service": "cancel", "order_number": "S1", "colour": "red"},
    {"service": "change_address", "order_number": "S1"},
    {"service": "change_address", "order_number": "S1", "details": {"address": "杭州\u0000西湖区文三路"}},
    {"service": "change_address", "order_number": "S1", "details": {"address": "x" * 301}},
    {"service": "change_phone", "order_number": "S1", "details": {"phone": "١٢٣"}},
]


@pytest.mark.parametrize("body", BAD)
def test_bad_input_is_refused_and_writes_nothing(played: Stage, token: str, body: Any) -> None:
    order(played)
    assert post(token, "", body).status_code == 422
    assert not OrderService.objects.exists()


def test_no_order_and_no_scope(played: Stage, token: str) -> None:
    assert post(token, "", {"service": "cancel", "order_number": "S9"}).status_code == 404
    assert get(token, "/options?order_number=S9").status_code == 404
    assert post(made("orders:write"), "", {"service": "cancel", "order_number": "S1"}).status_code == 403


def test_twice_is_refused_with_the_rule(played: Stage, token: str) -> None:
    order(played)
    body = {"service": "cancel", "order_number": "S1"}
    assert post(token, "", body).status_code == 201
    again = post(token, "", body)
    assert (again.status_code, again.json()["code"]) == (409, "order.open_already")
    assert again.json()["clause"] == "PCN-2.3.2.b"
