"""Who may hand in, look at the original of, seal and export evidence."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, MERCHANT_ROLES, Role, Scope, declare


class EvidencePermission(StrEnum):
    UPLOAD = "evidence:upload"
    """Hand a file in. Onto a case only where the case may be read."""
    READ = "evidence:read"
    """See a file of a case that may be read (the case's own module decides which)."""
    ORIGINAL = "evidence:original"
    """Open the untouched original, for a reason that is recorded."""
    SEAL = "evidence:seal"
    EXPORT = "evidence:export"
    """Take all files of a case away as one bundle."""


_OUTSIDERS = (Role.CONSUMER, *MERCHANT_ROLES, Role.PARTNER_OPERATOR)

declare(
    {
        EvidencePermission.UPLOAD: {role: Scope.ALL for role in (*_OUTSIDERS, *DESK_ROLES, Role.SYSTEM)},
        EvidencePermission.READ: {
            role: Scope.ALL for role in (*_OUTSIDERS, *DESK_ROLES, Role.AUDITOR, Role.SYSTEM)
        },
        EvidencePermission.ORIGINAL: {
            role: Scope.ALL
            for role in (
                Role.SUPERVISOR,
                Role.OFFICER_TECHNICAL,
                Role.OFFICER_LEGAL,
                Role.COUNSEL,
                Role.AUDITOR,
            )
        },
        EvidencePermission.SEAL: {
            role: Scope.ALL for role in (Role.AGENT, Role.SUPERVISOR, Role.OFFICER_LEGAL, Role.COUNSEL)
        },
        EvidencePermission.EXPORT: {
            role: Scope.ALL for role in (Role.SUPERVISOR, Role.OFFICER_LEGAL, Role.COUNSEL, Role.AUDITOR)
        },
    }
)
