"""Who declares an incident, approves what it costs, and runs the telling."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, Role, Scope, declare


class IncidentPermission(StrEnum):
    READ = "incident:read"
    DECLARE = "incident:declare"
    """Declare, find the orders, choose the remedy, run the telling."""
    APPROVE = "incident:approve"
    EXPORT = "incident:export"
    OWN = "incident:own"
    """A consumer reads what concerns the own orders."""
    AUTOMATIC = "incident:automatic"
    """What only the program does: propose, tell, issue, end."""


_ALL = Scope.ALL
_HEADS = {Role.SUPERVISOR: _ALL, Role.MANAGER: _ALL}

declare(
    {
        IncidentPermission.READ: {**{role: _ALL for role in DESK_ROLES}, Role.AUDITOR: _ALL},
        IncidentPermission.DECLARE: _HEADS,
        IncidentPermission.APPROVE: _HEADS,
        IncidentPermission.EXPORT: {**_HEADS, Role.AUDITOR: _ALL},
        IncidentPermission.OWN: {Role.CONSUMER: Scope.OWN},
        IncidentPermission.AUTOMATIC: {Role.PROGRAM: _ALL},
    }
)
