"""Writing a posting: one statement, once for each entry of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from bihuan.journal.subject import Subject
from bihuan.ledger.chart import OWNED, What
from bihuan.ledger.chart import Account as Kind


@dataclass(frozen=True, slots=True)
class Line:
    """A leg to be written: above zero a debit, below a credit, in fen."""

    kind: Kind
    amount_fen: int
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a posting belongs to."""

    case_id: UUID | None = None
    refund_id: UUID | None = None
    order_number: str = ""
    organisation_id: UUID | None = None
    reference: str = ""
    reason_id: UUID | None = None
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class When:
    """The entry behind it, when it happened and when it is booked, and by whom."""

    entry_id: int
    occurred_at: datetime
    booked_at: datetime
    booked_by: UUID


_POST: Final = """
WITH accounts AS (
    INSERT INTO ledger_account (id, kind, owner_id, currency)
    SELECT DISTINCT d.id, d.kind, d.owner, %(currency)s
    FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(owners)s::uuid[]) AS d(id, kind, owner) ORDER BY d.id
    ON CONFLICT (id) DO NOTHING
), posting AS (
    INSERT INTO ledger_posting (entry_id, what, case_id, refund_id, order_number, organisation_id, reference,
        reason_id, reverses_id, booked_by, occurred_at, booked_at)
    VALUES (%(entry)s, %(what)s, %(case)s, %(refund)s, %(order)s, %(organisation)s, %(reference)s, %(reason)s,
        %(reverses)s, %(by)s, %(occurred)s, %(booked)s)
    ON CONFLICT (entry_id) DO NOTHING RETURNING id
), legs AS (
    INSERT INTO ledger_leg (posting_id, account_id, amount_fen)
    SELECT posting.id, d.id, d.amount
    FROM posting, unnest(%(ids)s::uuid[], %(amounts)s::bigint[]) WITH ORDINALITY AS d(id, amount, n)
    ORDER BY d.n
)
SELECT id FROM posting
"""


def post(what: What, lines: Sequence[Line], about: About, when: When, *, currency: str = "CNY") -> int | None:
    """The number of the posting; None where this entry was booked before. Inside the caller's transaction."""
    values: dict[str, Any] = {
        "currency": currency,
        "ids": [account_id(line.kind, line.owner_id, currency) for line in lines],
        "kinds": [str(line.kind) for line in lines],
        "owners": [_owner(line) for line in lines],
        "amounts": [line.amount_fen for line in lines],
        "entry": when.entry_id,
        "what": str(what),
        "case": about.case_id,
        "refund": about.refund_id,
        "order": about.order_number,
        "organisation": about.organisation_id,
        "reference": about.reference,
        "reason": about.reason_id,
        "reverses": about.reverses_id,
        "by": when.booked_by,
        "occurred": when.occurred_at,
        "booked": when.booked_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_POST, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def account_id(kind: Kind, owner_id: UUID | None, currency: str = "CNY") -> UUID:
    """The id of an account follows from what it is: no look-up, no two accounts for one thing."""
    owner = owner_id if kind in OWNED else None
    return Subject.named("account", f"{kind}:{owner or ''}:{currency}").id


def _owner(line: Line) -> UUID | None:
    return line.owner_id if line.kind in OWNED else None
