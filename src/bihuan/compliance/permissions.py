"""Who may read how the platform did, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class CompliancePermission(StrEnum):
    READ = "conformity:read"
    JOURNAL_READ = "journal:read"
    """State of the journal: how much it holds, its anchors, what verifications found."""
    JOURNAL_VERIFY = "journal:verify"
    AUDIT = "audit:sample"
    """Draw samples of cases, open them and take their evidence bundles."""


_WATCHERS: Mapping[Role, Scope] = {
    Role.MANAGER: Scope.ALL,
    Role.AUDITOR: Scope.ALL,
    Role.ADMINISTRATOR: Scope.ALL,
    Role.OFFICER_LEGAL: Scope.ALL,
    Role.COUNSEL: Scope.ALL,
}

declare(
    {
        CompliancePermission.READ: {
            Role.MANAGER: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
            Role.ADMINISTRATOR: Scope.ALL,
            Role.OFFICER_LEGAL: Scope.ALL,
            Role.COUNSEL: Scope.ALL,
            Role.SUPERVISOR: Scope.TEAM,
            Role.AGENT: Scope.OWN,
            Role.MERCHANT_ADMIN: Scope.ORGANISATION,
        },
        CompliancePermission.JOURNAL_READ: {**_WATCHERS, Role.SUPERVISOR: Scope.ALL},
        CompliancePermission.JOURNAL_VERIFY: _WATCHERS,
        CompliancePermission.AUDIT: {Role.AUDITOR: Scope.ALL},
    }
)
