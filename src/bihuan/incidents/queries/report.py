"""Who got what: one line an order, page after page, for the export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from bihuan.accounts.permissions import require
from bihuan.incidents.models import NOT_GRANTED, NOT_TOLD, Incident
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import CLAUSE
from bihuan.journal.actor import Actor

PIECE: Final = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """An order, its person (None: not known here), how far telling and remedy are. No personal data."""

    number: str
    person_id: UUID | None
    told: str
    told_at: datetime | None
    channel: str
    why: str
    paid_fen: int
    currency: str
    issued: str
    refund_state: str
    remedy_code: str


def lines(actor: Actor, incident: Incident, *, only: str = "") -> Iterator[Line]:
    """Every order of the frozen list; ``only``: unreached, owed. Raises NotAllowed.

    Refunds and messages are read in place from their modules' tables: joined page by page, a hundred
    thousand orders take as many statements as there are pages.
    """
    require(actor, May.EXPORT, clause=CLAUSE)
    return _lines(incident, only)


def _lines(incident: Incident, only: str) -> Iterator[Line]:
    where, states = _ONLY.get(only, ("", ()))
    sql = _LINES.format(only=where)
    wanted = [[str(state) for state in states]] if states else []
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [incident.id, last, *wanted, PIECE])
            rows = cursor.fetchall()
        yield from (Line(*row[1:]) for row in rows)
        if len(rows) < PIECE:
            return
        last = rows[-1][0]


_ONLY: Final = {
    "unreached": ("AND r.state = ANY(%s)", NOT_TOLD),
    "owed": ("AND o.issued = ANY(%s) AND o.refund_id IS NULL", NOT_GRANTED),
}
_LINES: Final = """
SELECT o.id, o.number, CASE WHEN r.code = 'unknown_buyer' THEN NULL ELSE r.key END, r.state, r.told_at,
    CASE WHEN r.state = 'told' THEN COALESCE(n.channel, '') ELSE '' END, r.code, o.paid_fen, o.currency,
    o.issued, COALESCE(f.state, ''), CASE WHEN o.issued IN ('failed', 'unknown') THEN o.code ELSE '' END
FROM incidents_touchedorder o
JOIN incidents_recipient r ON r.incident_id = o.incident_id AND r.key = o.key
LEFT JOIN notices_notice n ON n.id = r.notice_id
LEFT JOIN money_refund f ON f.id = o.refund_id
WHERE o.incident_id = %s AND o.id > %s {only}
ORDER BY o.id LIMIT %s
"""
