"""Who reads the books and who books by hand."""

from __future__ import annotations

from enum import StrEnum

from bihuan.accounts.permissions import MERCHANT_ROLES, Role, Scope, declare


class LedgerPermission(StrEnum):
    READ = "ledger:read"
    """See accounts, postings and balances; merchants their own."""
    OVERSEE = "ledger:oversee"
    """See the whole of the books: trial balance, statements, agreement with the refunds."""
    BOOK = "ledger:book"
    """Record a deposit, a receipt, a draw on a deposit, a move from one bearer to another."""
    REVERSE = "ledger:reverse"
    WRITE_OFF = "ledger:write_off"
    """Ask that a claim be given up."""
    DECIDE = "ledger:decide"
    """Approve or reject giving up a claim that somebody else asked for."""


_WATCHERS = {Role.SUPERVISOR: Scope.ALL, Role.MANAGER: Scope.ALL, Role.AUDITOR: Scope.ALL}

declare(
    {
        LedgerPermission.READ: {**_WATCHERS, **{role: Scope.ORGANISATION for role in MERCHANT_ROLES}},
        LedgerPermission.OVERSEE: _WATCHERS,
        LedgerPermission.BOOK: {Role.SUPERVISOR: Scope.ALL, Role.MANAGER: Scope.ALL},
        LedgerPermission.REVERSE: {Role.MANAGER: Scope.ALL},
        LedgerPermission.WRITE_OFF: {Role.SUPERVISOR: Scope.ALL, Role.MANAGER: Scope.ALL},
        LedgerPermission.DECIDE: {Role.MANAGER: Scope.ALL},
    }
)
