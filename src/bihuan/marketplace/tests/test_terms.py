from __future__ import annotations

from typing import Any

import pytest

from bihuan.engine.errors import NotFound
from bihuan.marketplace import models as m
from bihuan.marketplace import queries
from bihuan.marketplace.port import Exclusion, LineKind, Payment, PayWay, Promotion
from bihuan.marketplace.tests.factories import line, record, take

pytestmark = pytest.mark.django_db
PARCEL = {
    "carrier": "迅捷速运",
    "tracking_number": "T1",
    "state": "delivered",
    "shipped_at": "2026-03-02T09:00:00+08:00",
    "delivered_at": "2026-03-04T15:30:00+08:00",
}
WHOLE = record(
    "A1",
    line(
        1, 10_000, kind="electronics", confirmed="activated_loses_value", preticked=True, warranty_months=12
    ),
    line(2, 0, gift_of=1, gift_price_fen=2_900),
    freight_fen=800,
    free_freight_from_fen=9_900,
    payments=[
        {"way": "wechat", "amount_fen": 10_500, "reference": "wx-1"},
        {"way": "points", "amount_fen": 300},
    ],
    promotions=[{"code": "spring", "threshold_fen": 20_000, "off_fen": 2_000}],
    shipments=[PARCEL],
    status="received",
)


def test_an_order_keeps_how_it_was_paid_and_sold() -> None:
    take(WHOLE)
    order = queries.aftersales_facts("A1").order
    assert order.payments == (Payment(PayWay.WECHAT, 10_500, "wx-1"), Payment(PayWay.POINTS, 300))
    assert order.promotions == (Promotion("spring", 20_000, 2_000),)
    assert order.free_freight_from_fen == 9_900
    first, gift = order.lines
    assert (first.kind, first.confirmed, first.preticked) == (
        LineKind.ELECTRONICS, Exclusion.ACTIVATED, True,
    )  # fmt: skip
    assert (first.warranty_months, gift.gift_of, gift.gift_price_fen) == (12, 1, 2_900)


def test_a_record_of_before_stays_valid() -> None:
    take(record("A1"))
    order = queries.aftersales_facts("A1").order
    assert (order.payments, order.promotions, order.free_freight_from_fen) == ((), (), None)
    assert (order.lines[0].kind, order.lines[0].confirmed) == (LineKind.ORDINARY, Exclusion.NONE)


def test_the_day_of_signing_is_that_of_the_parcel_of_the_line() -> None:
    second = PARCEL | {"tracking_number": "T2", "lines": [2], "state": "in_transit", "delivered_at": None}
    take(record("A1", line(1), line(2), line(3), shipments=[PARCEL | {"lines": [1, 2]}, second]))
    signed = [(sold.signed_at, sold.shipped) for sold in queries.aftersales_facts("A1").lines]
    assert [(at.isoformat() if at else None, shipped) for at, shipped in signed] == [
        ("2026-03-04T07:30:00+00:00", True), (None, True), (None, False),
    ]  # fmt: skip


def test_the_facts_of_no_order() -> None:
    with pytest.raises(NotFound):
        queries.aftersales_facts("A9")


def test_payable_tells_the_ways_of_payment() -> None:
    take(WHOLE)
    assert [(str(p.way), p.amount_fen) for p in queries.payable("A1").payments] == [
        ("wechat", 10_500), ("points", 300),
    ]  # fmt: skip


def test_new_terms_update_an_order() -> None:
    take(record("A1"))
    assert take(WHOLE | {"lines": [line(1, 10_000, kind="food"), line(2, 0)]}).updated == 1
    assert m.OrderLine.objects.get(number=1).kind == "food"


BAD: list[tuple[dict[str, Any], str]] = [
    (record("A1", payments=[{"way": "wechat", "amount_fen": 9_999}]), "payments"),
    (record("A1", payments=[{"way": "shells", "amount_fen": 10_000}]), "way"),
    (record("A1", payments=[{"way": "card", "amount_fen": -1}]), "amount_fen"),
    (record("A1", payments=[{"way": "card", "amount_fen": 10_000, "reference": "a b"}]), "reference"),
    (record("A1", payments="wechat"), "payments"),
    (record("A1", promotions=[{"code": "Free Text", "threshold_fen": 1, "off_fen": 1}]), "code"),
    (record("A1", promotions=[{"code": "x", "threshold_fen": 1, "off_fen": 2}]), "off"),
    (record("A1", free_freight_from_fen=-1), "free_freight_from_fen"),
    (record("A1", line(kind="house")), "kind"),
    (record("A1", line(confirmed="all_of_it")), "confirmed"),
    (record("A1", line(preticked=7)), "preticked"),
    (record("A1", line(gift_of=1)), "gift_of"),
    (record("A1", line(gift_of=9)), "gift_of"),
    (record("A1", line(gift_price_fen="x")), "gift_price_fen"),
    (record("A1", line(warranty_months=601)), "warranty_months"),
]


@pytest.mark.parametrize(("bad", "field"), BAD)
def test_bad_terms_are_refused_and_write_nothing(bad: dict[str, Any], field: str) -> None:
    taken = take(bad)
    assert [r.error.data["field"] for r in taken.rejected] == [field]
    assert not m.Order.objects.exists()
