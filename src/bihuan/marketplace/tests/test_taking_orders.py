from __future__ import annotations

import pytest

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.journal.models import Entry
from bihuan.marketplace import actions, demo
from bihuan.marketplace import models as m
from bihuan.marketplace.tests.factories import AT, actor, line, record, take

pytestmark = pytest.mark.django_db


def _paid() -> list[tuple[int, int]]:
    return list(m.OrderLine.objects.order_by("number").values_list("number", "paid_fen"))


def test_an_order_is_written_with_its_lines() -> None:
    taken = take(record("A1", line(1, 10_000), line(2, 500)))
    assert (taken.new, taken.updated, taken.unchanged, taken.rejected) == (1, 0, 0, ())
    assert _paid() == [
        (1, 10_000),
        (2, 500),
    ]


def test_the_same_record_again_changes_nothing() -> None:
    take(record("A1"))
    before = list(Entry.objects.values_list("id"))
    taken = take(record("A1"))
    assert (taken.new, taken.updated, taken.unchanged) == (0, 0, 1)
    assert list(Entry.objects.values_list("id")) == before


def test_a_changed_record_updates() -> None:
    take(record("A1"))
    taken = take(record("A1", status="completed"))
    assert (taken.new, taken.updated) == (0, 1)
    assert m.Order.objects.get().status == "completed"


def test_a_line_that_is_missing_later_stays() -> None:
    take(record("A1", line(1), line(2)))
    take(record("A1", line(1, 9_000)))
    assert _paid() == [
        (1, 9_000),
        (2, 10_000),
    ]


def test_a_bad_record_is_reported_and_good_ones_are_kept() -> None:
    taken = take(record("A1"), record("A2", line(1, -5)), record("A3"))
    assert taken.new == 2
    assert [(r.index, r.number, r.error.data["field"]) for r in taken.rejected] == [
        (1, "A2", "unit_price_fen")
    ]
    assert list(m.Order.objects.order_by("number").values_list("number", flat=True)) == ["A1", "A3"]


def test_a_dry_run_writes_nothing() -> None:
    taken = take(record("A1"), dry_run=True)
    assert taken.new == 1
    assert not m.Order.objects.exists()
    assert not Entry.objects.exists()


def test_the_phone_number_is_kept_as_a_digest_only() -> None:
    take(record("A1"))
    assert len(bytes(m.Buyer.objects.get().phone_digest)) == 32


def test_a_record_without_phone_keeps_the_digest() -> None:
    take(record("A1"))
    before = bytes(m.Buyer.objects.get().phone_digest)
    take(record("A2", buyer={"ref": "buyer-1"}))
    assert bytes(m.Buyer.objects.get().phone_digest) == before


def test_two_records_of_one_order_in_a_batch_are_joined() -> None:
    take(record("A1", line(1)), record("A1", line(2)))
    assert m.OrderLine.objects.count() == 2


def test_an_agent_may_not_import() -> None:
    with pytest.raises(NotAllowed):
        actions.take_orders(actor=actor(Role.AGENT), at=AT, batch=[record()], source="import")
    assert not m.Order.objects.exists()


def test_a_batch_has_a_limit() -> None:
    with pytest.raises(Invalid):
        take(*[record(f"A{n}") for n in range(1001)])
    assert not m.Order.objects.exists()


def test_the_demo_is_the_same_for_the_same_seed_and_is_taken_whole() -> None:
    orders = demo.orders(seed=7, until=AT)
    assert orders == demo.orders(seed=7, until=AT)
    taken = take(*orders)
    assert (taken.new, taken.rejected) == (60, ())
    assert m.MerchantShop.objects.count() == 6
    categories = set(m.OrderLine.objects.values_list("category", flat=True))
    assert categories == {"food", "electronics", "clothes", "medicine", "digital", "home"}
    assert m.Shipment.objects.values("state").distinct().count() >= 5


HOSTILE = [
    None, 7, [], "x", {}, {"number": "A"}, record("A" * 65), record("A 1"), record("A1\x00"), record(""),
    record("A1", lines=[]), record("A1", lines={}), record("A1", line(1), line(1)), record("A1", line(0)),
    record("A1", line(1, 10**13)), record("A1", line(quantity=0)), record("A1", line(quantity=True)),
    record("A1", line(paid_fen=1.5)), record("A1", line(promises="x")),
    record("A1", line(promises=["Free text"])),
    record("A1", status="gone"), record("A1", ordered_at="yesterday"), record("A1", ordered_at="0001-01-01"),
    record("A1", ordered_at="2027-01-01"), record("A1", currency="yuan"),
    record("A1", buyer={"ref": "b", "phone": "x"}),
    record("A1", merchant={"ref": "s", "name": "a\x00b"}),
    record("A1", merchant={"ref": "s", "name": "\ud800"}),
    record("A1", shipments=[{"carrier": "c", "tracking_number": "1", "state": "flying"}]),
    record("A1", log=[{"at": "2026-11-01", "code": "placed", "by": "dragon"}]), record("A1", log=7),
]  # fmt: skip


@pytest.mark.parametrize("bad", HOSTILE)
def test_bad_input_is_a_reason_and_writes_nothing(bad: object) -> None:
    taken = take(bad)
    assert (taken.new, len(taken.rejected)) == (0, 1)
    assert taken.rejected[0].error.data["field"]
    assert not m.Order.objects.exists()
    assert not m.Buyer.objects.exists()
