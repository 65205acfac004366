"""Telling: started, paused, resumed, stopped; in pieces, each person exactly once, whoever is killed when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from bihuan.accounts.permissions import require
from bihuan.engine.errors import Refusal
from bihuan.incidents import events
from bihuan.incidents.actions.change import on, record
from bihuan.incidents.actions.declaring import owe
from bihuan.incidents.actions.ending import GOING
from bihuan.incidents.models import (
    BY_HAND,
    BY_MARKETPLACE,
    Incident,
    Issued,
    Recipient,
    Remedy,
    Told,
    TouchedOrder,
    is_open,
)
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import CLAUSE
from bihuan.journal.actor import Actor
from bihuan.journal.queue import defer
from bihuan.notices import actions as notices

QUEUE: Final = "incidents"
TELL: Final = "incidents.tell"
ISSUE: Final = "incidents.issue"
CHAINS: Final = 2
"""Jobs that tell at the same time: as many as a worker works on at once."""
PIECE: Final = 500
"""People that one transaction tells; a pause waits for no more than that."""


def start(*, incident_id: UUID, actor: Actor, at: datetime) -> Incident:
    """From now on the consumers are told, and what is owed is issued."""
    with on(incident_id, actor=actor, at=at, step="start") as change:
        change.incident.started_at = at
        change.say(events.Started(people=change.incident.people))
        owe(change.incident)
        for task in _wanted_from(change.incident, at):
            _enqueue(task, change.incident)
    return change.incident


def pause(*, incident_id: UUID, actor: Actor, at: datetime) -> Incident:
    """Nobody more is told or paid until it is resumed; the clock runs on."""
    with on(incident_id, actor=actor, at=at, step="pause") as change:
        change.say(events.Paused())
    return change.incident


def resume(*, incident_id: UUID, actor: Actor, at: datetime) -> Incident:
    """Go on where it stood."""
    with on(incident_id, actor=actor, at=at, step="resume") as change:
        change.say(events.Resumed())
        for task in _wanted_from(change.incident, at):
            _enqueue(task, change.incident)
    return change.incident


def stop(*, incident_id: UUID, reason: str, actor: Actor, at: datetime) -> Incident:
    """End it, with a reason; who was told stays told, and what was issued stays issued."""
    with on(incident_id, actor=actor, at=at, step="stop", reason=reason) as change:
        change.say(events.Stopped(reason_id=change.keep(reason)))
        change.incident.ended_at = at
        # waits for the pieces that are being told, so that whoever was told gets what was promised
        mine = Recipient.objects.filter(incident=change.incident)
        mine.filter(state=Told.WAITING).update(state=Told.STOPPED)
        untold = TouchedOrder.objects.filter(incident=change.incident, issued__in=(Issued.DUE, Issued.OWED))
        never = mine.filter(state__in=(Told.STOPPED, Told.UNKNOWN)).values("key")
        untold.filter(key__in=never).update(issued=Issued.NONE)
    return change.incident


def grant(*, incident_id: UUID, reason: str, actor: Actor, at: datetime) -> Incident:
    """Write down that the marketplace granted by hand what it refused or did not answer; ``reason`` says by
    which record."""
    with on(incident_id, actor=actor, at=at, step="grant", reason=reason) as change:
        mine = TouchedOrder.objects.filter(incident=change.incident, issued__in=BY_HAND)
        by_marketplace = change.incident.remedy in BY_MARKETPLACE
        orders = mine.update(issued=Issued.GRANTED, next_at=None, code="") if by_marketplace else 0
        if not orders:
            raise Refusal(
                "Nothing is owed by the marketplace in this incident.",
                code="incident.not_owed",
                clause=CLAUSE,
                remedy="Look at the report: it says what each order got.",
            )
        change.incident.granted_at = at
        change.say(events.Granted(orders=orders, reason_id=change.keep(reason)))
    return change.incident


def tell_piece(*, incident_id: UUID, actor: Actor, at: datetime, most: int = PIECE) -> int:
    """Tell the next few people; how many. None is left, or it is paused: 0.

    Letters, the rows that say so and their events are one transaction. The row of the incident is not
    locked: a piece that runs while somebody pauses is told to its end.
    """
    require(actor, May.AUTOMATIC)
    with transaction.atomic():
        incident = Incident.objects.filter(id=incident_id, state="telling").first()
        if incident is None:
            return 0
        some = Recipient.objects.select_for_update(skip_locked=True).filter(
            incident_id=incident_id, state=Told.WAITING
        )
        people = list(some.order_by("id")[:most])
        orders = [_notice(incident, each) for each in people]
        told = notices.tell_many(orders=orders, actor=actor, at=at)
        _mark([each.id for each in people], [order.id for order in orders], told, at)
    return len(people)


def settle(*, incident_id: UUID, actor: Actor, at: datetime) -> bool:
    """Take over what came of messages on other channels; ends the telling when nobody is left. True then."""
    require(actor, May.AUTOMATIC)
    with transaction.atomic(), connection.cursor() as cursor:
        incident = Incident.objects.select_for_update().filter(id=incident_id).first()
        if incident is None or incident.state != "telling":
            return False
        cursor.execute(_SETTLED, [Told.TOLD, Told.FAILED, incident_id])
        cursor.execute(_LEFT, [incident_id])
        told, failed, unknown, left, last_at = cursor.fetchone()
        if left:
            return False
        incident.state, incident.ended_at = "told", at
        incident.save()
        said = events.ToldAll(told=told, failed=failed, unknown=unknown, last_at=last_at)
        record(incident, [said], actor=actor, at=at)
    return True


def keep_going(*, incident_id: UUID, actor: Actor, at: datetime) -> list[str]:
    """Jobs anew where those of a running incident were lost; which tasks they are."""
    require(actor, May.AUTOMATIC)
    with transaction.atomic(), connection.cursor() as cursor:
        running = Incident.objects.select_for_update().filter(id=incident_id, state__in=GOING)
        incident = running.first()
        if incident is None:
            return []
        cursor.execute(_ALIVE, [[TELL, ISSUE], str(incident_id)])
        alive = {row[0] for row in cursor.fetchall()}
        lost = [task for task in _wanted(incident, at) if task not in alive]
        for task in lost:
            _enqueue(task, incident)
    return lost


def _wanted(incident: Incident, at: datetime) -> list[str]:
    """The tasks that an incident needs as it stands."""
    untold = Recipient.objects.filter(incident=incident, state=Told.WAITING)
    unpaid = TouchedOrder.objects.filter(is_open(at), incident=incident)
    found = [TELL] if incident.state == "telling" and untold.exists() else []
    return [*found, ISSUE] if unpaid.exists() else found


def _wanted_from(incident: Incident, at: datetime) -> list[str]:
    """The tasks when telling begins; the telling's even if nobody is to be told, since it ends it."""
    return list(dict.fromkeys([TELL, *_wanted(incident, at)]))


def _enqueue(task: str, incident: Incident) -> None:
    call = {"incident_id": str(incident.id)}
    defer(task=task, queue=QUEUE, calls=[call] * (CHAINS if task == TELL else 1))


def _notice(incident: Incident, each: Recipient) -> notices.Order:
    params: dict[str, Any] = {
        "number": incident.number,
        "kind": incident.kind,
        "orders": each.orders,
        "text_id": incident.text_id,
    }
    if incident.remedy == Remedy.VOUCHER:
        params |= {"voucher": incident.amount_fen, "valid": incident.days}
    elif incident.remedy == Remedy.VALIDITY:
        params["longer"] = incident.days
    elif incident.remedy == Remedy.REFUND:
        params["refund"] = incident.amount_fen
    return notices.Order(
        kind="incident",
        recipient=each.key,
        subject=incident.subject,
        key=f"incident:{incident.id}:{each.key}",
        params=params,
    )


_MARK: Final = """
UPDATE incidents_recipient AS r SET notice_id = d.notice, state = d.state,
    told_at = CASE WHEN d.state = 'told' THEN %s::timestamptz END
FROM unnest(%s::bigint[], %s::uuid[], %s::text[]) AS d(id, notice, state) WHERE r.id = d.id
"""
_SETTLED: Final = """
UPDATE incidents_recipient AS r SET state = CASE WHEN n.accepted_at IS NULL THEN f.no ELSE f.yes END,
    told_at = n.accepted_at, code = CASE WHEN n.accepted_at IS NULL THEN n.code ELSE '' END
FROM notices_notice n, (SELECT %s AS yes, %s AS no) f
WHERE r.incident_id = %s AND r.state = 'queued' AND n.id = r.notice_id
    AND n.state IN ('accepted', 'delivered', 'failed', 'bounced')
"""
_LEFT: Final = """
SELECT count(*) FILTER (WHERE state = 'told'), count(*) FILTER (WHERE state = 'failed'),
    count(*) FILTER (WHERE state = 'unknown'), count(*) FILTER (WHERE state IN ('waiting', 'queued')),
    max(told_at)
FROM incidents_recipient WHERE incident_id = %s
"""
_ALIVE: Final = """
SELECT DISTINCT j.task_name FROM procrastinate_jobs j
WHERE j.task_name = ANY(%s) AND j.args ->> 'incident_id' = %s AND (j.status = 'todo' OR j.status = 'doing'
    AND EXISTS (SELECT FROM procrastinate_workers w
        WHERE w.id = j.worker_id AND w.last_heartbeat > now() - interval '30 seconds'))
"""
"""A job in the hands of a worker without a heartbeat is lost; should it live, a second one harms nobody."""


def _mark(ids: Sequence[int], notice_ids: Sequence[UUID], told: set[UUID], at: datetime) -> None:
    if not ids:
        return
    states = [str(Told.TOLD if each in told else Told.QUEUED) for each in notice_ids]
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [at, list(ids), list(notice_ids), states])
