"""Reading cases: one by its id for an actor, lists by the strictest clock."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import RLock
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q, QuerySet

from bihuan.accounts import queries as accounts
from bihuan.accounts.actions import Retention
from bihuan.accounts.permissions import DESK_ROLES, MERCHANT_ROLES, Role
from bihuan.cases.audience import audiences, sees
from bihuan.cases.models import Case, Link
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor

_ZONE = ZoneInfo("Asia/Shanghai")


def get(case_id: UUID) -> Case:
    """A case for the program itself. Raises NotFound."""
    found = Case.objects.filter(id=case_id).first()
    if found is None:
        raise NotFound(kind="case", id=str(case_id))
    return found


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases an actor may know of (PCN-1.2): the base of every list and of every look-up."""
    if actor.has(Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.PROGRAM, Role.SYSTEM):
        return Case.objects.all()
    if actor.case_id is not None:
        return Case.objects.filter(id=actor.case_id)
    wanted = Q(consumer_id=actor.id) | Q(representative_id=actor.id)
    if actor.has(*DESK_ROLES):
        wanted |= Q(owner_id=actor.id) | Q(participants__person_id=actor.id, participants__left_at=None)
        if actor.has(Role.AGENT):
            wanted |= Q(owner=None, is_open=True) | Q(team_id=actor.team_id, team_id__isnull=False)
    if actor.organisation_id is not None and (actor.has(*MERCHANT_ROLES) or actor.has(Role.PARTNER_OPERATOR)):
        wanted |= Q(merchant_id=actor.organisation_id) | Q(partner_id=actor.organisation_id)
    return Case.objects.filter(wanted).distinct()


def get_for(actor: Actor, case_id: UUID, *, flow: str = "") -> Case:
    """The case, if the actor may know of it. Raises NotFound for all: none, not theirs, of another flow."""
    found = visible(actor).filter(id=case_id).first()
    if found is None or flow not in ("", found.flow):
        raise NotFound(kind="case", id=str(case_id), clause="PCN-1.2")
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """A page of cases and the key of the next one (None at the end); nothing is skipped or shown twice."""

    rows: Sequence[Case]
    after: str | None


def inbox(
    actor: Actor,
    *,
    owner: str = "all",
    state: str = "",
    flow: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Open cases by strictest clock; ``owner`` is all, mine or none; ``flow`` empty is every kind."""
    found = _narrowed(visible(actor).filter(is_open=True), actor, owner, state, flow)
    return by_strictest(found, after=after, limit=limit)


def _narrowed(found: QuerySet[Case], actor: Actor, owner: str, state: str, flow: str) -> QuerySet[Case]:
    if flow:
        found = found.filter(flow=flow)
    if owner == "mine":
        found = found.filter(owner_id=actor.id)
    elif owner == "none":
        found = found.filter(owner=None)
    return found.filter(state=state) if state else found


def by_strictest(found: QuerySet[Case], *, after: str | None, limit: int) -> Page:
    """Page any set of cases by (green first, strictest due time, id), cases without a clock last."""
    rows: list[Case] = []
    for part in _after(found, after):
        if len(rows) <= limit:
            ordered = part.order_by(F("strictest_due_at").asc(nulls_last=True), "id")
            rows += ordered[: limit + 1 - len(rows)]
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows=rows[:limit], after=key(more) if more else None)


def open_of(owner_id: UUID, *, flow: str = "") -> list[UUID]:
    """Open cases of a person, of one flow or of all."""
    found = Case.objects.filter(owner_id=owner_id, is_open=True)
    found = found.filter(flow=flow) if flow else found
    return list(found.values_list("id", flat=True))


def retention(person_id: UUID, at: datetime) -> list[Retention]:
    """What holds a consumer's data: open cases, three years or more after a case ended (P-05, D-06)."""
    found = Case.objects.filter(Q(consumer_id=person_id) | Q(representative_id=person_id))
    running = found.filter(is_open=True).count()
    kept = accounts.kept_for("ended_cases", at=at)
    ended = found.filter(is_open=False, closed_at__gt=at - kept)
    last = ended.aggregate(last=Max("closed_at"), n=Count("id"))
    held = [Retention("D-06", running)] if running else []
    if last["n"]:
        held.append(Retention("P-05", last["n"], last["last"] + kept))
    return held


def merged_into(case_id: UUID) -> list[UUID]:
    """The cases that were merged into this one and stand so."""
    return list(Case.objects.filter(merged_into_id=case_id).order_by("id").values_list("id", flat=True))


def loads(people: Collection[UUID]) -> dict[UUID, int]:
    """Open cases by owner, for the workforce's choice of the least loaded."""
    found = Case.objects.filter(owner_id__in=list(people), is_open=True).values("owner_id")
    return {row["owner_id"]: row["n"] for row in found.annotate(n=Count("id"))}


def by_receipt(
    actor: Actor,
    *,
    is_open: bool | None = None,
    owner: str = "all",
    state: str = "",
    flow: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Cases from the latest receipt to the earliest. The order never changes, so that a reader who goes
    on to the end gets each case that was there at the start, and fits still, exactly once."""
    found = _narrowed(visible(actor), actor, owner, state, flow)
    if is_open is not None:
        found = found.filter(is_open=is_open)
    if after:
        moment, last = cursor(after)
        found = found.filter(Q(received_at__lt=moment) | Q(received_at=moment, id__gt=last))
    rows = list(found.order_by("-received_at", "id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows=rows[:limit], after=f"{more.received_at.isoformat()}~{more.id}" if more else None)


_AHEAD: Final = "g!"


def key(case: Case) -> str:
    """Where a case stands in every list by strictest clock; green ones stand before all others."""
    due = case.strictest_due_at.isoformat() if case.strictest_due_at else ""
    return f"{_AHEAD if case.green else ''}{due}~{case.id}"


def spot(text: str) -> tuple[bool, datetime | None, UUID]:
    """The place behind a key: green or not, strictest time, id. Raises Invalid for a key that was made up."""
    due, _, last = text.removeprefix(_AHEAD).partition("~")
    try:
        moment = datetime.fromisoformat(due) if due else None
        if moment is not None and moment.tzinfo is None:
            raise _bad_cursor()
        return text.startswith(_AHEAD), moment and moment.astimezone(UTC), UUID(last)
    except (ValueError, OverflowError):
        raise _bad_cursor() from None


def cursor(after: str) -> tuple[datetime, UUID]:
    """The time and id behind a key that a page gave. Raises Invalid for one that was made up."""
    is_green, moment, last = spot(after)
    if is_green or moment is None:
        raise _bad_cursor()
    return moment, last


def may_read(actor: Actor, case_id: UUID) -> bool:
    """Whether the actor may know of the case."""
    return visible(actor).filter(id=case_id).exists()


def readers(case_id: UUID, actors: Collection[Actor]) -> set[UUID]:
    """Which of these people may know of the case; two round trips for however many."""
    known = audiences([case_id]).get(case_id)
    return {actor.id for actor in actors if known is not None and sees(actor, known)}


def flow_of(case_id: UUID) -> str:
    """The flow of a case; empty for none."""
    return Case.objects.filter(id=case_id).values_list("flow", flat=True).first() or ""


def by_number(actor: Actor, number: str) -> Case | None:
    """The case of a number, if the actor may know of it."""
    return visible(actor).filter(number=number.strip().upper()).first()


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case and how it belongs here: merged_in, merged_into, split_off, split_from, related,
    opened_as, opened_from."""

    kind: str
    case: Case


def links_of(actor: Actor, case_id: UUID) -> list[Linked]:
    """The links of a case that stand, to cases that the actor may know of, the latest first."""
    found = Link.objects.filter(Q(source_id=case_id) | Q(target_id=case_id), undone_at=None)
    rows = list(found.order_by("-made_at", "-id")[:50])
    others = {row.target_id if row.source_id == case_id else row.source_id for row in rows}
    known = {case.id: case for case in visible(actor).filter(id__in=others)}
    sides = [(row.kind, row.source_id == case_id, row) for row in rows]
    return [
        Linked(_WAYS.get((kind, out), kind), known[other])
        for kind, out, row in sides
        if (other := row.target_id if out else row.source_id) in known
    ]


_WAYS: Final = {
    ("merged", True): "merged_into",
    ("merged", False): "merged_in",
    ("split", True): "split_from",
    ("split", False): "split_off",
    ("opened_from", True): "opened_from",
    ("opened_from", False): "opened_as",
}


def is_linked(one: UUID, other: UUID, kind: str) -> bool:
    """Whether a link of this kind stands between two cases, whichever way it was made."""
    both = Q(source_id=one, target_id=other) | Q(source_id=other, target_id=one)
    return Link.objects.filter(both, kind=kind, undone_at=None).exists()


def new_number(at: datetime) -> str:
    """The next case number: year and month in China, then a running number.

    A process takes numbers in blocks, so that intake seldom asks for one; a block's rest is lost
    when the process ends, so numbers have gaps and no order.
    """
    with _block_lock:
        if not _block:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('cases_number_seq')")
                first: int = cursor.fetchone()[0]
            # a block belongs to this process only once its taking is durable: a crash may undo it
            transaction.on_commit(partial(_keep_block, first))
            return _number(at, first)
        running = _block.pop()
    return _number(at, running)


def _keep_block(first: int) -> None:
    with _block_lock:
        _block.extend(range(first + BLOCK - 1, first, -1))


def _number(at: datetime, running: int) -> str:
    return f"BH{at.astimezone(_ZONE):%y%m}{running:08d}"


BLOCK: Final = 50
_block: list[int] = []
_block_lock = RLock()


def hash_code(number: str, code: str) -> str:
    """The stored form of a case's code."""
    return hashlib.sha256(f"{number}:{code.strip().upper()}".encode()).hexdigest()


def by_code(number: str, code: str) -> Case:
    """The case of a number and its code. Raises NotFound alike for a wrong number and a wrong code."""
    found = Case.objects.filter(number=number.strip().upper()).first()
    expected = found.code_hash if found else hash_code("", "")
    if found is None or not hmac.compare_digest(expected, hash_code(found.number, code)):
        raise NotFound(
            "There is no case with this number and code.",
            code="case.code",
            remedy="Check both against the message you got.",
        )
    return found


def _after(found: QuerySet[Case], after: str | None) -> list[QuerySet[Case]]:
    """What comes after the key: the green ones, then the others; each part is read for itself."""
    green, others = found.exclude(green=""), found.filter(green="")
    if not after:
        return [green, others]
    is_green, due, last = spot(after)
    beyond = _beyond(due, last)
    return [green.filter(beyond), others] if is_green else [others.filter(beyond)]


def _beyond(moment: datetime | None, last: UUID) -> Q:
    if moment is None:
        return Q(strictest_due_at=None, id__gt=last)
    return Q(strictest_due_at__gt=moment) | Q(strictest_due_at=moment, id__gt=last) | Q(strictest_due_at=None)


def _bad_cursor() -> Invalid:
    return Invalid(
        "after is not a key that a page gave.",
        field="after",
        remedy="Take it from the last answer, unchanged; leave it out for the first page.",
    )
