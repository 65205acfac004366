"""Who may have something done about an order, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class P(StrEnum):
    READ = "order_service:read"
    OPEN = "order_service:open"
    """Have something done about an order: one's own, or as the desk for its buyer."""
    FIND = "order_service:find"
    """Look orders up by number, telephone or buyer."""
    TAKE = "order_service:take"
    ANSWER = "order_service:answer"
    """Record what the marketplace, the carrier or the merchant answered."""
    REPAY = "order_service:repay"
    """Ask for a refund anew that failed."""
    SUPERVISE = "order_service:supervise"
    """Take a case out of the green channel."""
    AUTOMATIC = "order_service:automatic"
    """Steps that only the program takes: an answer came, money arrived, a notice was told."""


_CONSUMER: Mapping[Role, Scope] = {Role.CONSUMER: Scope.OWN}
_UPPER: Mapping[Role, Scope] = {Role.SUPERVISOR: Scope.ALL, Role.MANAGER: Scope.ALL}
_DESK: Mapping[Role, Scope] = {Role.AGENT: Scope.ALL, **_UPPER, Role.OFFICER_SERVICE: Scope.ALL}

declare(
    {
        P.READ: {**_CONSUMER, **_DESK, Role.AUDITOR: Scope.ALL, Role.SYSTEM: Scope.ALL},
        P.OPEN: {**_CONSUMER, **_DESK, Role.SYSTEM: Scope.ALL},
        P.FIND: _DESK,
        P.TAKE: _DESK,
        P.ANSWER: _DESK,
        P.REPAY: _DESK,
        P.SUPERVISE: _UPPER,
        P.AUTOMATIC: {Role.PROGRAM: Scope.ALL},
    }
)
