"""Ids that follow from the marketplace's own numbers: the same thing has the same id, always."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

_NAMES: Final = UUID("a0c2f7de-53b4-5d1e-8f6a-91d2b7c4e680")


def derived(kind: str, *parts: object) -> UUID:
    """Id of the thing of this kind that these parts name."""
    return uuid5(_NAMES, "\x1f".join((kind, *map(str, parts))))
