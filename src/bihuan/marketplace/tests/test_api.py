from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import path
from ninja import NinjaAPI

from bihuan.accounts.models import ApiKey
from bihuan.engine.errors import BihuanError
from bihuan.marketplace.api import router
from bihuan.marketplace.models import Order
from bihuan.marketplace.tests.factories import AT, line, record
from bihuan.marketplace.tests.keys import made

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
api = NinjaAPI(urls_namespace="marketplace-test")
api.add_router("", router)


@api.exception_handler(BihuanError)
def refused(request: Any, error: BihuanError) -> Any:
    return api.create_response(request, {"code": error.error_code}, status=error.status)


urlpatterns = [path("api/", api.urls)]


def post(token: str, body: Any, query: str = "") -> Any:
    return Client().post(
        f"/api/orders/import{query}", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


def test_orders_are_handed_in_and_read() -> None:
    token = made("orders:write", "orders:read")
    answer = post(token, {"orders": [record("A1", line(1, 700)), {"number": "A2"}]})
    assert answer.json() == {
        "new": 1, "updated": 0, "unchanged": 0, "dry_run": False,
        "rejected": [
            {"index": 1, "number": "A2", "field": "lines", "reason": "An order needs at least one line."}
        ],
    }  # fmt: skip
    found = Client().get("/api/orders/A1", headers={"Authorization": f"Bearer {token}"}).json()
    assert (found["lines"][0]["paid_fen"], found["buyer_ref"]) == (700, "buyer-1")
    assert "199" not in json.dumps(found)


def test_a_dry_run_writes_nothing() -> None:
    assert post(made("orders:write"), {"orders": [record()]}, "?dry_run=true").json()["new"] == 1
    assert not Order.objects.exists()


@pytest.mark.parametrize("scopes", [(), ("orders:read",), ("refunds:write",)])
def test_a_key_without_the_scope_writes_nothing(scopes: tuple[str, ...]) -> None:
    assert post(made(*scopes), {"orders": [record()]}).status_code == 403
    assert not Order.objects.exists()


def test_no_key_and_too_much() -> None:
    assert post("bh_nothing", {"orders": []}).status_code == 401
    assert post(made("orders:write"), {"orders": [0] * 1001}).status_code == 422
    assert post(made("orders:write"), {"orders": "x"}).status_code == 422
    assert ApiKey.objects.filter(created_at=AT).count() == 2
