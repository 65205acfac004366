"""Who may change the rules. Reading them is open to everybody: they are promises made in public."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class NormsPermission(StrEnum):
    LOAD = "norms:load"
    SWITCH = "norms:switch"
    LIMIT = "norms:limit"
    """Set own figures for limits."""
    CALENDAR = "norms:calendar"
    HOURS = "norms:hours"


declare(
    {
        NormsPermission.LOAD: {Role.ADMINISTRATOR: Scope.ALL},
        NormsPermission.SWITCH: {Role.ADMINISTRATOR: Scope.ALL, Role.OFFICER_LEGAL: Scope.ALL},
        NormsPermission.LIMIT: {Role.ADMINISTRATOR: Scope.ALL, Role.OFFICER_LEGAL: Scope.ALL},
        NormsPermission.CALENDAR: {Role.ADMINISTRATOR: Scope.ALL},
        NormsPermission.HOURS: {Role.ADMINISTRATOR: Scope.ALL, Role.MANAGER: Scope.ALL},
    }
)
