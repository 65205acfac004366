"""Which events have reactions. ``project/reactions.py`` fills this once, when the program starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_TABLE: dict[str, tuple[str, ...]] = {}
_NEEDS: dict[str, str] = {}
TASK = "project.react"
QUEUE = "reactions"


def install(table: Mapping[str, Iterable[str]], *, needs: Mapping[str, str] | None = None) -> None:
    """Replace the table: event name → names of reactions. ``needs``: a field without which the entries of
    an event have none, so that a hundred thousand letters about no case make no jobs."""
    _TABLE.clear()
    _TABLE.update({event: tuple(names) for event, names in table.items()})
    _NEEDS.clear()
    _NEEDS.update(needs or {})


def of(event: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The reactions to an entry of this event with these data."""
    return () if _NEEDS.get(event, "") not in ("", *data) else _TABLE.get(event, ())
