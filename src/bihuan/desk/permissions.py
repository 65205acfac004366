"""Who works at the desk, who shares views, and who sees the board."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import DESK_ROLES, Role, Scope, declare


class D(StrEnum):
    WORK = "desk:work"
    """Inbox, search, own views, snoozing: always within the cases that the actor may know of."""
    SHARE = "desk:share"
    BOARD = "desk:board"


_UPPER = {Role.SUPERVISOR: Scope.ALL, Role.MANAGER: Scope.ALL}

declare(
    {
        D.WORK: {Role(role): Scope.ALL for role in DESK_ROLES},
        D.SHARE: _UPPER,
        D.BOARD: _UPPER,
    }
)
