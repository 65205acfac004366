"""Whose answer a request about an order waits for: the merchant's, or that of a carrier who is here."""

from __future__ import annotations

from datetime import timedelta

from bihuan.cases.flow import Next
from bihuan.cases.models import Case
from bihuan.orders.models import OrderService
from bihuan.orders.services import Way


def awaiting(case: Case) -> Next | None:
    """None where the desk asks: several carriers, or one that has nobody here (PCN-2.3.2.a)."""
    if case.state != "instructed":
        return None
    row: OrderService | None = getattr(case, "service", None)
    if row is None:
        return None
    if row.way == Way.MERCHANT:
        return Next("record_answer", "merchant", timedelta(days=1))
    if row.way == Way.CARRIER and case.partner_id is not None:
        return Next("record_answer", "carrier", timedelta(days=1))
    return None
