"""What is left of the lines and of the ways of payment of an order, locked; how a sum is spread over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.marketplace import queries as marketplace
from bihuan.money.splitting import Left

FREIGHT_LINE: Final = 0

_LOCK: Final = """
WITH lines AS (
    INSERT INTO money_linebalance AS b (line_id, order_number, number, currency, paid_fen, committed_fen)
    SELECT d.id, %(order)s, d.number, %(currency)s, d.paid, 0
    FROM unnest(%(ids)s::uuid[], %(numbers)s::int[], %(paid)s::bigint[]) AS d(id, number, paid)
    ORDER BY d.id
    ON CONFLICT (line_id) DO UPDATE SET paid_fen = greatest(EXCLUDED.paid_fen, b.committed_fen)
    RETURNING line_id, number, paid_fen, committed_fen
), ways AS (
    INSERT INTO money_waybalance AS w (order_number, way, reference, paid_fen, committed_fen)
    SELECT %(order)s, d.way, d.reference, sum(d.paid), 0
    FROM unnest(%(ways)s::text[], %(references)s::text[], %(sums)s::bigint[]) AS d(way, reference, paid)
    GROUP BY d.way, d.reference ORDER BY d.way, d.reference
    ON CONFLICT (order_number, way, reference)
        DO UPDATE SET paid_fen = greatest(EXCLUDED.paid_fen, w.committed_fen)
    RETURNING id, way, reference, paid_fen, committed_fen
)
SELECT 0, line_id, NULL::bigint, number, NULL, NULL, paid_fen, committed_fen FROM lines
UNION ALL SELECT 1, NULL, id, NULL, way, reference, paid_fen, committed_fen FROM ways
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order, locked: what was paid for it and what of that is on its way back."""

    line_id: UUID
    number: int
    paid_fen: int
    committed_fen: int

    @property
    def remaining_fen(self) -> int:
        return self.paid_fen - self.committed_fen


def locked(order: marketplace.Payable) -> tuple[list[Line], list[Left]]:
    """The lines of an order by number and the ways it was paid, brought up to what the marketplace says.

    They stay locked until the end of the transaction, always in the same order; one round trip.
    """
    lines, paid = order.lines, [one for one in order.payments if one.amount_fen > 0]
    values: dict[str, Any] = {
        "order": order.order_number,
        "currency": order.currency,
        "ids": [line.id for line in lines],
        "numbers": [line.number for line in lines],
        "paid": [line.paid_fen for line in lines],
        "ways": [str(one.way) for one in paid],
        "references": [one.reference for one in paid],
        "sums": [one.amount_fen for one in paid],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, values)
        rows = cursor.fetchall()
    found = [Line(row[1], row[3], row[6], row[7]) for row in rows if row[0] == 0]
    ways = [Left(row[2], row[4], row[5], row[6] - row[7]) for row in rows if row[0] == 1]
    return sorted(found, key=lambda one: one.number), sorted(ways, key=lambda one: (one.way, one.reference))


def spread(
    balances: Sequence[Line], amount_fen: int, wanted: Mapping[int, int], *, freight: bool
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
    balances: Sequence[Line], left: Mapping[int, int], amount_fen: int, wanted: Mapping[int, int]
) -> dict[int, int]:
    if sum(wanted.values()) != amount_fen or min(wanted.values()) <= 0:
        raise Invalid("The parts of the lines do not make up the amount.", field="lines")
    for number, part in wanted.items():
        if number not in left:
            raise NotFound(kind="order line", id=str(number))
        if part > left[number]:
            raise _above([row for row in balances if row.number == number], part)
    return dict(wanted)


def _above(balances: Sequence[Line], amount_fen: int) -> Refusal:
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
