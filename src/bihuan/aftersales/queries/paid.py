"""What was paid for an order on the same ground before."""

from __future__ import annotations

from uuid import UUID

from bihuan.aftersales.models import Part
from bihuan.aftersales.promising import Promised
from bihuan.money import queries as money


def promised_before(order_number: str, promise: Promised | None, *, besides: UUID | None = None) -> int:
    """Fen that other cases of the order paid on the wrong for which this promise pays, above all complaints.

    A multiple of the price is paid for pieces, and no piece is in two applications: what other
    applications paid by it was for other pieces. A sum for lateness is paid once an order.
    """
    if promise is None:
        return 0
    others = set()
    if promise.times is not None:
        parts = Part.objects.filter(kind="promise", application__case__order_number=order_number)
        others = set(parts.values_list("application_id", flat=True))
    rows = money.beyond_price(order_number, rules=promise.rules)
    return sum(fen for case_id, fen in rows if case_id != besides and case_id not in others)
