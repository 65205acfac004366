"""The supervisor's board: what is due, late, without owner; who carries how much, is away; what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F

from bihuan.accounts.permissions import require
from bihuan.cases.models import Case
from bihuan.desk.filters import Wanted
from bihuan.desk.permissions import D
from bihuan.desk.queries.rows import Asking, Count, counts, midnight
from bihuan.journal.actor import Actor
from bihuan.money import queries as money
from bihuan.workforce import queries as workforce

NUMBERS: Final[Mapping[str, Wanted]] = {
    "green": Wanted(owner="all", green="only"),
    "overdue": Wanted(owner="all", due="overdue"),
    "today": Wanted(owner="all", due="today"),
    "unowned": Wanted(owner="none"),
    "unowned_overdue": Wanted(owner="none", due="overdue"),
    "offers": Wanted(owner="all", waiting="offers"),
    "extensions": Wanted(owner="all", waiting="extensions"),
    "open": Wanted(owner="all"),
}
WAITING: Final = 20
PERSON_CAP: Final = 500
_LOADS = """
SELECT p.id, o.n, o.late, o.today FROM unnest(%s::uuid[]) AS p(id), LATERAL (
    SELECT count(*) AS n, count(*) FILTER (WHERE c.strictest_due_at <= %s) AS late,
        count(*) FILTER (WHERE c.strictest_due_at > %s AND c.strictest_due_at <= %s) AS today
    FROM (SELECT strictest_due_at FROM cases_case WHERE owner_id = p.id AND is_open
          ORDER BY strictest_due_at NULLS LAST, id LIMIT %s) c) o
"""
"""Each person's open cases by the index of owners, cut off; no group over the whole table."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much somebody carries. ``reasons``: why no case can be given to them now."""

    person_id: UUID
    name: str
    status: str
    absent: bool
    open: int
    overdue: int
    today: int
    capacity: int

    @property
    def is_capped(self) -> bool:
        return self.open >= PERSON_CAP

    @property
    def is_full(self) -> bool:
        return self.open >= self.capacity


@dataclass(frozen=True, slots=True)
class Waits:
    """An offer, an extension or a refund above its limit that waits for approval."""

    case_id: UUID | None
    number: str
    step: str
    kind: str
    amount: int | None
    since: datetime
    due_at: datetime | None
    refund_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """``numbers`` by name with the rows behind each (``wanted``)."""

    numbers: Mapping[str, Count]
    wanted: Mapping[str, Wanted]
    loads: Sequence[Load]
    away: Sequence[Load]
    approvals: Sequence[Waits]


def board(actor: Actor, *, at: datetime, language: str) -> Board:
    """The board as of ``at``; eight round trips whatever the number of cases. Raises NotAllowed."""
    require(actor, D.BOARD)
    people = _loads(at, language)
    return Board(
        numbers=counts(Asking(actor, at), NUMBERS),
        wanted=NUMBERS,
        loads=sorted(people, key=lambda load: (-load.overdue, -load.open, load.name)),
        away=[load for load in people if load.absent and load.open],
        approvals=[*_offers(), *_extensions(), *_refunds(actor)],
    )


def _loads(at: datetime, language: str) -> list[Load]:
    workers = workforce.workers(at=at)
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, [[w.person_id for w in workers], at, at, midnight(at), PERSON_CAP])
        carried = {person: (n, late, today) for person, n, late, today in cursor.fetchall()}
    return [_load(worker, carried.get(worker.person_id, (0, 0, 0)), language) for worker in workers]


def _load(worker: Any, carried: tuple[int, int, int], language: str) -> Load:
    return Load(
        person_id=worker.person_id,
        name=worker.person.display(language),
        status=worker.status,
        absent=worker.absent,
        open=carried[0],
        overdue=carried[1],
        today=carried[2],
        capacity=worker.capacity,
    )


def _offers() -> list[Waits]:
    found = Case.objects.filter(is_open=True, complaint__offers__state="held").order_by(
        "complaint__offers__made_at"
    )
    rows = found.values_list(
        "id", "number", "complaint__offers__kind", "complaint__offers__amount", "complaint__offers__made_at",
        "strictest_due_at",
    )  # fmt: skip
    return [
        Waits(case_id, number, "approve_offer", kind, amount, since, due)
        for case_id, number, kind, amount, since, due in rows[:WAITING]
    ]


def _extensions() -> list[Waits]:
    found = Case.objects.filter(is_open=True, complaint__extensions__state="asked").order_by(
        F("strictest_due_at").asc(nulls_last=True)
    )
    rows = found.values_list(
        "id", "number", "complaint__extensions__to", "complaint__extensions__asked_at", "strictest_due_at"
    )
    return [
        Waits(case_id, number, "approve_extension", to, None, since, due)
        for case_id, number, to, since, due in rows[:WAITING]
    ]


def _refunds(actor: Actor) -> list[Waits]:
    """Refunds above somebody's limit, of every flow; the case says until when the money is due."""
    held = money.work_list(actor=actor, show=money.Show.HELD, limit=WAITING)
    known = Case.objects.in_bulk([row.case_id for row in held if row.case_id is not None])
    return [_refund(row, known.get(row.case_id)) for row in held]


def _refund(row: Any, case: Case | None) -> Waits:
    return Waits(
        case_id=case.id if case else None,
        number=case.number if case else row.order_number,
        step="approve_refund",
        kind=row.kind,
        amount=row.amount_fen,
        since=row.requested_at,
        due_at=case.strictest_due_at if case else None,
        refund_id=row.id,
    )
