"""Who subscribes to events, and for whom."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class WebhookPermission(StrEnum):
    READ = "webhook:read"
    """See subscriptions and the log of their deliveries."""
    MANAGE = "webhook:manage"
    """Make, change, test and replay them."""
    BY_KEY = "webhook:by_key"
    """The same for a merchant's own system, whose key has the scope for it; no person has it."""


_OWN = {Role.MERCHANT_ADMIN: Scope.ORGANISATION, Role.PARTNER_OPERATOR: Scope.ORGANISATION}

declare(
    {
        WebhookPermission.READ: {
            **_OWN,
            Role.ADMINISTRATOR: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
            Role.SYSTEM: Scope.ALL,
        },
        WebhookPermission.MANAGE: {**_OWN, Role.ADMINISTRATOR: Scope.ALL, Role.SYSTEM: Scope.ALL},
        WebhookPermission.BY_KEY: {Role.MERCHANT_OPERATOR: Scope.ORGANISATION},
    }
)
