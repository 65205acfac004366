from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import path
from ninja import NinjaAPI

from bihuan.engine.errors import BihuanError
from bihuan.marketplace import signature
from bihuan.marketplace.tests.keys import made
from bihuan.marketplace.tests.serving import Setup
from bihuan.money.api import router
from bihuan.money.tests.factories import ask, line, order, said, send, state

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
api = NinjaAPI(urls_namespace="money-test")
api.add_router("", router)


@api.exception_handler(BihuanError)
def refused(request: Any, error: BihuanError) -> Any:
    return api.create_response(request, {"code": error.error_code}, status=error.status)


urlpatterns = [path("api/", api.urls)]
BODY = {"key": "refund-0001", "state": "credited", "amount_fen": 700, "reference": "pay-1"}


def tell(bank: Setup, body: Any = BODY, *, secret: str = "", t: int = 0) -> int:
    content = json.dumps(body).encode()
    signed = signature.sign(
        secret or bank.config.secret, bank.config.key_id, t=t or int(time.time()), method="POST",
        target="/api/money/callbacks", body=content,
    )  # fmt: skip
    return Client().post(
        "/api/money/callbacks", content, content_type="application/json", headers={"Bihuan-Signature": signed}
    ).status_code  # fmt: skip


def test_a_signed_callback_is_taken_once(bank: Setup) -> None:
    order()
    row = ask(700)
    send(row)
    assert (tell(bank), tell(bank)) == (204, 204)
    assert said(row).count("refund_credited") == 1


def test_a_callback_that_is_not_signed_so_changes_nothing(bank: Setup) -> None:
    order()
    row = ask(700)
    send(row)
    assert tell(bank, secret="guessed") == 403
    assert tell(bank, t=int(time.time()) - 400) == 403
    assert Client().post("/api/money/callbacks", BODY, content_type="application/json").status_code == 403
    assert tell(bank, BODY | {"amount_fen": 0}) == 422
    assert tell(bank, BODY | {"key": "refund-0009"}) == 404
    assert state(row) == "initiated"


def test_without_a_marketplace_outside_nobody_can_sign(settings: Any) -> None:
    order()
    row = ask(700)
    send(row)
    content = json.dumps(BODY).encode()
    signed = signature.sign(
        "", "k", t=int(time.time()), method="POST", target="/api/money/callbacks", body=content
    )
    answer = Client().post(
        "/api/money/callbacks", content, content_type="application/json", headers={"Bihuan-Signature": signed}
    )
    assert (answer.status_code, state(row)) == (403, "initiated")


def test_reading_and_reconciling_with_a_key(bank: Setup) -> None:
    order()
    row = ask(700)
    send(row)
    headers = {"Authorization": f"Bearer {made('refunds:read', 'refunds:write')}"}
    assert Client().get(f"/api/refunds/{row.id}", headers=headers).json()["amount_fen"] == 700
    assert [r["key"] for r in Client().get("/api/refunds", headers=headers).json()] == ["refund-0001"]
    body = {
        "statement": "S-1", "from_at": "2026-03-01T00:00:00Z", "until_at": "2026-04-01T00:00:00Z",
        "rows": [{"key": "refund-0001", "amount_fen": 700, "credited_at": "2026-03-20T05:00:00Z"}],
    }  # fmt: skip
    found = Client().post(
        "/api/money/statements", json.dumps(body), content_type="application/json", headers=headers
    ).json()  # fmt: skip
    assert found == {"rows": 1, "credited": 1, "differences": []}
    assert state(row) == "credited"


def test_a_program_may_not_approve() -> None:
    order(line(1, 100_000))
    row = ask(20_001)
    headers = {"Authorization": f"Bearer {made('refunds:write')}"}
    assert Client().post(f"/api/refunds/{row.id}/approve", headers=headers).status_code == 403
    assert state(row) == "held"
