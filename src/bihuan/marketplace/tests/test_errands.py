"""The built-in store carries out what it can, and waits for people with the rest."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import NotAllowed
from bihuan.marketplace import models as m
from bihuan.marketplace import queries, signature
from bihuan.marketplace.queries import Parcel
from bihuan.marketplace.tests.factories import actor, record, take
from bihuan.marketplace.tests.instructing import ADDRESS, SYSTEM, again, give, later, poll, send
from bihuan.marketplace.tests.test_instructions import PARCEL

pytestmark = pytest.mark.django_db


def test_a_change_before_shipment_is_made_at_once() -> None:
    take(record())
    assert send(give()) == "done"
    send(give(key="order-0002", details={"phone": "19900000010"}))
    assert queries.delivery_of(SYSTEM, "A1") == ADDRESS | {"phone": "19900000010"}
    assert "王小明".encode() not in bytes(m.Delivery.objects.get().sealed)


def test_who_reads_the_delivery_data() -> None:
    take(record())
    with pytest.raises(NotAllowed):
        queries.delivery_of(actor(Role.AGENT), "A1")
    assert queries.delivery_of(SYSTEM, "A1") == {}


def test_a_cancellation_cancels_and_is_logged_once() -> None:
    take(record())
    row = give("cancel_order")
    assert (send(row), send(row)) == ("done", "done")
    assert m.Order.objects.get().status == "cancelled"
    assert list(m.OrderLog.objects.values_list("code", "by")) == [("cancelled", "platform")]
    take(record())
    assert m.Order.objects.get().status == "cancelled"


@pytest.mark.parametrize("kind", ["change_order", "cancel_order", "urge_shipment"])
def test_after_shipment_it_is_refused(kind: str) -> None:
    take(record(status="shipped"))
    row = give(kind)
    assert (send(row), again(row).code) == ("refused", "shipped")
    assert (m.Order.objects.get().status, m.Delivery.objects.count()) == ("shipped", 0)


def test_an_order_that_is_not_there() -> None:
    row = give()
    assert (send(row), again(row).code) == ("refused", "order_absent")


@pytest.mark.parametrize(
    ("state", "tracking_number", "outcome"),
    [("in_transit", "T1", "pending"), ("in_transit", "T9", "refused"), ("delivered", "T1", "refused")],
)
def test_a_parcel_waits_for_the_carrier(state: str, tracking_number: str, outcome: str) -> None:
    take(record(status="shipped", shipments=[PARCEL | {"state": state}]))
    row = give("intercept_parcel", parcel=Parcel("迅捷速运", tracking_number))
    assert send(row) == outcome
    assert poll(row, later(31)) == outcome


def test_a_callback_needs_the_signature(settings: object) -> None:
    body = json.dumps({"key": "order-0001", "state": "done"})
    found = Client().post("/api/v1/orders/callbacks", body, content_type="application/json")
    assert (found.status_code, found.json()["code"]) == (403, "marketplace.signature")


def test_a_signed_callback_is_taken(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    take(record())
    row = give("reissue_invoice", details={"title": "某某公司"})
    send(row)
    monkeypatch.setenv("BIHUAN_MARKETPLACE_KEY_ID", "shop")
    monkeypatch.setenv("BIHUAN_MARKETPLACE_SECRET", "s")
    body = json.dumps({"key": "order-0001", "state": "done", "reference": "inv-1"}).encode()
    unix = int(__import__("time").time())
    header = signature.sign("s", "shop", t=unix, method="POST", target="/api/v1/orders/callbacks", body=body)
    found = Client().post(
        "/api/v1/orders/callbacks",
        body,
        content_type="application/json",
        headers={"Bihuan-Signature": header},
    )
    assert (found.status_code, again(row).state, again(row).reference) == (204, "done", "inv-1")
