"""What a person may do with what is theirs."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class PersonalPermission(StrEnum):
    DRAFT = "personal:draft"
    DATA = "personal:data"
    """See, correct and take away one's own data, and ask to be erased."""
    SWEEP = "personal:sweep"


declare(
    {
        PersonalPermission.DRAFT: {Role.CONSUMER: Scope.OWN},
        PersonalPermission.DATA: {Role.CONSUMER: Scope.OWN},
        PersonalPermission.SWEEP: {Role.PROGRAM: Scope.ALL},
    }
)
