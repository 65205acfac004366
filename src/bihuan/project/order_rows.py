"""Orders from flat rows: one CSV row is one order line, consecutive rows of one number are one order.

The columns and their Chinese names stand in docs/import.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from bihuan.engine.errors import Invalid
from bihuan.project.imports import BadFile, BadRow, Row

COLUMNS: Final = {
    "order_number": "订单号",
    "status": "订单状态",
    "ordered_at": "下单时间",
    "paid_at": "付款时间",
    "completed_at": "完成时间",
    "currency": "币种",
    "freight": "运费",
    "free_freight_from": "包邮门槛",
    "payments": "支付方式",
    "promotions": "满减",
    "shop_ref": "店铺编号",
    "shop_name": "店铺名称",
    "buyer_ref": "买家编号",
    "buyer_phone": "买家手机",
    "line": "行号",
    "product_ref": "商品编号",
    "product_title": "商品名称",
    "category": "类目",
    "sku": "规格",
    "batch": "批次",
    "unit_price": "单价",
    "quantity": "数量",
    "paid": "实付",
    "promises": "承诺",
    "kind": "商品性质",
    "confirmed": "排除确认",
    "preticked": "默认勾选",
    "gift_of": "赠品所属行",
    "gift_price": "赠品标价",
    "warranty_months": "保修月数",
    "carrier": "承运商",
    "tracking_number": "运单号",
    "shipment_state": "物流状态",
    "shipped_at": "发货时间",
    "promised_at": "承诺送达时间",
    "delivered_at": "签收时间",
    "warehouse": "发货仓",
    "region": "收货地区",
    "recipient_name": "收货人",
    "recipient_phone": "收货电话",
}
_ENGLISH: Final = {chinese: english for english, chinese in COLUMNS.items()}
NEEDED: Final = (
    "order_number",
    "status",
    "ordered_at",
    "shop_ref",
    "shop_name",
    "buyer_ref",
    "product_ref",
    "product_title",
    "category",
    "unit_price",
    "paid",
)
WORDS: Final = {
    "待付款": "placed",
    "已付款": "paid",
    "已发货": "shipped",
    "已收货": "received",
    "已完成": "completed",
    "已取消": "cancelled",
    "待发货": "preparing",
    "运输中": "in_transit",
    "派送中": "delivering",
    "已签收": "delivered",
    "已拒收": "refused",
    "已退回": "returned",
    "已丢失": "lost",
    "微信": "wechat",
    "支付宝": "alipay",
    "银行卡": "card",
    "余额": "balance",
    "积分": "points",
    "优惠券": "voucher",
    "礼品卡": "gift_card",
    "定制": "custom",
    "鲜活易腐": "perishable",
    "数字化商品": "digital",
    "报纸期刊": "newspaper",
    "食品": "food",
    "化妆品": "cosmetics",
    "医疗器械": "medical",
    "电子电器": "electronics",
    "纺织服装": "textile",
    "耐用商品": "durable",
    "普通商品": "ordinary",
    "拆封影响安全": "opened_affects_safety",
    "激活贬损价值": "activated_loses_value",
    "临期或瑕疵": "near_expiry_or_flawed",
    "是": "true",
    "否": "false",
}


_LINE_FIELDS: Final = (
    "sku",
    "unit_price",
    "quantity",
    "paid",
    "kind",
    "confirmed",
    "preticked",
    "gift_of",
    "gift_price",
    "warranty_months",
    "batch",
)


@dataclass(frozen=True, slots=True)
class Item:
    """A record in the form of the contract's ``Order``, and the line where it begins."""

    line: int
    record: dict[str, Any]


def from_json(rows: Iterable[Row | BadRow]) -> Iterator[Item | BadRow]:
    for row in rows:
        yield row if isinstance(row, BadRow) else Item(row.line, row.data)


def from_csv(rows: Iterable[Row | BadRow]) -> Iterator[Item | BadRow]:
    """An order one of whose rows cannot be read is left out whole. A row that does not even tell its
    order counts to the order before it."""
    for number, group in groupby(_numbered(_named(rows)), key=lambda pair: pair[0]):
        found = [row for _, row in group]
        good = [row for row in found if isinstance(row, Row)]
        bad = [row for row in found if isinstance(row, BadRow)]
        yield from bad
        if good and bad:
            yield _spoilt(good[0].line, number, bad[0].line)
        elif good:
            yield Item(good[0].line, _order(good))


def _spoilt(line: int, number: str, bad: int) -> BadRow:
    message = "Order {number} is left out, because line {bad} of it cannot be read."
    return BadRow(line, Invalid(message, code="import.row", field="order_number", number=number, bad=bad))


def _numbered(rows: Iterable[Row | BadRow]) -> Iterator[tuple[str, Row | BadRow]]:
    number = ""
    for row in rows:
        number = str(row.data.get("order_number") or ("" if isinstance(row, Row) else number))
        yield number, row


def _named(rows: Iterable[Row | BadRow]) -> Iterator[Row | BadRow]:
    """Rows with English column names; the first good one shows whether the columns are there."""
    checked = False
    for row in rows:
        renamed = replace(row, data={_ENGLISH.get(name, name): value for name, value in row.data.items()})
        if not checked and isinstance(renamed, Row):
            _check_columns(set(renamed.data))
            checked = True
        yield renamed


def _check_columns(names: set[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise BadFile(
            "The columns {missing} are missing.",
            field="file",
            missing=", ".join(missing),
            remedy="docs/import.md lists the columns.",
        )
    unknown = sorted(names - set(COLUMNS))
    if unknown:
        raise BadFile(
            "The columns {unknown} are not known.",
            field="file",
            unknown=", ".join(unknown)[:200],
            remedy="Leave them out, or name them as docs/import.md does.",
        )


def _order(rows: list[Row]) -> dict[str, Any]:
    first = rows[0].data
    shipments = {(s["carrier"], s["tracking_number"]): s for s in map(_shipment, rows) if s}
    return {
        "number": first["order_number"],
        "merchant": {"ref": first["shop_ref"], "name": first["shop_name"]},
        "buyer": {"ref": first["buyer_ref"], "phone": first.get("buyer_phone", "")},
        "recipient": {
            "name": first.get("recipient_name", ""),
            "phone": first.get("recipient_phone", ""),
        },
        "status": WORDS.get(first["status"], first["status"]),
        "currency": first.get("currency") or "CNY",
        "freight": first.get("freight", ""),
        "free_freight_from": first.get("free_freight_from", ""),
        "payments": _parts(first, "payments", ("way", "amount", "reference")),
        "promotions": _parts(first, "promotions", ("code", "threshold", "off")),
        "lines": [_line(row.data, position) for position, row in enumerate(rows, 1)],
        "shipments": list(shipments.values()),
    } | {name: first.get(name, "") for name in ("ordered_at", "paid_at", "completed_at", "region")}


def _line(data: dict[str, Any], position: int) -> dict[str, Any]:
    return {
        "number": data.get("line") or position,
        "product": {
            "ref": data["product_ref"],
            "title": data["product_title"],
            "category": data["category"],
        },
        "promises": _listed(data, "promises"),
    } | {name: WORDS.get(data.get(name, ""), data.get(name, "")) for name in _LINE_FIELDS}


def _listed(data: dict[str, Any], field: str) -> list[str]:
    """Values separated by semicolons."""
    found = str(data.get(field, "")).replace("；", ";").split(";")
    return [value.strip() for value in found if value.strip()]


def _parts(data: dict[str, Any], field: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Values such as ``wechat:65.50;points:3``: parts in the order of ``names``, separated by colons."""
    rows = [value.replace("：", ":").split(":") for value in _listed(data, field)]
    return [
        {name: WORDS.get(part.strip(), part.strip()) for name, part in zip(names, row, strict=False)}
        for row in rows
    ]


def _shipment(row: Row) -> dict[str, Any] | None:
    data = row.data
    if not data.get("tracking_number"):
        return None
    state = data.get("shipment_state", "")
    return {
        "carrier": data.get("carrier", ""),
        "tracking_number": data["tracking_number"],
        "state": WORDS.get(state, state),
    } | {name: data.get(name, "") for name in ("shipped_at", "promised_at", "delivered_at", "warehouse")}


def reason(error: Invalid) -> str:
    """The field and what is wrong with it, for the report."""
    return f"{error.data.get('field', '')}: {error.text()}".lstrip(": ")
