"""Rows of the inbox: open cases, those of the green channel first, then by strictest clock; each kind of
right its own walk over a partial index.

A person at the desk sees cases for several reasons (own, the team's, nobody's, taking part). Asked in one
condition, the server sorts everything that fits one of them; asked as branches that are each ordered by an
index and cut off, and put together afterwards, it reads a page's worth of each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from bihuan.accounts.permissions import Role
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.desk.filters import Wanted, is_id
from bihuan.journal.actor import Actor

ZONE: Final = ZoneInfo("Asia/Shanghai")
CAP: Final = 1000
EXAMINED: Final = 20_000
"""Rows that a count looks through at most where a filter has no index of its own."""
_SPARSE: Final = ("flow", "type", "urgency", "channel")
_COUNT: Final = "SELECT ARRAY[count(*), 0] FROM (SELECT 1 FROM ({inner}) u LIMIT {most}) s"
_COUNT_SPARSE: Final = (
    "SELECT ARRAY[count(*) FILTER (WHERE {where}), count(*)] FROM (SELECT * FROM ({inner}) u LIMIT {most}) s"
)
Branch = QuerySet[Case]
_GREEN: Final = ~Q(green="")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when, and which cases the person has put aside."""

    actor: Actor
    at: datetime
    aside: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """``n`` rows were found; ``more``: there may be more of them."""

    n: int
    more: bool

    def __str__(self) -> str:
        return f"{self.n}+" if self.more else str(self.n)


@contextmanager
def planned_anew() -> Iterator[None]:
    """Statements inside are planned for the values that they are asked with.

    After some executions the database may take one plan for any values; for an agent's lists among a
    million cases that one takes two to three times as long.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield


@planned_anew()
def page(asking: Asking, wanted: Wanted, *, after: str = "", limit: int = 30) -> cases.Page:
    """Rows behind the key ``after``. Raises Invalid for a key that was made up."""
    found = _first(_beyond(_branches(asking, wanted), after), limit + 1)
    more = cases.key(found[limit - 1]) if len(found) > limit else None
    return cases.Page(rows=found[:limit], after=more)


@planned_anew()
def neighbour(asking: Asking, wanted: Wanted, *, spot: str, without: UUID, back: bool) -> Case | None:
    """The row after (or before) a place, wherever the case that stood there is now."""
    branches = [branch.exclude(id=without) for branch in _branches(asking, wanted)]
    parts = _ahead(branches, spot) if back else _beyond(branches, spot)
    return next(iter(_first(parts, 1, back=back)), None)


@planned_anew()
def counts(asking: Asking, views: Mapping[str, Wanted]) -> dict[str, Count]:
    """How many rows each view has, up to the cap; one statement, and never a full count."""
    if not views:
        return {}
    asked, values = [], []
    for wanted in views.values():
        sql, given = _counted(asking, wanted)
        asked.append(f"({sql})")
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        found = cursor.fetchone()
    return {
        code: Count(min(n, CAP), n > CAP or looked >= EXAMINED)
        for code, (n, looked) in zip(views, found, strict=True)
    }


def everything(actor: Actor) -> bool:
    """Whether the actor sees every case (``cases.queries.visible`` says the same)."""
    return actor.has(Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR)


def part_of(actor: Actor) -> QuerySet[Case, UUID]:
    """Ids of the cases in which the actor takes part beside the owner."""
    found = Case.objects.filter(participants__person_id=actor.id, participants__left_at=None)
    return found.values_list("id", flat=True)


def reasons(actor: Actor) -> list[Q]:
    """Why the actor sees cases at the desk, one condition a reason; nobody's only while they are open."""
    if everything(actor):
        return [Q()]
    found = [Q(owner_id=actor.id), Q(id__in=part_of(actor))]
    if actor.has(Role.AGENT):
        found.append(Q(owner=None, is_open=True))
        if actor.team_id is not None:
            found.append(Q(team_id=actor.team_id))
    return found


def _branches(asking: Asking, wanted: Wanted) -> list[Branch]:
    found = Case.objects.filter(is_open=True)
    found = found.filter(**_fields(asking.actor, wanted)).filter(_due(wanted.due, asking.at))
    if wanted.green:
        found = found.filter(_GREEN)
    for name, where in _WAITING.items():
        if wanted.waiting == name:
            found = found.filter(id__in=Case.objects.filter(where).values("id"))
    if wanted.snoozed == "only":
        found = found.filter(id__in=list(asking.aside))
    elif asking.aside:
        found = found.exclude(id__in=list(asking.aside))
    return [found.filter(why) for why in _whose(asking.actor, wanted)]


def _whose(actor: Actor, wanted: Wanted) -> list[Q]:
    if wanted.owner == "mine":
        return [Q(owner_id=actor.id)]
    if wanted.owner == "none" and (everything(actor) or actor.has(Role.AGENT)):
        return [Q(owner=None)]
    narrow = Q()
    if wanted.owner == "none":
        narrow = Q(owner=None)
    elif is_id(wanted.owner):
        narrow = Q(owner_id=wanted.owner)
    return [narrow & why for why in reasons(actor)]


def _fields(actor: Actor, wanted: Wanted) -> dict[str, Any]:
    found: dict[str, Any] = {name: value for name in ("state", *_SPARSE) if (value := getattr(wanted, name))}
    if wanted.team:
        found["team_id"] = actor.team_id if wanted.team == "mine" else UUID(wanted.team)
    return found


def _due(code: str, at: datetime) -> Q:
    if code == "overdue":
        return Q(strictest_due_at__lte=at)
    if code == "today":
        return Q(strictest_due_at__gt=at, strictest_due_at__lte=midnight(at))
    if code == "week":
        return Q(strictest_due_at__lte=midnight(at) + timedelta(days=6))
    return Q()


def midnight(at: datetime) -> datetime:
    """24:00 of the day in China."""
    day = at.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(day, time(), ZONE)


_WAITING: Final[Mapping[str, Q]] = {
    "offers": Q(complaint__offers__state="held"),
    "extensions": Q(complaint__extensions__state="asked"),
}


def _first(parts: Sequence[Branch], limit: int, *, back: bool = False) -> list[Case]:
    due = F("strictest_due_at")
    order = (due.desc(nulls_first=True), "-id") if back else (due.asc(nulls_last=True), "id")
    cut = [part.order_by(*order)[:limit] for part in parts]
    found = cut[0] if len(cut) == 1 else cut[0].union(*cut[1:])
    return sorted(found, key=_place, reverse=back)[:limit]


def _place(case: Case) -> tuple[bool, bool, float, UUID]:
    due = case.strictest_due_at
    return not case.green, due is None, due.timestamp() if due else 0.0, case.id


def _split(branches: Sequence[Branch]) -> tuple[list[Branch], list[Branch]]:
    """The green ones, which are few and have an index of their own, and all the others."""
    return [b.filter(_GREEN) for b in branches], [b.filter(green="") for b in branches]


def _beyond(branches: Sequence[Branch], spot: str) -> list[Branch]:
    """What comes after a place: later clocks, then no clock, and after the green ones all the others."""
    green, others = _split(branches)
    if not spot:
        return [*green, *others]
    is_green, due, last = cases.spot(spot)
    return [*_later(green, due, last), *others] if is_green else _later(others, due, last)


def _ahead(branches: Sequence[Branch], spot: str) -> list[Branch]:
    green, others = _split(branches)
    is_green, due, last = cases.spot(spot)
    return _sooner(green, due, last) if is_green else [*green, *_sooner(others, due, last)]


def _later(branches: Sequence[Branch], due: datetime | None, last: UUID) -> list[Branch]:
    """Each part a range of the index."""
    if due is None:
        return [b.filter(strictest_due_at=None, id__gt=last) for b in branches]
    later = Q(strictest_due_at__gt=due) | Q(id__gt=last)
    found = [b.filter(later, strictest_due_at__gte=due) for b in branches]
    return [*found, *(b.filter(strictest_due_at=None) for b in branches)]


def _sooner(branches: Sequence[Branch], due: datetime | None, last: UUID) -> list[Branch]:
    if due is None:
        found = [b.filter(strictest_due_at=None, id__lt=last) for b in branches]
        return [*found, *(b.filter(strictest_due_at__isnull=False) for b in branches)]
    sooner = Q(strictest_due_at__lt=due) | Q(id__lt=last)
    return [b.filter(sooner, strictest_due_at__lte=due) for b in branches]


def _counted(asking: Asking, wanted: Wanted) -> tuple[str, list[Any]]:
    """SQL that gives [rows found, rows looked through]."""
    sparse = {name: value for name in _SPARSE if (value := getattr(wanted, name))}
    loose = Wanted(**{**wanted.codes(), **dict.fromkeys(sparse, "")})
    most = EXAMINED if sparse else CAP + 1
    pieces, values = [], []
    for branch in _branches(asking, loose):
        try:
            sql, given = branch.order_by().values("id", *_SPARSE)[:most].query.sql_with_params()
        except EmptyResultSet:  # nothing is put aside: Django knows without asking
            continue
        pieces.append(f"({sql})")
        values += given
    if not pieces:
        return "SELECT ARRAY[0, 0]", []
    inner = " UNION ".join(pieces)
    if not sparse:
        return _COUNT.format(inner=inner, most=most), values
    where = " AND ".join(f's."{name}" = %s' for name in sparse)
    return _COUNT_SPARSE.format(inner=inner, most=most, where=where), [*sparse.values(), *values]
