"""Who may have something done about an order, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bihuan.accounts.permissions import MERCHANT_ROLES, Role, Scope, declare


class P(StrEnum):
    READ = "order_service:read"
    OPEN = "order_service:open"
    """Have something done about an order: one's own, or as the desk for its buyer."""
    FIND = "order_service:find"
    """Look orders up by number, telephone or buyer."""
    TAKE = "order_service:take"
    ANSWER = "order_service:answer"
    """Record what the marketplace, the carrier or the merchant answered."""
    RETURN = "order_service:return"
    """Confirm that the goods which the carrier brought back have arrived."""
    REPAY = "order_service:repay"
    """Ask for a refund anew that failed."""
    SUPERVISE = "order_service:supervise"
    """Take a case out of the green channel."""
    AUTOMATIC = "order_service:automatic"
    """Steps that only the program takes: an answer came, money arrived, a notice was told."""


_CONSUMER: Mapping[Role, Scope] = {Role.CONSUMER: Scope.OWN}
_UPPER: Mapping[Role, Scope] = {Role.SUPERVISOR: Scope.ALL, Role.MANAGER: Scope.ALL}
_DESK: Mapping[Role, Scope] = {Role.AGENT: Scope.ALL, **_UPPER, Role.OFFICER_SERVICE: Scope.ALL}
_MERCHANT: Mapping[Role, Scope] = {role: Scope.ORGANISATION for role in MERCHANT_ROLES}
_OUTSIDE: Mapping[Role, Scope] = {**_MERCHANT, Role.PARTNER_OPERATOR: Scope.ORGANISATION}
"""Merchants, and the carrier of the parcel."""

declare(
    {
        P.READ: {
            **_CONSUMER,
            **_DESK,
            **_OUTSIDE,
            Role.AUDITOR: Scope.ALL,
            Role.SYSTEM: Scope.ALL,
        },
        P.OPEN: {**_CONSUMER, **_DESK, Role.SYSTEM: Scope.ALL},
        P.FIND: _DESK,
        P.TAKE: _DESK,
        P.ANSWER: {**_DESK, **_OUTSIDE},
        P.RETURN: {**_DESK, **_MERCHANT},
        P.REPAY: _DESK,
        P.SUPERVISE: _UPPER,
        P.AUTOMATIC: {Role.PROGRAM: Scope.ALL},
    }
)
