"""Who may read how the platform did, and how much of it."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class CompliancePermission(StrEnum):
    READ = "conformity:read"


declare(
    {
        CompliancePermission.READ: {
            Role.MANAGER: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
            Role.ADMINISTRATOR: Scope.ALL,
            Role.OFFICER_LEGAL: Scope.ALL,
            Role.SUPERVISOR: Scope.TEAM,
            Role.AGENT: Scope.OWN,
            Role.MERCHANT_ADMIN: Scope.ORGANISATION,
        }
    }
)
