"""Who keeps the phrases. Reading them is open to everybody who works here."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, Role, Scope, declare


class PhrasePermission(StrEnum):
    READ = "phrase:read"
    MANAGE = "phrase:manage"


declare(
    {
        PhrasePermission.READ: {
            **{role: Scope.ALL for role in DESK_ROLES},
            Role.ADMINISTRATOR: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
        },
        PhrasePermission.MANAGE: {
            Role.ADMINISTRATOR: Scope.ALL,
            Role.MANAGER: Scope.ALL,
            Role.SUPERVISOR: Scope.ALL,
        },
    }
)
