from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import NotAllowed, Unavailable
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.marketplace import actions, queries
from bihuan.marketplace import models as m
from bihuan.marketplace.port import Check
from bihuan.marketplace.tests.factories import AT, actor
from bihuan.marketplace.tests.serving import Setup, running


@pytest.fixture
def setup(settings: object) -> Iterator[Setup]:
    with running() as made:
        settings.MARKETPLACE = made.config  # type: ignore[attr-defined]
        yield made


def refresh(number: str = "A1") -> str:
    return actions.refresh_order(actor=PROGRAM, at=AT, order_number=number)


@pytest.mark.django_db
def test_a_found_order_is_kept(setup: Setup) -> None:
    assert refresh() == "found"
    assert queries.get_for(PROGRAM, "A1").lines[0].paid_fen == 10_000
    assert m.Lookup.objects.get().answered_at == AT
    assert Entry.objects.get().data == {"result": "found"}


@pytest.mark.django_db
def test_an_absent_order_is_known_to_be_absent(setup: Setup) -> None:
    assert refresh("A9") == "absent"
    assert m.Lookup.objects.get(number="A9").result == "absent"


@pytest.mark.django_db
def test_an_outage_leaves_what_is_known(setup: Setup) -> None:
    refresh()
    setup.app.faults.errors = 99
    assert refresh() == "unknown"
    row = m.Lookup.objects.get()
    assert (row.result, row.why, row.failures) == ("found", "error", 1)
    assert queries.get_for(PROGRAM, "A1").number == "A1"


@pytest.mark.django_db
def test_a_buyer_is_asked_for(setup: Setup) -> None:
    assert actions.refresh_buyer(actor=PROGRAM, at=AT, buyer_ref="buyer-1") is Check.PASS
    assert m.Buyer.objects.get().registered is True


@pytest.mark.django_db
def test_a_consumer_may_not_have_the_marketplace_asked(setup: Setup) -> None:
    with pytest.raises(NotAllowed):
        actions.refresh_order(actor=actor(Role.CONSUMER), at=AT, order_number="A1")
    assert setup.app.requests == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_inside_a_transaction(setup: Setup) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        refresh()
    assert setup.app.requests == []


@pytest.mark.django_db
def test_a_product_is_paused_or_the_outage_is_said(setup: Setup) -> None:
    refresh()
    manager = actor(Role.MANAGER)
    assert actions.pause_product(actor=manager, at=AT, product_ref="p-1", reason="batch_defect")
    assert setup.app.paused == {"p-1"}
    setup.app.faults.errors = 99
    with pytest.raises(Unavailable):
        actions.pause_product(actor=manager, at=AT, product_ref="p-2", reason="batch_defect")
    assert list(m.Product.objects.filter(paused=True).values_list("ref", flat=True)) == ["p-1"]


@pytest.mark.django_db
def test_an_order_that_is_not_known_is_fetched_once(setup: Setup) -> None:
    assert actions.fetch_order(actor=PROGRAM, at=AT, order_number="A1")
    asked = len(setup.app.requests)
    assert actions.fetch_order(actor=PROGRAM, at=AT, order_number="A1")
    assert not actions.fetch_order(actor=PROGRAM, at=AT, order_number="A9")
    assert not actions.fetch_order(actor=PROGRAM, at=AT, order_number="no number")
    assert len(setup.app.requests) == asked + 1


@pytest.mark.django_db
def test_the_built_in_store_is_asked_for_nothing() -> None:
    assert not actions.fetch_order(actor=PROGRAM, at=AT, order_number="A1")
    assert not m.Lookup.objects.exists()
