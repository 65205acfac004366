"""Up to which amount a role pays without a second person.

Data with a day of effect (``Limit``, ``actions.set_limit``); where a role has no row yet, the setting
``REFUND_LIMITS`` or the figures below hold (editorial: no norm gives any).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from bihuan.accounts.permissions import Role
from bihuan.journal.actor import Actor
from bihuan.money.models import Limit

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


def limit_of(actor: Actor, at: datetime) -> int:
    """The highest limit among the actor's roles on that day, in fen."""
    found = in_force(timezone.localdate(at), actor.roles)
    return max((found.get(role, 0) for role in actor.roles), default=0)


def in_force(day: date, roles: Iterable[str]) -> dict[str, int]:
    """Role → fen on a day; one round trip."""
    shipped: Mapping[str, int] = getattr(settings, "REFUND_LIMITS", DEFAULT)
    rows = Limit.objects.filter(role__in=sorted(roles), from_date__lte=day)
    latest = rows.order_by("role", "-from_date", "-id").distinct("role").values_list("role", "most_fen")
    own = {role: UNLIMITED if most is None else most for role, most in latest}
    return {str(role): fen for role, fen in shipped.items()} | own
