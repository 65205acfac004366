"""Which events have reactions. ``project/reactions.py`` fills this once, when the program starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_TABLE: dict[str, tuple[str, ...]] = {}
TASK = "project.react"
QUEUE = "reactions"


def install(table: Mapping[str, Iterable[str]]) -> None:
    """Replace the table: event name → names of reactions."""
    _TABLE.clear()
    _TABLE.update({event: tuple(names) for event, names in table.items()})


def of(event: str) -> tuple[str, ...]:
    return _TABLE.get(event, ())
