"""Up to which amount a role pays without a second person (editorial figures; the setting
``REFUND_LIMITS`` replaces them)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.conf import settings

from bihuan.accounts.permissions import Role
from bihuan.journal.actor import Actor

UNLIMITED: Final = 10**15
DEFAULT: Final[Mapping[str, int]] = {
    Role.AGENT: 20_000,
    Role.OFFICER_SERVICE: 200_000,
    Role.SUPERVISOR: 500_000,
    Role.MANAGER: UNLIMITED,
    Role.MERCHANT_OPERATOR: 50_000,
    Role.MERCHANT_ADMIN: UNLIMITED,
}
"""Role → fen. A role that is not named pays nothing alone."""


def limit_of(actor: Actor) -> int:
    """The highest limit among the actor's roles, in fen."""
    table: Mapping[str, int] = getattr(settings, "REFUND_LIMITS", DEFAULT)
    return max((table.get(role, 0) for role in actor.roles), default=0)
