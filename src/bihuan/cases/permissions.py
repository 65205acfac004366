"""What the pages that serve every flow ask for; whose case it is, ``queries.visible`` says (PCN-1.2)."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import OFFICERS, Role, Scope, declare


class P(StrEnum):
    READ = "case:read"
    WORK = "case:work"
    """The desk's own tools on a case that one may read: notes, drafts, files, following."""
    GREEN_LISTS = "green:lists"
    """Propose products and words of urgent needs, or decide on somebody else's proposal."""


_OWN = (Role.CONSUMER, Role.COUNSEL, *(Role(officer) for officer in OFFICERS))
_THEIRS = (Role.MERCHANT_OPERATOR, Role.MERCHANT_ADMIN, Role.PARTNER_OPERATOR)
_ALL = (Role.SYSTEM, Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR)

declare(
    {
        P.READ: {
            **dict.fromkeys(_OWN, Scope.OWN),
            **dict.fromkeys(_THEIRS, Scope.ORGANISATION),
            **dict.fromkeys(_ALL, Scope.ALL),
        },
        P.WORK: {
            **dict.fromkeys((Role.COUNSEL, *(Role(officer) for officer in OFFICERS)), Scope.OWN),
            **dict.fromkeys((Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR), Scope.ALL),
        },
        P.GREEN_LISTS: {role: Scope.ALL for role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.MANAGER)},
    }
)
