"""Who reads letters and who looks after messages that did not go out."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import Role, Scope, declare


class NoticePermission(StrEnum):
    INBOX = "notice:inbox"
    """Read one's own letters and set one's own preferences."""
    FAILED = "notice:failed"
    """See which messages did not go out, without their words."""
    RETRY = "notice:retry"
    SINK = "notice:sink"
    """See what a demo or drill would have sent."""
    WORDING = "notice:wording"
    """See the words of notices and put own ones in their place."""


declare(
    {
        NoticePermission.INBOX: {role: Scope.OWN for role in Role if role not in (Role.PROGRAM, Role.SYSTEM)},
        NoticePermission.FAILED: {
            role: Scope.ALL for role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR)
        },
        NoticePermission.RETRY: {Role.ADMINISTRATOR: Scope.ALL, Role.SUPERVISOR: Scope.ALL},
        NoticePermission.SINK: {Role.ADMINISTRATOR: Scope.ALL},
        NoticePermission.WORDING: {Role.ADMINISTRATOR: Scope.ALL},
    }
)
