"""How the built-in store gives vouchers and longer validity: entered into its own book, many at a time.

It has no checkout. Whoever redeems a voucher, or lets an order expire, reads the book
(``queries.grants_of``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bihuan.marketplace import models as m
from bihuan.marketplace.grant import Grant, GrantAnswer, GrantKind, GrantState
from bihuan.marketplace.port import OrderStatus

ENDED: Final = (OrderStatus.CANCELLED, OrderStatus.COMPLETED)


def enter(grants: Sequence[Grant]) -> tuple[GrantAnswer, ...]:
    """Three statements, however many; a key that is in the book gives nothing more."""
    numbers = {one.order_number for one in grants}
    orders = {order.number: order for order in m.Order.objects.filter(number__in=numbers)}
    refused = {one.key: code for one in grants if (code := _against(one, orders.get(one.order_number)))}
    rows = [_row(one, orders[one.order_number]) for one in grants if one.key not in refused]
    m.Grant.objects.bulk_create(rows, ignore_conflicts=True)
    booked = m.Grant.objects.in_bulk([one.key for one in grants])
    return tuple(_answer(one, booked.get(one.key), refused.get(one.key, ""), orders) for one in grants)


def _against(one: Grant, order: m.Order | None) -> str:
    if order is None:
        return "order_absent"
    return "ended" if one.kind is GrantKind.VALIDITY and order.status in ENDED else ""


def _row(one: Grant, order: m.Order) -> m.Grant:
    return m.Grant(
        key=one.key,
        order_id=order.id,
        kind=str(one.kind),
        amount_fen=one.amount_fen,
        currency=one.currency,
        days=one.days,
        reason_code=one.reason_code,
    )


def _answer(one: Grant, row: m.Grant | None, refusal: str, orders: dict[str, m.Order]) -> GrantAnswer:
    """What stands in the book leads: what was given stays given when the order ends later."""
    if row is None:
        return GrantAnswer(one.key, GrantState.REFUSED, refusal)
    asked = (one.order_number, str(one.kind), one.amount_fen, one.currency, one.days)
    order = orders.get(one.order_number)
    number = one.order_number if order and order.id == row.order_id else ""
    if asked != (number, row.kind, row.amount_fen, row.currency, row.days):
        return GrantAnswer(one.key, GrantState.REFUSED, "key_used")
    return GrantAnswer(one.key, GrantState.GRANTED, reference=f"book-{row.key}"[:64], at=row.booked_at)
