"""Incidents over the API: the same steps, the same refusals."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from bihuan.complaints import stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.incidents.models import Incident
from bihuan.marketplace.models import Order
from bihuan.project.drain import drain

from .conftest import AT, TEXT

REACH = {"from_at": "2025-06-01T00:00:00+08:00", "until_at": "2026-03-03T00:00:00+08:00"}
BASE = "/api/v1/incidents"


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{BASE}{path}", json.dumps(body or {}), content_type="application/json")


def test_from_looking_to_progress(played: stage.Stage) -> None:
    boss, orders = signed_in(played.who("supervisor")), Order.objects.count()
    looked = post(boss, "/preview", REACH).json()
    assert (looked["orders"], looked["unknown"], len(looked["numbers"])) == (orders, 0, orders)
    made = post(boss, "", {"kind": "system", "text": TEXT, "reach": REACH})
    assert made.status_code == 201
    one = f"/{made.json()['id']}"
    assert post(boss, f"{one}/freeze").json()["orders"] == orders
    assert post(boss, f"{one}/remedy", {"remedy": "validity", "days": 7}).json()["state"] == "ready"
    assert post(boss, f"{one}/start").json()["state"] == "telling"
    drain(at=AT)
    found = boss.get(f"{BASE}{one}/progress").json()
    gone = Order.objects.filter(status__in=["completed", "cancelled"]).count()
    assert gone
    assert (found["state"], found["issued"]) == ("told", {"granted": orders - gone, "failed": gone})
    assert [row["state"] for row in boss.get(BASE).json()["rows"]] == ["told"]


def test_refusals_name_the_clause_and_change_nothing(played: stage.Stage) -> None:
    boss, agent = signed_in(played.who("supervisor")), signed_in(played.who("agent"))
    body = {"kind": "system", "text": TEXT, "reach": REACH}
    assert post(agent, "", body).status_code == 403
    assert post(boss, "", {**body, "kind": "weather"}).status_code == 422
    assert post(boss, "", {**body, "surprise": 1}).status_code == 422
    one = f"/{post(boss, '', body).json()['id']}"
    refused = post(boss, f"{one}/start")
    assert (refused.status_code, refused.json()["clause"]) == (409, "PCN-2.3.4.a")
    assert Incident.objects.get().state == "declared"
    assert boss.get(f"{BASE}/00000000-0000-0000-0000-000000000000").status_code == 404
