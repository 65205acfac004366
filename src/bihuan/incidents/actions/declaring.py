"""From the first sign to the list of the orders touched and the remedy chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection

from bihuan.accounts.permissions import Role, require
from bihuan.engine.errors import Invalid, Refusal
from bihuan.incidents import events, rules
from bihuan.incidents.actions.change import Change, new, new_number, on
from bihuan.incidents.models import BY_MARKETPLACE, Incident, Issued, Recipient, Remedy, Told, TouchedOrder
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import CLAUSE
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import LateGroup, Reach

LONGEST_TEXT: Final = 2000


def declare(*, kind: str, reach: Reach, text: str, actor: Actor, at: datetime) -> Incident:
    """Something is wrong that touches many orders: the clock for telling runs. Raises Invalid."""
    require(actor, May.DECLARE, clause=CLAUSE)
    rules.check_kind(kind)
    rules.check_reach(reach)
    incident = Incident(
        id=uuid4(), number=new_number(at), kind=kind, state="declared", reach=reach.as_json(),
        made_by=actor.id, made_at=at,
    )  # fmt: skip
    with new(incident, actor=actor, at=at) as change:
        _declare(change, text)
    return incident


def confirm(*, incident_id: UUID, text: str, actor: Actor, at: datetime) -> Incident:
    """A proposed incident is one: from now on the clock for telling runs."""
    with on(incident_id, actor=actor, at=at, step="declare") as change:
        _declare(change, text)
    return change.incident


def dismiss(*, incident_id: UUID, reason: str, actor: Actor, at: datetime) -> Incident:
    """A proposed incident is none."""
    with on(incident_id, actor=actor, at=at, step="dismiss", reason=reason) as change:
        change.say(events.Dismissed(reason_id=change.keep(reason)))
        change.incident.ended_at = at
    return change.incident


def propose(*, found: LateGroup, since: datetime, actor: Actor, at: datetime) -> Incident | None:
    """The program points out many late parcels of one carrier, warehouse or region; None where it is
    pointed out already, or was dismissed within the same window."""
    require(actor, May.AUTOMATIC)
    key = f"{found.group}:{found.name}"
    recent = Incident.objects.filter(key=key)
    if recent.exclude(state__in=("told", "stopped", "dismissed")).exists():
        return None
    if recent.filter(ended_at__gt=since).exists():
        return None
    place: dict[str, Any] = {found.group: found.name}
    reach = Reach(from_at=since, until_at=at, by="promised", late=True, **place)
    incident = Incident(
        id=uuid4(), number=new_number(at), kind=found.group, state="proposed", key=key,
        reach=reach.as_json(), made_by=actor.id, made_at=at,
    )  # fmt: skip
    with new(incident, actor=actor, at=at) as change:
        change.say(events.Proposed(kind=found.group, promised=found.promised, late=found.late))
        change.tell_role("incident_proposed", Role.SUPERVISOR, late=found.late)
    return incident


def freeze(*, incident_id: UUID, actor: Actor, at: datetime, reach: Reach | None = None) -> Incident:
    """Find the orders touched and keep the list; done again it replaces the list and the remedy.

    Nobody was told before. Raises Refusal where no order fits.
    """
    if reach is not None:
        rules.check_reach(reach)
    with on(incident_id, actor=actor, at=at, step="freeze") as change:
        incident = change.incident
        if reach is not None:
            incident.reach = reach.as_json()
        TouchedOrder.objects.filter(incident=incident).delete()
        Recipient.objects.filter(incident=incident).delete()
        incident.orders, incident.people, unknown = _listed(incident, at)
        if not incident.orders:
            raise Refusal(
                "No order fits what the incident says.",
                code="incident.empty",
                clause=CLAUSE,
                remedy="Widen the period or leave out a condition.",
            )
        incident.frozen_at, incident.remedy, incident.chosen_by, incident.approved_by = at, "", None, None
        incident.amount_fen = incident.days = incident.total_fen = 0
        change.say(events.Frozen(orders=incident.orders, people=incident.people, unknown=unknown))
    return incident


def choose(
    *, incident_id: UUID, remedy: str, actor: Actor, at: datetime, amount_fen: int = 0, days: int = 0
) -> Incident:
    """What the consumers get. Above the actor's limit somebody else approves the total first."""
    rules.check_remedy(remedy, amount_fen, days)
    with on(incident_id, actor=actor, at=at, step="choose") as change:
        incident = change.incident
        _check_currency(incident, remedy)
        incident.remedy, incident.amount_fen, incident.days = remedy, amount_fen, days
        incident.total_fen, incident.chosen_by = amount_fen * incident.orders, actor.id
        incident.approved_by = None
        chosen = events.RemedyChosen(remedy=remedy, amount=amount_fen, days=days, total=incident.total_fen)
        change.say(chosen)
        limit = rules.alone(actor, at)
        if incident.total_fen > limit:
            change.target = "held"
            change.say(events.Held(total=incident.total_fen, limit=limit))
            change.tell_role("incident_held", Role.MANAGER, total=incident.total_fen)
    return incident


def approve(*, incident_id: UUID, actor: Actor, at: datetime) -> Incident:
    """A second person approves the total (four eyes). Raises Refusal."""
    with on(incident_id, actor=actor, at=at, step="approve") as change:
        incident = change.incident
        if incident.chosen_by == actor.id or not rules.approves(actor, incident.total_fen, at):
            raise Refusal(
                "Somebody else with the limit for it approves this total.",
                code="incident.four_eyes",
                clause=CLAUSE,
                remedy="Ask a manager who did not choose the remedy.",
            )
        incident.approved_by = actor.id
        change.say(events.Approved(total=incident.total_fen))
    return incident


def reject(*, incident_id: UUID, reason: str, actor: Actor, at: datetime) -> Incident:
    """The remedy is not approved; another one is to be chosen."""
    with on(incident_id, actor=actor, at=at, step="reject", reason=reason) as change:
        change.say(events.Rejected(total=change.incident.total_fen, reason_id=change.keep(reason)))
        change.incident.remedy, change.incident.chosen_by = "", None
        change.incident.amount_fen = change.incident.days = change.incident.total_fen = 0
    return change.incident


def _declare(change: Change, text: str) -> None:
    words = text.strip()
    if not words or len(words) > LONGEST_TEXT:
        raise Invalid(
            "Say in at most {most} characters what happened; the consumers read it.",
            field="text", most=LONGEST_TEXT, clause=CLAUSE,
            remedy="One or two sentences: what failed, since when, what you do about it.",
        )  # fmt: skip
    incident = change.incident
    incident.text_id = change.keep(words)
    incident.declared_by, incident.declared_at = change.actor.id, change.at
    change.say(events.Declared(kind=incident.kind, text_id=incident.text_id))


def _check_currency(incident: Incident, remedy: str) -> None:
    others = TouchedOrder.objects.filter(incident=incident).exclude(currency="CNY")
    if remedy == Remedy.REFUND and others.exists():
        raise Refusal(
            "Some of these orders were not paid in yuan; one amount cannot be refunded for all.",
            code="incident.currency",
            clause=CLAUSE,
            remedy="Choose a voucher, or narrow the list to orders paid in yuan.",
        )


_TOUCH: Final = """
INSERT INTO incidents_touchedorder (incident_id, order_id, number, key, organisation_id, paid_fen, currency,
    issued, code)
SELECT %s, t.order_id, t.number, COALESCE(t.person_id, t.buyer_id), t.organisation_id, t.paid_fen, t.currency,
    '', CASE WHEN t.person_id IS NULL THEN 'unknown_buyer' ELSE '' END
FROM ({touched}) t ORDER BY t.ordered_at, t.order_id
"""
_PEOPLE: Final = """
INSERT INTO incidents_recipient (incident_id, key, orders, state, code)
SELECT incident_id, key, count(*), CASE WHEN min(code) = '' THEN %s ELSE %s END, min(code)
FROM incidents_touchedorder WHERE incident_id = %s GROUP BY incident_id, key ORDER BY min(id)
"""
_COUNT: Final = """
SELECT COALESCE(sum(orders), 0), count(*), count(*) FILTER (WHERE state = %s)
FROM incidents_recipient WHERE incident_id = %s
"""


def _listed(incident: Incident, at: datetime) -> tuple[int, int, int]:
    """Orders, people, and how many of these are not known here."""
    touched, given = marketplace.touched(marketplace.reach_of(incident.reach), at=at)
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH.format(touched=touched), [incident.id, *given])
        cursor.execute(_PEOPLE, [Told.WAITING, Told.UNKNOWN, incident.id])
        cursor.execute(_COUNT, [Told.UNKNOWN, incident.id])
        orders, people, unknown = cursor.fetchone()
    return int(orders), people, unknown


def owe(incident: Incident) -> None:
    """Write down for each order what is owed from now on."""
    if incident.remedy in (Remedy.REFUND, *BY_MARKETPLACE):
        TouchedOrder.objects.filter(incident=incident).update(issued=Issued.DUE)
