"""Vouchers and longer validity of an incident: asked of the marketplace many at a time, each under a key of
its own, and asked again until there is an answer.

Three steps, each of which may be the last one before the power fails: (1) the rows say ``asked`` and when
they are looked at again, committed; (2) the marketplace is asked, outside any transaction; (3) what it
answered is kept. A key that was granted once is granted by the second asking without anything more given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, Q

from bihuan.incidents import events
from bihuan.incidents.actions.change import record
from bihuan.incidents.actions.ending import GOING, end, grant_key
from bihuan.incidents.models import Incident, Issued, TouchedOrder
from bihuan.journal.actor import Actor
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace.queries import Grant, GrantAnswer, GrantKind, Unknown

PIECE: Final = marketplace.MOST_GRANTS
LEASE: Final = timedelta(minutes=2)
LONGEST: Final = timedelta(hours=1)


def grant_piece(incident: Incident, actor: Actor, at: datetime, most: int = PIECE) -> int:
    """Ask for the grants of the next few orders; how many were answered. No answer: 0, and later again."""
    rows = _mark(incident, at, most)
    if not rows:
        end(incident.id, actor, at)
        return 0
    answers = marketplace.grant(grants=[_grant(incident, row) for row in rows])
    with transaction.atomic():
        if isinstance(answers, Unknown):
            _lost(incident, rows, str(answers.why), actor, at)
            return 0
        _keep(incident, rows, answers, at)
        end(incident.id, actor, at)
    return len(rows)


def _mark(incident: Incident, at: datetime, most: int) -> list[TouchedOrder]:
    """The next rows, new ones before those that are asked again."""
    with transaction.atomic(durable=True):
        going = Incident.objects.filter(id=incident.id, state__in=GOING)
        mine = TouchedOrder.objects.select_for_update(skip_locked=True).filter(incident=incident)
        again = Q(next_at__lte=at, issued__in=_OPEN)
        rows = list(mine.filter(issued=Issued.DUE).order_by("id")[:most]) if going.exists() else []
        if not rows and going.exists():
            rows = list(mine.filter(again).order_by("next_at", "id")[:most])
        first = [row.id for row in rows if row.issued == Issued.DUE]
        TouchedOrder.objects.filter(id__in=first).update(issued=Issued.ASKED)
        TouchedOrder.objects.filter(id__in=[row.id for row in rows]).update(
            asked=F("asked") + 1, next_at=at + _pause(max((row.asked for row in rows), default=0))
        )
    return rows


def _grant(incident: Incident, row: TouchedOrder) -> Grant:
    return Grant(
        key=grant_key(incident, row),
        kind=GrantKind(incident.remedy),
        order_number=row.number,
        days=incident.days,
        reason_code="incident",
        amount_fen=incident.amount_fen,
        currency=row.currency,
    )


def _lost(incident: Incident, rows: Sequence[TouchedOrder], why: str, actor: Actor, at: datetime) -> None:
    """No answer: it is said once for each order, and asked again."""
    mine = TouchedOrder.objects.filter(id__in=[row.id for row in rows], issued__in=_OPEN)
    mine.update(issued=Issued.UNKNOWN, code=why)
    new = sum(row.asked == 0 for row in rows)
    if new:
        record(incident, [events.GrantsUnanswered(orders=new, why=why)], actor=actor, at=at)


def _keep(
    incident: Incident, rows: Sequence[TouchedOrder], answers: Mapping[str, GrantAnswer], at: datetime
) -> None:
    found = [(row.id, answers[grant_key(incident, row)]) for row in rows]
    ended = {"granted": Issued.GRANTED, "refused": Issued.FAILED}
    states = [str(ended.get(str(answer.state), Issued.ASKED)) for _, answer in found]
    values: list[Any] = [[row_id for row_id, _ in found], states, [answer.code for _, answer in found]]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [at + LONGEST, *values, [str(state) for state in _OPEN]])


def _pause(asked: int) -> timedelta:
    """Until the next question: 2, 4, 8 … minutes up to an hour."""
    return min(LEASE * 2 ** min(asked, 10), LONGEST)


_OPEN: Final = (Issued.ASKED, Issued.UNKNOWN)
_KEEP: Final = """
UPDATE incidents_touchedorder AS o SET issued = d.state, code = d.code,
    next_at = CASE WHEN d.state = 'asked' THEN %s::timestamptz END
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS d(id, state, code)
WHERE o.id = d.id AND o.issued = ANY(%s)
"""
