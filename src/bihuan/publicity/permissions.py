"""Only the program records what the public page shows; everybody may read the page."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class PublicityPermission(StrEnum):
    RECORD = "publicity:record"


declare({PublicityPermission.RECORD: {Role.PROGRAM: Scope.ALL}})
