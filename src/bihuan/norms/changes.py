"""What kind of change lies between two texts of a clause.

A new figure under a new date of effect is a change of the rule; a changed figure, event or
condition under an old date is a correction of our transcription. Neither re-judges a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

WORDS: Final = {"title", "text", "note", "source", "verified", "assumed"}
DATED: Final = ("limit", "values")


@dataclass(frozen=True, slots=True)
class Difference:
    """``kind``: added, removed, value, correction, status, wording; ``dates``: new dates of effect."""

    kind: str
    dates: tuple[str, ...] = ()


def difference(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Difference:
    """Compare two canonical bodies; the weightiest kind wins."""
    if old is None or new is None:
        return Difference("added" if old is None else "removed")
    dates = tuple(
        sorted(day for key in DATED for day in _mapping(new, key).keys() - _mapping(old, key).keys())
    )
    changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    if changed - WORDS - {"status", "until"} - set(DATED) or _rewritten(old, new):
        return Difference("correction", dates)
    if dates or "until" in changed:
        return Difference("value", dates)
    return Difference("status" if "status" in changed else "wording")


def _new_dates(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(day for key in DATED for day in _mapping(new, key).keys() - _mapping(old, key)))


def _rewritten(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a value that had a date of effect is another one now, or is gone."""
    return any(
        _mapping(new, key).get(day) != value for key in DATED for day, value in _mapping(old, key).items()
    )


def _mapping(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}
