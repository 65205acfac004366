"""Who may ask for, approve, record and see payments to consumers."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, MERCHANT_ROLES, Role, Scope, declare


class RefundPermission(StrEnum):
    READ = "refund:read"
    REQUEST = "refund:request"
    PAYOUT = "refund:payout"
    """Ask for an advance payment out of the platform's own money."""
    APPROVE = "refund:approve"
    CANCEL = "refund:cancel"
    SEND = "refund:send"
    RECORD = "refund:record"
    """Record what the payment side says: a callback, a statement."""
    SETTLE = "refund:settle"
    """Settle by hand what the payment side leaves open, with a proof."""

    LIMIT = "refund:limit"
    """Set up to which sum a role pays without a second person."""


_DESK = {role: Scope.ALL for role in DESK_ROLES}
_MERCHANT = {role: Scope.ORGANISATION for role in MERCHANT_ROLES}
_LEADING = {Role.SUPERVISOR: Scope.ALL, Role.OFFICER_SERVICE: Scope.ALL, Role.MANAGER: Scope.ALL}

declare(
    {
        RefundPermission.READ: {
            **_DESK,
            **_MERCHANT,
            Role.CONSUMER: Scope.OWN,
            Role.AUDITOR: Scope.ALL,
            Role.SYSTEM: Scope.ALL,
        },
        RefundPermission.REQUEST: {Role.AGENT: Scope.ALL, **_LEADING, **_MERCHANT},
        RefundPermission.PAYOUT: {Role.AGENT: Scope.ALL, **_LEADING},
        RefundPermission.APPROVE: {**_LEADING, Role.MERCHANT_ADMIN: Scope.ORGANISATION},
        RefundPermission.CANCEL: {**_LEADING, Role.MERCHANT_ADMIN: Scope.ORGANISATION},
        RefundPermission.SEND: {Role.PROGRAM: Scope.ALL},
        RefundPermission.RECORD: {Role.SYSTEM: Scope.ALL, Role.MANAGER: Scope.ALL},
        RefundPermission.SETTLE: {Role.MANAGER: Scope.ALL},
        RefundPermission.LIMIT: {Role.MANAGER: Scope.ALL},
    }
)
