"""Who acts. To the journal an actor is an opaque reference with a kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    STAFF = "staff"
    CONSUMER = "consumer"
    MERCHANT = "merchant"
    PARTNER = "partner"
    PROGRAM = "program"
    SYSTEM = "system"
    """A program outside that signs in with a key (a marketplace, a merchant's own system)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program behind an action, as the door found it; never trusted from input.

    ``roles`` are values of ``accounts.permissions.Role``; ``organisation_id`` is the merchant,
    agency or carrier the person belongs to, None for the platform itself; ``case_id`` limits a
    consumer who came by a case's code to that case alone.
    """

    id: UUID
    kind: ActorKind
    roles: frozenset[str] = field(default_factory=frozenset)
    organisation_id: UUID | None = None
    team_id: UUID | None = None
    case_id: UUID | None = None

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


PROGRAM = Actor(id=UUID(int=0), kind=ActorKind.PROGRAM, roles=frozenset({"program"}))
