"""The one way in which an incident is changed: lock, permission, step, rows, event and clocks together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from bihuan.accounts import queries as accounts
from bihuan.accounts.actions import keep_text
from bihuan.accounts.permissions import Role, require
from bihuan.clocks import actions as clocks
from bihuan.clocks.actions import Dimensions, Saying
from bihuan.engine.errors import NotFound
from bihuan.incidents.models import Incident
from bihuan.incidents.workflow import CLAUSE, WORKFLOW
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.notices import actions as notices


@dataclass
class Change:
    """An incident under change; what is said and set is written together, or not at all."""

    incident: Incident
    actor: Actor
    at: datetime
    target: str | None
    said: list[Event] = field(default_factory=list)
    orders: list[notices.Order] = field(default_factory=list)

    def say(self, event: Event) -> None:
        self.said.append(event)

    def keep(self, reason: str) -> UUID:
        """Keep free words; events carry their id."""
        subject = self.incident.subject
        return keep_text(body=reason, subject=subject, about=None, actor=self.actor, at=self.at).id

    def tell_role(self, kind: str, role: Role, **params: Any) -> None:
        """The platform's people of a role hear of it, but for who does it."""
        for person in accounts.people_with_role(role, at=self.at):
            if person != self.actor.id:
                self.orders.append(notice_to(self.incident, kind, person, at=self.at, **params))


def notice_to(incident: Incident, kind: str, person: UUID, *, at: datetime, **params: Any) -> notices.Order:
    """A notice about the incident to somebody of the platform."""
    return notices.Order(
        kind=kind,
        recipient=person,
        subject=incident.subject,
        key=f"{kind}:{incident.id}:{person}:{at.isoformat()}",
        params={"number": incident.number, **params},
    )


@contextmanager
def on(
    incident_id: UUID, *, actor: Actor, at: datetime, step: str, reason: str | None = None
) -> Iterator[Change]:
    """Lock the incident, check permission and step, write when it is done. Raises NotFound, NotAllowed,
    Refusal."""
    known = next(each for each in WORKFLOW.steps if each.name == step)
    require(actor, known.permission, clause=CLAUSE)
    with transaction.atomic():
        incident = Incident.objects.select_for_update().filter(id=incident_id).first()
        if incident is None:
            raise NotFound(kind="incident", id=str(incident_id))
        change = Change(incident, actor, at, WORKFLOW.check(incident.state, step, reason).target)
        yield change
        _write(change)


@contextmanager
def new(incident: Incident, *, actor: Actor, at: datetime) -> Iterator[Change]:
    """The same for one that does not exist yet."""
    with transaction.atomic():
        change = Change(incident, actor, at, None)
        yield change
        _write(change, new=True)


def new_number(at: datetime) -> str:
    """The next number: year and month in China, then a running number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('incidents_number_seq')")
        running: int = cursor.fetchone()[0]
    return f"YC{timezone.localdate(at):%y%m}{running:04d}"


def _write(change: Change, *, new: bool = False) -> None:
    incident = change.incident
    incident.state = change.target or incident.state
    incident.save(force_insert=new)
    record(incident, change.said, actor=change.actor, at=change.at, new=new)
    notices.queue_many(orders=change.orders, actor=change.actor, at=change.at)


def record(incident: Incident, said: list[Event], *, actor: Actor, at: datetime, new: bool = False) -> None:
    """Events into the journal, with the clocks that name them."""
    if said:
        sayings = [Saying(event=event, occurred_at=at, facts=incident.facts) for event in said]
        clocks.record(
            subject=incident.subject, sayings=sayings, actor=actor, at=at, dimensions=Dimensions(), new=new
        )
