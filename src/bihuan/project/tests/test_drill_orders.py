"""Orders of another marketplace, read for a drill: shifted by whole weeks, cents one to one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bihuan.engine.errors import Invalid
from bihuan.project.drill.orders import SHIFT, read

ROW = {
    "id": "7", "order_status": "delivered", "order_products_value": "89.99", "order_freight_value": "14.38",
    "order_items_qty": "2", "order_purchase_timestamp": "2017-08-30 11:41:01.000000",
    "order_estimated_delivery_date": "2017-09-07 00:00:00.000000",
    "order_delivered_customer_date": "2017-09-08 20:35:27.276847", "customer_state": "MG",
    "product_category_name": "telefonia", "review_score": "2", "review_comment_message": "x",
    "most_voted_subclass": "atrasado",
}  # fmt: skip


def _file(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "orders.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_row_becomes_an_order_with_the_same_weekday(tmp_path: Path) -> None:
    row = read(_file(tmp_path, ROW))[0]
    assert (row.goods_fen, row.freight_fen, row.pieces) == (8_999, 1_438, 2)
    assert SHIFT.days % 7 == 0
    assert row.ordered_at.isoformat() == "2026-06-03T11:41:01+08:00"
    assert (row.late, row.missing) == (True, False)


def test_the_marketplace_tells_of_the_delivery_when_it_has_happened(tmp_path: Path) -> None:
    row = read(_file(tmp_path, ROW))[0]
    first = {"merchant": {"ref": "m1"}, "buyer": {"ref": "b1"}}
    assert row.delivered_at is not None
    before, after = row.order(first, row.promised_at), row.order(first, row.delivered_at)
    assert (before["status"], after["status"]) == ("shipped", "received")
    assert before["lines"][0]["kind"] == "electronics"


@pytest.mark.parametrize(("change", "said"), [({"review_score": "x"}, "Line 2"), ({"id": None}, "id")])
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, change: dict[str, str | None], said: str) -> None:
    broken = {k: v for k, v in {**ROW, **change}.items() if v is not None}
    with pytest.raises(Invalid) as refused:
        read(_file(tmp_path, ROW, broken))
    assert said in str(refused.value)
