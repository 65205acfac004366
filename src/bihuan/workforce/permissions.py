"""Who manages people at work."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class WorkPermission(StrEnum):
    MANAGE = "worker:manage"
    CERTIFY = "worker:certify"
    STATUS = "worker:status"
    READ = "worker:read"


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
    }
)  # fmt: skip
