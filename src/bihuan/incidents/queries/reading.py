"""Reading incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import allows, require
from bihuan.cases import queries as cases
from bihuan.clocks import queries as clocks
from bihuan.engine.clock import Clock
from bihuan.engine.errors import NotFound
from bihuan.engine.workflow import Step
from bihuan.incidents import rules
from bihuan.incidents.models import (
    BY_HAND,
    BY_MARKETPLACE,
    NOT_GRANTED,
    NOT_TOLD,
    Incident,
    Recipient,
    Told,
    TouchedOrder,
    is_open,
)
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import CLAUSE, WORKFLOW
from bihuan.journal.actor import Actor
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import Reach

SAMPLE: Final = 10


@dataclass(frozen=True, slots=True)
class Page:
    """Incidents, the latest first, and the key of the next page (None at the end)."""

    rows: Sequence[Incident]
    after: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reach would touch, of now: orders, people known here and not, paid in fen, and a sample."""

    orders: int
    people: int
    unknown: int
    paid_fen: int
    sample: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the telling and the issuing are; ``told`` people, ``issued`` orders, each by state."""

    people: int
    told: Mapping[str, int]
    orders: int
    issued: Mapping[str, int]
    reasons: Sequence[tuple[str, int]]
    clock: Clock | None
    by_marketplace: bool = False

    @property
    def done(self) -> int:
        return self.people - self.told.get("waiting", 0) - self.told.get("queued", 0)

    @property
    def percent(self) -> int:
        return self.done * 100 // self.people if self.people else 0

    @property
    def missing(self) -> int:
        """Orders that have not got what the marketplace is to grant."""
        return sum(self.issued.get(state, 0) for state in NOT_GRANTED) if self.by_marketplace else 0

    @property
    def unreached(self) -> int:
        """People who were not told and will not be: the rows of the report's ``unreached``."""
        return sum(self.told.get(state, 0) for state in NOT_TOLD)


def get(incident_id: UUID) -> Incident:
    """For the program itself. Raises NotFound."""
    found = Incident.objects.filter(id=incident_id).first()
    if found is None:
        raise NotFound(kind="incident", id=str(incident_id))
    return found


def get_for(actor: Actor, incident_id: UUID) -> Incident:
    """Raises NotAllowed, NotFound."""
    require(actor, May.READ, clause=CLAUSE)
    return get(incident_id)


def latest(actor: Actor, *, state: str = "", order: str = "", after: str = "", limit: int = 30) -> Page:
    """Incidents by time, the latest first; ``order``: those that touched the order of this number.

    Raises NotAllowed, Invalid for a key that was made up.
    """
    require(actor, May.READ, clause=CLAUSE)
    found = Incident.objects.filter(state=state) if state else Incident.objects.all()
    if order:
        found = found.filter(id__in=TouchedOrder.objects.filter(number=order).values("incident_id"))
    if after:
        moment, last = cases.cursor(after)
        found = found.filter(Q(made_at__lt=moment) | Q(made_at=moment, id__gt=last))
    rows = list(found.order_by("-made_at", "id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{more.made_at.isoformat()}~{more.id}" if more else None)


def going() -> list[UUID]:
    """Incidents in which something is still told or issued."""
    due = TouchedOrder.objects.filter(is_open()).values("incident_id").distinct()
    running = Incident.objects.filter(Q(state="telling") | Q(state__in=("told", "stopped"), id__in=due))
    return list(running.values_list("id", flat=True))


def possible(actor: Actor, incident: Incident) -> list[Step]:
    """The steps that the state allows and the actor may take; approving is another person's."""
    found = [s for s in WORKFLOW.allowed(incident.state) if s.permission != May.AUTOMATIC]
    return [step for step in found if allows(actor, step.permission) and _mine(step, actor, incident)]


def preview(actor: Actor, reach: Reach, *, at: datetime) -> Preview:
    """What would be found now; nothing is kept. Raises NotAllowed, Invalid."""
    require(actor, May.DECLARE, clause=CLAUSE)
    rules.check_reach(reach)
    touched, values = marketplace.touched(reach, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_PREVIEW.format(touched=touched), values)
        orders, people, unknown, paid = cursor.fetchone()
        cursor.execute(_SAMPLE.format(touched=touched), [*values, SAMPLE])
        names = [column.name for column in cursor.description]
        sample = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return Preview(orders, people, unknown, int(paid), sample)


def progress(incident: Incident) -> Progress:
    """How far it is; four round trips whatever the number of orders."""
    people = Recipient.objects.filter(incident=incident)
    told = dict(people.values_list("state").annotate(n=Count("id")))
    issued = TouchedOrder.objects.filter(incident=incident).values_list("issued").annotate(n=Count("id"))
    unreached = people.filter(state__in=NOT_TOLD).values_list("code")
    reasons = [(code, n) for code, n in unreached.annotate(n=Count("id")).order_by("-n", "code")]
    found = [stored.clock for stored in clocks.of(incident.id) if stored.clock.clause_id == CLAUSE]
    return Progress(
        incident.people, told, incident.orders, dict(issued), reasons, found[-1] if found else None,
        incident.remedy in BY_MARKETPLACE,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One order of a person that an incident touched."""

    number: str
    issued: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person reads of an incident: what happened, the own orders, what they get."""

    incident: Incident
    text: str
    parts: Sequence[Part]
    told_at: datetime | None


def mine(actor: Actor, incident_id: UUID) -> Mine:
    """A person's own part, once it was told. Raises NotFound for everybody else."""
    row = Recipient.objects.filter(incident_id=incident_id, key=actor.id, state=Told.TOLD).first()
    if row is None or actor.case_id is not None:
        raise NotFound(kind="incident", id=str(incident_id))
    return _mine_of(row)


def path_of(kind: str, subject_id: UUID, audience: str, recipient_id: UUID | None) -> str:
    """Where a notice about an incident leads."""
    del recipient_id
    if kind != "incident":
        return ""
    return f"/desk/incidents/{subject_id}" if audience == "staff" else f"/my/incidents/{subject_id}"


def _mine_of(row: Recipient) -> Mine:
    incident = row.incident
    orders = TouchedOrder.objects.filter(incident=incident, key=row.key).order_by("id")[:200]
    words = accounts.bodies([incident.text_id]) if incident.text_id else {}
    parts = [Part(each.number, each.issued) for each in orders]
    return Mine(incident, words.get(incident.text_id, "") if incident.text_id else "", parts, row.told_at)


def _mine(step: Step, actor: Actor, incident: Incident) -> bool:
    if step.name == "approve":
        return incident.chosen_by != actor.id
    if step.name == "grant":
        mine = TouchedOrder.objects.filter(incident=incident, issued__in=BY_HAND)
        return incident.remedy in BY_MARKETPLACE and mine.exists()
    return True


_PREVIEW: Final = """
SELECT count(*), count(DISTINCT COALESCE(t.person_id, t.buyer_id)),
    count(DISTINCT t.buyer_id) FILTER (WHERE t.person_id IS NULL), COALESCE(sum(t.paid_fen), 0)
FROM ({touched}) t
"""
_SAMPLE: Final = """
SELECT t.number, t.paid_fen, t.currency, t.ordered_at, t.person_id IS NOT NULL AS known
FROM ({touched}) t ORDER BY t.ordered_at DESC, t.order_id LIMIT %s
"""
