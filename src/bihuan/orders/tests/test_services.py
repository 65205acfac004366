"""What is possible for an order in each of its states, and why not; without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bihuan.marketplace import records
from bihuan.marketplace.queries import Order, OrderStatus
from bihuan.marketplace.tests.factories import record
from bihuan.orders import services
from bihuan.orders.services import Phase, Service, options, phase_of

PARCEL = {"carrier": "c", "tracking_number": "T1", "state": "in_transit"}


def order(status: str, *states: str) -> Order:
    parcels = [PARCEL | {"tracking_number": f"T{n}", "state": state} for n, state in enumerate(states)]
    return records.order_from(record("A1", status=status, shipments=parcels), digest=str.encode)


def said(found: Order, *running: str) -> dict[str, str]:
    return {
        str(one.service): (f"{one.way}" if one.possible else f"no:{one.why}")
        for one in options(found, running)
    }


@pytest.mark.parametrize(
    ("status", "states", "phase"),
    [
        ("placed", (), Phase.UNPAID),
        ("paid", (), Phase.UNSHIPPED),
        ("paid", ("preparing",), Phase.UNSHIPPED),
        ("paid", ("in_transit",), Phase.ON_THE_WAY),
        ("shipped", (), Phase.ON_THE_WAY),
        ("shipped", ("delivered", "in_transit"), Phase.ON_THE_WAY),
        ("shipped", ("delivered",), Phase.ARRIVED),
        ("shipped", ("refused",), Phase.ARRIVED),
        ("received", (), Phase.ARRIVED),
        ("completed", ("delivered",), Phase.ARRIVED),
        ("cancelled", (), Phase.CANCELLED),
    ],
)
def test_how_far_an_order_is(status: str, states: tuple[str, ...], phase: Phase) -> None:
    assert phase_of(order(status, *states)) is phase


def test_before_shipment() -> None:
    assert said(order("paid")) == {
        "change_address": "order", "change_recipient": "order", "change_phone": "order", "cancel": "order",
        "intercept": "no:not_shipped", "invoice": "merchant", "urge_shipment": "merchant",
    }  # fmt: skip


def test_on_the_way() -> None:
    assert said(order("shipped", "in_transit")) == {
        "change_address": "carrier", "change_recipient": "carrier", "change_phone": "carrier",
        "cancel": "guide", "intercept": "carrier", "invoice": "merchant", "urge_shipment": "no:shipped",
    }  # fmt: skip


def test_after_arrival_and_after_cancellation() -> None:
    assert said(order("received", "delivered")) == {
        "change_address": "no:arrived", "change_recipient": "no:arrived", "change_phone": "no:arrived",
        "cancel": "guide", "intercept": "no:arrived", "invoice": "merchant", "urge_shipment": "no:arrived",
    }  # fmt: skip
    assert set(said(order("cancelled")).values()) == {"no:cancelled"}


def test_unpaid() -> None:
    found = said(order("placed"))
    assert (found["cancel"], found["invoice"], found["urge_shipment"]) == ("order", "no:unpaid", "no:unpaid")


def test_guidance_names_the_ways_there_are() -> None:
    on_the_way = services.option(Service.CANCEL, order("shipped", "in_transit"))
    assert (on_the_way.why, on_the_way.routes) == ("shipped", ("intercept", "refuse_delivery", "return"))
    arrived = services.option(Service.CANCEL, order("received"))
    assert (arrived.why, arrived.routes) == ("arrived", ("return", "aftersales"))


def test_several_parcels_are_not_intercepted_while_nobody_knows_what_is_in_them() -> None:
    found = order("shipped", "in_transit", "delivering")
    assert [p.tracking_number for p in services.option(Service.ADDRESS, found).parcels] == ["T0", "T1"]
    assert services.option(Service.INTERCEPT, found).why == "several_parcels"


def test_what_runs_is_not_asked_twice_and_a_cancellation_stops_the_rest() -> None:
    found = order("paid")
    assert said(found, "change_address")["change_address"] == "no:open_already"
    running = said(found, "cancel")
    assert (running["cancel"], running["change_phone"]) == ("no:open_already", "no:being_cancelled")
    assert running["invoice"] == "merchant"


def test_every_reason_has_words() -> None:
    from bihuan.orders.labels import ROUTES, WHYS
    from bihuan.orders.refusals import SAID

    for status in OrderStatus:
        found = order(str(status))
        for states in ((), ("in_transit",), ("in_transit", "in_transit"), ("preparing",)):
            made = replace(order(str(status), *states), number=found.number)
            for one in (*options(made), *options(made, ["cancel"])):
                assert one.possible or one.why in SAID
                assert not one.why or one.why in WHYS
                assert set(one.routes) <= set(ROUTES)
