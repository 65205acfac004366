"""Settings of the whole installation as they hold at an instant, with the default where none was made."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from bihuan.accounts.models.policy import Policy, PolicyState
from bihuan.accounts.permissions import AccountPermission, Role, require
from bihuan.journal.actor import Actor
from bihuan.journal.time import deployment_kind

SECOND_FACTOR: Final = "second_factor"
RETENTION: Final = "retention"
PRODUCTION_ROLES: Final = (str(Role.ADMINISTRATOR), str(Role.AUDITOR))
"""Roles that need a second factor in production where nobody said otherwise."""
FACTOR_ROLES: Final = tuple(str(r) for r in Role if r not in (Role.CONSUMER, Role.PROGRAM, Role.SYSTEM))
_HELD: Final = 15.0  # seconds that a process may go on with what it read


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept for how many days by default, and within which bounds that may be set; why."""

    code: str
    days: int
    least: int
    most: int
    clause: str


KEEPINGS: Final[Mapping[str, Keeping]] = {
    one.code: one
    for one in (
        Keeping("ended_cases", 3 * 366, 3 * 366, 10 * 366, "P-05"),
        Keeping("drafts", 30, 1, 90, "D-03"),
        Keeping("uploads", 2, 1, 14, "D-03"),
    )
}
"""Three years, leap days included, is what the law asks at least for a case's data."""


@dataclass(frozen=True, slots=True)
class FactorRule:
    """One role: whether its people need a second factor now, and what comes when."""

    role: str
    compulsory: bool
    since_at: datetime | None
    next_compulsory: bool | None
    next_at: datetime | None
    asked: Policy | None


@dataclass(frozen=True, slots=True)
class KeepingRule:
    """One kind of data: days now, and a change that waits for a second person or for its day."""

    keeping: Keeping
    days: int
    next_days: int | None
    next_at: datetime | None
    asked: Policy | None


def by_setting() -> bool:
    """Whether the environment says which roles need a second factor; then nothing is set on pages."""
    return settings.MFA_REQUIRED_ROLES is not None


def factor_roles(at: datetime) -> frozenset[str]:
    """Roles that need a second factor at this instant."""
    if settings.MFA_REQUIRED_ROLES is not None:
        return frozenset(settings.MFA_REQUIRED_ROLES)
    found = set(PRODUCTION_ROLES if deployment_kind() == "production" else ())
    for row in _factors():
        if row.since_at <= at:
            (found.add if row.value else found.discard)(row.key)
    return frozenset(found)


def factor_due(roles: frozenset[str], at: datetime) -> datetime | None:
    """From when on one of these roles needs a second factor, where that lies ahead."""
    if settings.MFA_REQUIRED_ROLES is not None:
        return None
    ahead = [row.since_at for row in _factors() if row.value and row.key in roles and row.since_at > at]
    return min(ahead, default=None)


def factor_rules(actor: Actor, *, at: datetime) -> list[FactorRule]:
    """Every role with what holds, what comes, and what waits for a second person."""
    require(actor, AccountPermission.POLICY_READ)
    now_roles = factor_roles(at)
    rows = list(Policy.objects.filter(kind=SECOND_FACTOR).order_by("since_at", "made_at"))
    return [
        _factor_rule(role, role in now_roles, [r for r in rows if r.key == role], at) for role in FACTOR_ROLES
    ]


def kept_for(code: str, *, at: datetime) -> timedelta:
    """How long this is kept at this instant."""
    row = _agreed(RETENTION).filter(key=code, since_at__lte=at).last()
    return timedelta(days=row.value if row else KEEPINGS[code].days)


def keeping_rules(actor: Actor, *, at: datetime) -> list[KeepingRule]:
    """Everything that goes by time, with what comes and what waits for a second person."""
    require(actor, AccountPermission.POLICY_READ)
    rows = list(Policy.objects.filter(kind=RETENTION).order_by("since_at", "made_at"))
    return [_keeping_rule(one, [r for r in rows if r.key == one.code], at) for one in KEEPINGS.values()]


def policy_history(actor: Actor, *, limit: int = 50) -> list[Policy]:
    """What was set, asked and rejected, the latest first."""
    require(actor, AccountPermission.POLICY_READ)
    return list(Policy.objects.order_by("-made_at", "-id")[:limit])


def policy(policy_id: UUID) -> Policy | None:
    """One setting, without a check."""
    return Policy.objects.filter(id=policy_id).first()


def forget_policies() -> None:
    """Read anew at the next question: said by who has just changed a setting in this process."""
    _cached.clear()


def _factor_rule(role: str, compulsory: bool, rows: list[Policy], at: datetime) -> FactorRule:
    agreed = [r for r in rows if r.state == PolicyState.AGREED]
    begun = [r for r in agreed if r.since_at <= at]
    ahead = next((r for r in agreed if r.since_at > at), None)
    return FactorRule(
        role=role,
        compulsory=compulsory,
        since_at=begun[-1].since_at if begun else None,
        next_compulsory=bool(ahead.value) if ahead else None,
        next_at=ahead.since_at if ahead else None,
        asked=next((r for r in rows if r.state == PolicyState.ASKED), None),
    )


def _keeping_rule(one: Keeping, rows: list[Policy], at: datetime) -> KeepingRule:
    agreed = [r for r in rows if r.state == PolicyState.AGREED]
    begun = [r for r in agreed if r.since_at <= at]
    ahead = next((r for r in agreed if r.since_at > at), None)
    return KeepingRule(
        keeping=one,
        days=begun[-1].value if begun else one.days,
        next_days=ahead.value if ahead else None,
        next_at=ahead.since_at if ahead else None,
        asked=next((r for r in rows if r.state == PolicyState.ASKED), None),
    )


_cached: dict[str, tuple[float, list[Policy]]] = {}


def _factors() -> list[Policy]:
    """Agreed rows about second factors, in order; asked at every request, so kept for some seconds."""
    known = _cached.get(SECOND_FACTOR)
    if known is None or known[0] < time.monotonic():
        known = (time.monotonic() + _HELD, list(_agreed(SECOND_FACTOR)))
        _cached[SECOND_FACTOR] = known
    return known[1]


def _agreed(kind: str) -> QuerySet[Policy]:
    return Policy.objects.filter(kind=kind, state=PolicyState.AGREED).order_by("since_at", "made_at")
