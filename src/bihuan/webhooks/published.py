"""What is published to whom: the modules that know the subjects say so (project/wiring.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from bihuan.journal.events import REGISTRY
from bihuan.journal.models import Entry

Names = Callable[[str], frozenset[str]]
"""Kind of organisation → names of the events that it may subscribe to."""
Receivers = Callable[[Sequence[Entry]], Mapping[int, Mapping[UUID, Mapping[str, Any]]]]
"""Entries → by entry the organisations that may know of it, each with the fields that it may see."""

_PLUGS: list[tuple[Names, Receivers]] = []
TEST = "webhook.test"


def register_publication(names: Names, receivers: Receivers) -> None:
    """Say what organisations may know. Registering twice changes nothing; without any they get nothing."""
    if (names, receivers) not in _PLUGS:
        _PLUGS.append((names, receivers))


def names_for(kind: str | None) -> frozenset[str]:
    """The events of the catalogue that an organisation of this kind, or the marketplace, may ask for."""
    if kind is None:
        return frozenset(name for name, cls in REGISTRY.items() if ".tests" not in cls.__module__)
    found: frozenset[str] = frozenset()
    for names, _ in _PLUGS:
        found |= names(kind)
    return found


def receivers(entries: Sequence[Entry]) -> dict[int, dict[UUID, Mapping[str, Any]]]:
    """By entry the organisations that may know of it, with what they may see of its fields."""
    found: dict[int, dict[UUID, Mapping[str, Any]]] = {}
    for _, plug in _PLUGS:
        for entry_id, some in plug(entries).items():
            found.setdefault(entry_id, {}).update(some)
    return found
