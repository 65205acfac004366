"""Who makes macros and rules, and who runs macros. What a step needs is asked besides, at every run."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, Role, Scope, declare


class AutomationPermission(StrEnum):
    RUN = "automation:run"
    """Run a macro on a case of one's own reach."""
    READ = "automation:read"
    """See macros, rules and what they did."""
    MANAGE = "automation:manage"


_ALL = Scope.ALL
_HEADS = {Role.SUPERVISOR: _ALL, Role.MANAGER: _ALL}

declare(
    {
        AutomationPermission.RUN: {role: _ALL for role in DESK_ROLES},
        AutomationPermission.READ: {**_HEADS, Role.AUDITOR: _ALL, Role.ADMINISTRATOR: _ALL},
        AutomationPermission.MANAGE: _HEADS,
    }
)
