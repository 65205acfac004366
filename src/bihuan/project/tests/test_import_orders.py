from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bihuan.journal.time import now
from bihuan.marketplace import actions, demo
from bihuan.marketplace.models import Order, OrderLine, Shipment
from bihuan.marketplace.tests.factories import AT, record
from bihuan.project import cli
from bihuan.project.cli import import_orders
from bihuan.project.imports import BadFile, opened, rows

pytestmark = pytest.mark.django_db
HEAD = (
    "订单号,订单状态,下单时间,店铺编号,店铺名称,买家编号,买家手机,商品编号,商品名称,类目,单价,数量,实付,"
    "承运商,运单号,物流状态"
)


def row(number: str = "A1", **more: str) -> str:
    cells = {
        "订单号": number, "订单状态": "已付款", "下单时间": "2026-03-01 09:00", "店铺编号": "s-1",
        "店铺名称": "青禾小灶", "买家编号": "b-1", "买家手机": "19900000001", "商品编号": "p-1",
        "商品名称": "番茄牛腩饭，双人", "类目": "food", "单价": "68.00", "数量": "1", "实付": "65.5",
        "承运商": "", "运单号": "", "物流状态": "",
    } | more  # fmt: skip
    return ",".join(f'"{cells[name]}"' for name in HEAD.split(","))


def run(path: Path | str, *options: str) -> int:
    parser = __import__("argparse").ArgumentParser()
    import_orders.add_parser(parser.add_subparsers())
    return import_orders.run(parser.parse_args(["orders", str(path), *options]))


def csv(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes("\n".join((HEAD, *lines)).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    assert run(csv(tmp_path, row(), encoding=encoding)) == 0
    line = OrderLine.objects.get()
    assert (line.title, line.unit_price_fen, line.paid_fen) == ("番茄牛腩饭，双人", 6800, 6550)
    assert Order.objects.get().ordered_at.isoformat() == "2026-03-01T01:00:00+00:00"


def test_consecutive_rows_are_one_order(tmp_path: Path) -> None:
    more = {"承运商": "迅捷速运", "运单号": "T1", "物流状态": "运输中"}
    assert run(csv(tmp_path, row(**more), row(商品编号="p-2", 实付="1", **more), row("A2"))) == 0
    assert list(OrderLine.objects.order_by("order__number", "number").values_list("number", "paid_fen")) == [
        (1, 6550), (2, 100), (1, 6550),
    ]  # fmt: skip
    assert Shipment.objects.get().state == "in_transit"


def test_terms_and_payments_from_chinese_columns(tmp_path: Path) -> None:
    extra = "包邮门槛,支付方式,满减,商品性质,排除确认,默认勾选,赠品所属行,赠品标价,保修月数"
    values = "99,微信:60.00:wx-1；积分：5.50,spring:100:20,电子电器,激活贬损价值,是,,0,12"
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEAD},{extra}\n{row()},{values}\n", "utf-8")
    assert run(path) == 0
    order, line = Order.objects.get(), OrderLine.objects.get()
    assert order.payments == [["wechat", 6000, "wx-1"], ["points", 550, ""]]
    assert (order.promotions, order.free_freight_from_fen) == ([["spring", 10_000, 2_000]], 9_900)
    assert (line.kind, line.confirmed, line.preticked, line.warranty_months) == (
        "electronics", "activated_loses_value", True, 12,
    )  # fmt: skip


def test_json_lines_and_gzip(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl.gz"
    lines = [json.dumps(order, ensure_ascii=False) for order in demo.orders(seed=3, until=AT)]
    path.write_bytes(gzip.compress("\n\n".join(lines).encode(), mtime=0))
    assert run(path, "--batch", "7") == 0
    assert Order.objects.count() == 60


def test_bad_rows_are_reported_by_line_and_good_ones_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv(tmp_path, row("A1"), row("A2", 实付="-1"), row("A3", 订单状态="飞走了"), "B,b", row("A4"))
    assert run(path, "--json") == 1
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.err.splitlines()] == ["line 5", "line 3", "line 4"]
    assert "paid" in said.err
    assert "status" in said.err
    assert json.loads(said.out) == {"dry_run": False, "new": 2, "updated": 0, "unchanged": 0, "left_out": 3}
    assert list(Order.objects.order_by("number").values_list("number", flat=True)) == ["A1", "A4"]


def test_an_order_with_an_unreadable_row_is_left_out_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(csv(tmp_path, row("A1"), "A1,too,short", row("A1", 商品编号="p-3"), row("A2"))) == 1
    assert "Order A1 is left out, because line 3 of it cannot be read." in capsys.readouterr().err
    assert list(Order.objects.values_list("number", flat=True)) == ["A2"]


def test_repeating_adds_nothing_and_a_dry_run_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv(tmp_path, row("A1"), row("A2"))
    run(path, "--dry-run")
    assert (capsys.readouterr().out, Order.objects.count()) == (
        "Dry run, nothing written: 2 new, 0 updated, 0 unchanged, 0 left out\n", 0,
    )  # fmt: skip
    run(path)
    run(path)
    assert capsys.readouterr().out.splitlines()[-1] == "Orders: 0 new, 0 updated, 2 unchanged, 0 left out"


def test_interrupted_it_keeps_whole_batches_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv(tmp_path, *(row(f"A{n}") for n in range(10)))
    real, calls = actions.take_orders, []

    def interrupted(**given: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(actions, "take_orders", interrupted)
    assert run(path, "--batch", "3") == 130
    assert Order.objects.count() == 6
    assert run(path, "--batch", "3") == 0
    assert Order.objects.count() == 10


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv(tmp_path, row()).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert run("-") == 0
    assert Order.objects.count() == 1


HOSTILE = [
    (b"", "it is empty"),
    (b"\x00\x01\x02", "it is no text"),
    ("订单号".encode("utf-16"), "UTF-16"),
    (b"\xff\xfe\xfa,\xff", "UTF-16"),
    (b"\x81\xff\xff", "neither UTF-8 nor GB18030"),
    (b"\x1f\x8b\x08broken", "cannot be imported"),
    (gzip.compress(b"a,b\n" * 1000, mtime=0)[:-20], "cannot be imported"),
    (b"a,a\n1,2", "does not name each column once"),
    (b"a,b\n1,2", "are missing"),
    ((HEAD + ",\u9f99\n" + row() + ",1").encode(), "are not known"),
]


@pytest.mark.parametrize(("content", "why"), HOSTILE)
def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile) as refused:
        run(path)
    assert why in refused.value.text()
    assert not Order.objects.exists()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadFile):
            run(path)


ODD = ['{"number": 1', "[1]", "7", "null", "[" * 5000, '"' + "x" * (2 << 20) + '"', '{"a": "\\ud800"}']


def test_odd_json_lines_are_reported_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_text("\n".join([json.dumps(record("A1")), *ODD, json.dumps(record("A2"))]), "utf-8")
    assert run(path) == 1
    assert len(capsys.readouterr().err.splitlines()) == len(ODD)
    assert Order.objects.count() == 2


def test_a_quotation_mark_that_never_ends(tmp_path: Path) -> None:
    path = csv(tmp_path, row("A1"), '"A2,never ends', row("A3"))
    with opened(str(path)) as source:
        assert len(list(rows(source))) >= 2


def test_it_is_registered_as_a_command() -> None:
    assert cli.COMMANDS["import"].module == "imports"
    assert now() is not None
