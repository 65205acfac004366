"""Forms of incidents read into values, and what is refused named by its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import QueryDict

from bihuan.cases import forms
from bihuan.engine.errors import Invalid
from bihuan.marketplace.queries import OrderStatus, Reach

_TEXTS: Final = ("carrier", "warehouse", "region", "shop", "product", "sku", "batch")


def reach(given: QueryDict) -> Reach:
    """Which orders. Raises Invalid with the field."""
    states = [state for state in given.getlist("states") if state in set(OrderStatus)]
    return Reach(
        from_at=forms.instant(given.get("from_at", ""), "from_at"),
        until_at=forms.instant(given.get("until_at", ""), "until_at"),
        by=given.get("by", "") or "ordered",
        states=tuple(states),
        late=given.get("late") == "on",
        **{name: given.get(name, "").strip()[:120] for name in _TEXTS},
    )


def fen(given: Mapping[str, str], name: str) -> int:
    """Yuan with at most two decimals, in fen; nothing is 0."""
    text = str(given.get(name, "")).strip()
    return forms.fen(text, name) if text else 0


def whole(given: Mapping[str, str], name: str) -> int:
    """A number of days; nothing is 0."""
    text = str(given.get(name, "")).strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid(field=name, remedy="Give a whole number of days.")
    return int(text or 0)
