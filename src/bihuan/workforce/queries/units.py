"""The units of the organisation as they are or were at a time, and what became of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from bihuan.accounts import queries as accounts
from bihuan.accounts.models.people import PersonState
from bihuan.accounts.permissions import require
from bihuan.engine.errors import NotFound
from bihuan.engine.organisation import Place
from bihuan.journal.actor import Actor
from bihuan.workforce.models import UnitState
from bihuan.workforce.permissions import WorkPermission

_LOCK: Final = 7_310_021


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree: ``depth`` 0 is headquarters; ``people``: active people of its own teams."""

    unit_id: UUID
    depth: int
    state: UnitState
    teams: Sequence[str]
    team_ids: Sequence[UUID]
    people: int
    headed: bool


def lock() -> None:
    """One change of the organisation at a time: the checks look at all units."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def states(*, at: datetime) -> list[UnitState]:
    """Every unit as it is at that time."""
    found = UnitState.objects.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at)
    return list(found.select_related("head", "unit").prefetch_related("teams").order_by("name", "id"))


def tree(actor: Actor, *, at: datetime) -> list[Node]:
    """The organisation at that time, each unit before those below it. Raises NotAllowed.

    A unit whose parent is gone stands at the end, at depth 0.
    """
    require(actor, WorkPermission.UNITS)
    rows = states(at=at)
    members = accounts.members_by_team()
    known = {row.unit_id for row in rows}
    found: list[Node] = []

    def walk(above: UUID | None, depth: int) -> None:
        for row in rows:
            if row.parent_id == above:
                found.append(_node(row, depth, members))
                walk(row.unit_id, depth + 1)

    walk(None, 0)
    for lost in {row.parent_id for row in rows if row.parent_id not in known and row.parent_id is not None}:
        walk(lost, 0)
    return found


def places(nodes: Sequence[Node]) -> list[Place]:
    """The tree as the engine asks for it."""
    return [
        Place(
            str(node.unit_id),
            str(node.state.parent_id) if node.state.parent_id else None,
            node.headed,
            node.people,
        )
        for node in nodes
    ]


def state_of(actor: Actor, unit_id: UUID, *, at: datetime) -> UnitState:
    """A unit as it is at that time, or as it was last. Raises NotAllowed, NotFound."""
    require(actor, WorkPermission.UNITS)
    rows = list(
        UnitState.objects.filter(unit_id=unit_id)
        .select_related("head", "parent")
        .prefetch_related("teams")
        .order_by("-from_at")
    )
    if not rows:
        raise NotFound(kind="unit", id=str(unit_id))
    return next((row for row in rows if row.from_at <= at), rows[-1])


def history(unit_id: UUID) -> list[UnitState]:
    """Everything that a unit was and is planned to be, the latest first."""
    found = UnitState.objects.filter(unit_id=unit_id).select_related("head").prefetch_related("teams")
    return list(found.order_by("-from_at"))


def below(unit_id: UUID, *, after: datetime) -> list[UUID]:
    """Units that stand directly below this one at that time or later."""
    found = UnitState.objects.filter(Q(until_at=None) | Q(until_at__gt=after), parent_id=unit_id)
    return list(found.values_list("unit_id", flat=True).distinct())


def teams_within(nodes: Sequence[Node], unit_id: UUID) -> set[UUID]:
    """The teams of a unit and of all units below it."""
    found: set[UUID] = set()
    depth: int | None = None
    for node in nodes:
        if node.unit_id == unit_id:
            depth = node.depth
        elif depth is not None and node.depth <= depth:
            break
        if depth is not None:
            found |= set(node.team_ids)
    return found


def _node(row: UnitState, depth: int, members: dict[UUID, int]) -> Node:
    teams = sorted(row.teams.all(), key=lambda team: team.name_key)
    return Node(
        unit_id=row.unit_id,
        depth=depth,
        state=row,
        teams=[team.name for team in teams],
        team_ids=[team.id for team in teams],
        people=sum(members.get(team.id, 0) for team in teams),
        headed=row.head is not None and row.head.state == PersonState.ACTIVE,
    )
