"""Who enters the administrator's room, and what of it; what is done there its owners' permissions decide."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class RoomPermission(StrEnum):
    PEOPLE = "room:people"
    """See people at work with what makes them fit for duty; a supervisor those of the own team."""
    RULES = "room:rules"
    """See what of the rules was switched off or set otherwise, and the calendars."""
    SYSTEM = "room:system"
    """See jobs, health, backups, keys, retention and the sign-in policy."""
    JOBS = "job:manage"
    """Start failed jobs again, or give them up."""
    BACKUP = "backup:run"
    RECORD = "room:record"
    """Write down once a day what the pictures show and whether enough people are there."""


declare(
    {
        RoomPermission.PEOPLE: {
            Role.ADMINISTRATOR: Scope.ALL,
            Role.MANAGER: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
            Role.SUPERVISOR: Scope.TEAM,
        },
        RoomPermission.RULES: {
            Role.ADMINISTRATOR: Scope.ALL,
            Role.OFFICER_LEGAL: Scope.ALL,
            Role.MANAGER: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
        },
        RoomPermission.SYSTEM: {Role.ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL},
        RoomPermission.JOBS: {Role.ADMINISTRATOR: Scope.ALL},
        RoomPermission.BACKUP: {Role.ADMINISTRATOR: Scope.ALL},
        RoomPermission.RECORD: {Role.PROGRAM: Scope.ALL},
    }
)
