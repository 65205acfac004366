"""Who manages people at work, and who sees and changes the organisation."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, Role, Scope, declare


class WorkPermission(StrEnum):
    MANAGE = "worker:manage"
    CERTIFY = "worker:certify"
    STATUS = "worker:status"
    READ = "worker:read"
    UNITS = "unit:read"
    """See the units, who decides what, and how many people are needed and there."""
    ORGANISE = "unit:manage"
    """Open, change and close units; set how long work takes."""


_ALL = Scope.ALL
declare(
    {
        WorkPermission.MANAGE: {Role.SUPERVISOR: _ALL, Role.MANAGER: _ALL, Role.ADMINISTRATOR: _ALL},
        WorkPermission.CERTIFY: {Role.MANAGER: _ALL, Role.ADMINISTRATOR: _ALL},
        WorkPermission.STATUS: {Role.AGENT: Scope.OWN, Role.SUPERVISOR: _ALL, Role.MANAGER: _ALL},
        WorkPermission.READ: {
            Role.AGENT: Scope.OWN, Role.SUPERVISOR: _ALL, Role.MANAGER: _ALL, Role.ADMINISTRATOR: _ALL,
            Role.AUDITOR: _ALL,
        },
        WorkPermission.UNITS: {
            **{role: _ALL for role in DESK_ROLES}, Role.ADMINISTRATOR: _ALL, Role.AUDITOR: _ALL,
        },
        WorkPermission.ORGANISE: {Role.MANAGER: _ALL, Role.ADMINISTRATOR: _ALL},
    }
)  # fmt: skip
