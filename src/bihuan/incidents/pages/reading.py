"""Forms of incidents read into values, and what is refused named by its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from django.http import QueryDict

from bihuan.engine.errors import Invalid
from bihuan.marketplace.queries import OrderStatus, Reach

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_TEXTS: Final = ("carrier", "warehouse", "region", "shop", "product", "sku", "batch")


def reach(given: QueryDict) -> Reach:
    """Which orders. Raises Invalid with the field."""
    states = [state for state in given.getlist("states") if state in set(OrderStatus)]
    return Reach(
        from_at=moment(given, "from_at"),
        until_at=moment(given, "until_at"),
        by=given.get("by", "") or "ordered",
        states=tuple(states),
        late=given.get("late") == "on",
        **{name: given.get(name, "").strip()[:120] for name in _TEXTS},
    )


def moment(given: Mapping[str, str], name: str) -> datetime:
    """A day and time as the browser's field gives it, in China."""
    text = str(given.get(name, "")).strip().replace(" ", "T")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=_ZONE)
    except ValueError:
        raise Invalid(
            "{value} is not a time.",
            field=name,
            value=text[:40],
            remedy="Give day and time, such as 2026-03-01 18:00.",
        ) from None


def fen(given: Mapping[str, str], name: str) -> int:
    """Yuan with at most two decimals, in fen; nothing is 0."""
    text = str(given.get(name, "")).strip().replace(",", "").removeprefix("¥")
    try:
        amount = Decimal(text or "0") * 100
    except InvalidOperation:
        amount = Decimal("0.5")
    if not amount.is_finite() or amount != int(amount) or not 0 <= amount <= 10**12:
        raise Invalid(
            "{value} is not a sum of money.",
            field=name,
            value=text[:40],
            remedy="Give yuan with at most two decimals, such as 128.50.",
        )
    return int(amount)


def whole(given: Mapping[str, str], name: str) -> int:
    """A number of days; nothing is 0."""
    text = str(given.get(name, "")).strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid(field=name, remedy="Give a whole number of days.")
    return int(text or 0)
