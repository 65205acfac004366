"""Which orders a warehouse, a region or a batch touched: as the marketplace tells it, else by the track."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from bihuan.marketplace import queries
from bihuan.marketplace.queries import LateGroup, Reach
from bihuan.marketplace.tests.factories import AT, line, record, take

pytestmark = pytest.mark.django_db
EVER = {"from_at": datetime.fromisoformat("2026-03-01T00:00:00+08:00"), "until_at": AT}


def parcel(number: str, *places: str, **more: Any) -> dict[str, Any]:
    """Promised for 5 March; ``places``: where it was collected, then where it came through."""
    codes = ["collected", *["arrived"] * (len(places) - 1)]
    days = range(2, 2 + len(places))
    track = [
        {"at": f"2026-03-{day:02d}T09:00:00+08:00", "code": code, "place": place}
        for day, code, place in zip(days, codes, places, strict=True)
    ]
    promised = {"shipped_at": "2026-03-02T09:00:00+08:00", "promised_at": "2026-03-05T09:00:00+08:00"}
    named = {"carrier": "迅捷速运", "tracking_number": number, "state": "in_transit"}
    return named | promised | {"track": track} | more


@pytest.fixture(autouse=True)
def orders() -> None:
    take(
        record("A1", line(1, batch="B7", sku="红"), region="浙江省杭州市",
               shipments=[parcel("T1", "杭州", "郑州", warehouse="东仓")]),
        record("A2", line(1, batch="B8"), line(2, batch="B7"), region="浙江省宁波市"),
        record("A3", line(1), region="河南省郑州市", shipments=[parcel("T3", "东仓", "杭州")]),
    )  # fmt: skip


def touched(**narrow: Any) -> list[str]:
    statement, values = queries.touched(Reach(**EVER, **narrow), at=AT)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM ({statement}) t ORDER BY 1", values)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("narrow", "found"),
    [
        ({"warehouse": "东仓"}, ["A1", "A3"]),
        ({"warehouse": "杭州"}, []),
        ({"region": "浙江省"}, ["A1", "A2"]),
        ({"region": "浙江省宁波市"}, ["A2"]),
        ({"region": "郑州"}, ["A1"]),
        ({"region": "浙江省", "late": True}, ["A1"]),
        ({"batch": "B7"}, ["A1", "A2"]),
        ({"batch": "B7", "product": "p-1"}, ["A1"]),
        ({"batch": "B7", "product": "p-1", "sku": "蓝"}, []),
        ({"batch": "B7", "region": "浙江省", "carrier": "迅捷速运", "warehouse": "东仓"}, ["A1"]),
    ],
)
def test_what_a_reach_finds(narrow: dict[str, Any], found: list[str]) -> None:
    assert touched(**narrow) == found


def test_a_batch_can_be_kept_and_read_again() -> None:
    reach = Reach(**EVER, batch="B7")
    assert queries.reach_of(reach.as_json()) == reach


def test_a_fact_leads_when_late_parcels_are_grouped() -> None:
    found = queries.late_groups(since=AT - timedelta(days=20), at=AT, least=1)
    assert found == [
        LateGroup("carrier", "迅捷速运", 2, 2), LateGroup("warehouse", "东仓", 2, 2),
        LateGroup("region", "杭州", 1, 1), LateGroup("region", "河南省郑州市", 1, 1),
        LateGroup("region", "浙江省杭州市", 1, 1), LateGroup("region", "郑州", 1, 1),
    ]  # fmt: skip


def test_an_order_keeps_where_it_comes_from() -> None:
    order = queries.aftersales_facts("A1").order
    assert (order.region, order.shipments[0].warehouse, order.lines[0].batch) == (
        "浙江省杭州市",
        "东仓",
        "B7",
    )


def test_a_region_is_no_place_for_a_number() -> None:
    take(record("A4", region="浙江省 13812345678"))
    assert queries.aftersales_facts("A4").order.region == "浙江省 #"
