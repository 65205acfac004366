"""Whose history an entry belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

_NAMES: Final = UUID("6f1d4c2e-8b7a-5e39-9d40-2b1f7c5a9e83")


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """A kind (case, person, organisation, clause, notice …) and an id that is unique over all kinds."""

    kind: str
    id: UUID

    @classmethod
    def named(cls, kind: str, name: str) -> Subject:
        """The subject of a thing that has a name instead of an id, such as a clause or a rulebook."""
        return cls(kind, uuid5(_NAMES, f"{kind}:{name}"))
