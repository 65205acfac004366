"""What is left of the lines of an order, locked, and how a sum is spread over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import connection

from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.marketplace import queries as marketplace
from bihuan.money.models import LineBalance

FREIGHT_LINE: Final = 0

_LOCK: Final = """
INSERT INTO money_linebalance AS b (line_id, order_number, number, currency, paid_fen, committed_fen)
SELECT d.id, %s, d.number, %s, d.paid, 0
FROM unnest(%s::uuid[], %s::int[], %s::bigint[]) AS d(id, number, paid)
ORDER BY d.id
ON CONFLICT (line_id) DO UPDATE SET paid_fen = greatest(EXCLUDED.paid_fen, b.committed_fen)
"""


def locked(order: marketplace.Payable) -> list[LineBalance]:
    """The balances of all lines of an order, brought up to what the marketplace says was paid.

    They stay locked until the end of the transaction, always in the same order.
    """
    lines = order.lines
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK,
            [
                order.order_number,
                order.currency,
                [line.id for line in lines],
                [line.number for line in lines],
                [line.paid_fen for line in lines],
            ],
        )
    return list(LineBalance.objects.filter(order_number=order.order_number).order_by("number"))


def spread(
    balances: list[LineBalance], amount_fen: int, wanted: Mapping[int, int], *, freight: bool
) -> dict[int, int]:
    """Line number → fen. As asked for, or over the lines in their order as far as each reaches.

    Raises Refusal where more is asked for than is left, NotFound for a line that is none.
    """
    left = {row.number: row.remaining_fen for row in balances}
    if wanted:
        return _as_asked(balances, left, amount_fen, wanted)
    usable = [n for n in sorted(left) if (n == FREIGHT_LINE) == freight]
    parts: dict[int, int] = {}
    for number in usable:
        part = min(left[number], amount_fen - sum(parts.values()))
        if part > 0:
            parts[number] = part
    if sum(parts.values()) != amount_fen:
        raise _above([row for row in balances if row.number in usable], amount_fen)
    return parts


def _as_asked(
    balances: list[LineBalance], left: Mapping[int, int], amount_fen: int, wanted: Mapping[int, int]
) -> dict[int, int]:
    if sum(wanted.values()) != amount_fen or min(wanted.values()) <= 0:
        raise Invalid("The parts of the lines do not make up the amount.", field="lines")
    for number, part in wanted.items():
        if number not in left:
            raise NotFound(kind="order line", id=str(number))
        if part > left[number]:
            raise _above([row for row in balances if row.number == number], part)
    return dict(wanted)


def _above(balances: list[LineBalance], amount_fen: int) -> Refusal:
    paid = sum(row.paid_fen for row in balances)
    committed = sum(row.committed_fen for row in balances)
    return Refusal(
        "{amount} fen is more than is left: {paid} paid, {committed} refunded or asked for.",
        code="money.above_paid",
        amount=amount_fen,
        paid=paid,
        committed=committed,
        remaining=paid - committed,
        remedy="At most {remaining} fen can go back; what the law gives beyond names its remedy's rule.",
    )
