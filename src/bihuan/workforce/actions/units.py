"""Units of the organisation: opened, changed and closed from a time on, with a reason (ASM-2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.db import transaction

from bihuan.accounts import queries as accounts
from bihuan.accounts.actions import keep_reason, keep_text
from bihuan.accounts.models.people import Department, PersonState
from bihuan.accounts.permissions import require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.subject import Subject
from bihuan.workforce import events
from bihuan.workforce.models import Unit, UnitState
from bihuan.workforce.permissions import WorkPermission
from bihuan.workforce.queries import units as queries

_CLAUSE: Final = "ASM-2.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewState:
    """What a unit shall be: ``parent_id`` None is headquarters, ``department`` a code or empty."""

    name: str
    parent_id: UUID | None = None
    department: str = ""
    head_id: UUID | None = None
    team_ids: Sequence[UUID] = ()
    duties: str = ""


@transaction.atomic
def open_unit(*, new: NewState, from_at: datetime, reason: str, actor: Actor, at: datetime) -> Unit:
    """A new unit. Raises NotAllowed, Invalid, Refusal (a second headquarters, a parent that is not there)."""
    require(actor, WorkPermission.ORGANISE)
    queries.lock()
    unit = Unit.objects.create(opened_at=at)
    row = _state(unit, new, from_at, reason, actor, at)
    _say(unit, events.UnitOpened(**_facts(row)), actor, at)
    return unit


@transaction.atomic
def change_unit(
    *, unit_id: UUID, new: NewState, from_at: datetime, reason: str, actor: Actor, at: datetime
) -> UnitState:
    """What the unit is from this time on; what it was before stays as history.

    Raises NotFound, NotAllowed, Invalid, Refusal (not after the last change, a circle in the tree, a team of
    another unit).
    """
    require(actor, WorkPermission.ORGANISE)
    queries.lock()
    last = _last(unit_id)
    if from_at <= last.from_at:
        raise Refusal(
            "The last change of this unit counts from {at}; the next one comes after it.",
            code="unit.order",
            clause=_CLAUSE,
            at=last.from_at.isoformat(),
            remedy="Choose a later time.",
        )
    UnitState.objects.filter(id=last.id).update(until_at=from_at)
    row = _state(last.unit, new, from_at, reason, actor, at)
    _say(last.unit, events.UnitChanged(**_facts(row)), actor, at)
    return row


@transaction.atomic
def close_unit(*, unit_id: UUID, until_at: datetime, reason: str, actor: Actor, at: datetime) -> None:
    """The unit ends; not while units stand below it. Raises NotFound, NotAllowed, Invalid, Refusal."""
    require(actor, WorkPermission.ORGANISE)
    queries.lock()
    last = _last(unit_id)
    if until_at <= last.from_at:
        raise Invalid("The end must lie after the start.", field="until_at", remedy="Give a later end.")
    below = queries.below(unit_id, after=until_at)
    if below:
        raise Refusal(
            "{count} units stand below this one.",
            code="unit.not_empty",
            clause=_CLAUSE,
            count=len(below),
            remedy="Close them first, or put them below another unit.",
        )
    UnitState.objects.filter(id=last.id).update(until_at=until_at)
    subject = Subject("unit", unit_id)
    why = keep_reason(reason, subject=subject, actor=actor, at=at, needed=True)
    _say(last.unit, events.UnitClosed(until_at=until_at, reason_id=why), actor, at)


def _state(
    unit: Unit, new: NewState, from_at: datetime, reason: str, actor: Actor, at: datetime
) -> UnitState:
    _check(unit.id, new, from_at)
    subject = Subject("unit", unit.id)
    why = cast("UUID", keep_reason(reason, subject=subject, actor=actor, at=at, needed=True))
    duties = new.duties.strip()
    kept = keep_text(body=duties, subject=subject, about=None, actor=actor, at=at).id if duties else None
    row = UnitState.objects.create(
        unit=unit,
        name=new.name.strip(),
        parent_id=new.parent_id,
        department=new.department,
        head_id=new.head_id,
        duties=kept,
        reason=why,
        from_at=from_at,
        set_by=actor.id,
        set_at=at,
    )
    row.teams.set([team for team in accounts.teams() if team.id in set(new.team_ids)])
    return row


def _check(unit_id: UUID, new: NewState, from_at: datetime) -> None:
    name = new.name.strip()
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise Invalid("The name has 1 to {most} printable characters.", field="name", most=60)
    if new.department and new.department not in set(Department):
        raise Invalid(field="department", remedy="Choose one of the values named.")
    if new.head_id is not None:
        _check_head(new.head_id)
    there = {row.unit_id: row for row in queries.states(at=from_at) if row.unit_id != unit_id}
    _check_parent(unit_id, new.parent_id, there)
    taken = {team.id for row in there.values() for team in row.teams.all()}
    if taken & set(new.team_ids):
        raise Refusal(
            "A team belongs to one unit at a time.",
            code="unit.team_taken",
            clause=_CLAUSE,
            remedy="Take it out of the other unit first.",
        )
    if set(new.team_ids) - {team.id for team in accounts.teams()}:
        raise Invalid(field="team_ids", remedy="Choose one of the values named.")


def _check_head(person_id: UUID) -> None:
    head = accounts.person_by_id(person_id)
    if head.kind != ActorKind.STAFF or head.state != PersonState.ACTIVE:
        raise Invalid(
            "The head of a unit is an active member of staff.",
            field="head_id",
            clause=_CLAUSE,
            remedy="Choose somebody who works here.",
        )


def _check_parent(unit_id: UUID, parent_id: UUID | None, there: dict[UUID, UnitState]) -> None:
    if parent_id is None:
        if any(row.parent_id is None for row in there.values()):
            raise Refusal(
                "There is a headquarters already.",
                code="unit.headquarters",
                clause=_CLAUSE,
                remedy="Put the unit below another one.",
            )
        return
    above: UUID | None = parent_id
    while above is not None and above != unit_id:
        if above not in there:
            raise Invalid(
                "The unit above is not there at that time.", field="parent_id", remedy="Choose another one."
            )
        above = there[above].parent_id
    if above == unit_id:
        raise Refusal(
            "A unit stands neither below itself nor below one of its own.",
            code="unit.circle",
            clause=_CLAUSE,
            remedy="Choose a unit that does not stand below this one.",
        )


def _last(unit_id: UUID) -> UnitState:
    """The state that has no end yet. Raises NotFound, also for a unit that was closed."""
    found = UnitState.objects.select_related("unit").filter(unit_id=unit_id, until_at=None).first()
    if found is None:
        raise NotFound(kind="unit", id=str(unit_id))
    return found


def _facts(row: UnitState) -> dict[str, Any]:
    return {
        "parent_id": row.parent_id,
        "department": row.department or None,
        "head_id": row.head_id,
        "teams": sorted(str(team.id) for team in row.teams.all()),
        "from_at": row.from_at,
        "reason_id": row.reason,
    }


def _say(unit: Unit, event: events.UnitEvent, actor: Actor, at: datetime) -> None:
    journal.append([Draft(Subject("unit", unit.id), event, actor, at)])
