"""What the streams need of the database: who is behind a session, and what was committed since a position."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from bihuan.accounts.doors import CASE_KEY
from bihuan.accounts.middleware import needs_second_factor
from bihuan.accounts.models import Person
from bihuan.accounts.queries import actor_for
from bihuan.cases.audience import Audience, audiences, sees
from bihuan.complaints.queries import INTERNAL
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.models import Entry
from bihuan.journal.queries import Position
from bihuan.journal.time import now

BATCH: Final = 500
_OUTSIDE: Final = frozenset({ActorKind.CONSUMER, ActorKind.MERCHANT, ActorKind.PARTNER})
_MOVES: Final = ("complaint.assigned", "complaint.handed_over")
"""After these somebody may no longer know of the case and should see it leave the list."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry about a case; ``before`` is who knew of it until then, where that changed."""

    position: Position
    event: str
    audience: Audience
    before: Audience | None
    line: bytes
    gone: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries up to ``position``; ``people``: those whose own history went on (roles, lock, password)."""

    position: Position
    happened: tuple[Happened, ...]
    people: frozenset[UUID]
    full: bool


def viewer(session_key: str) -> Actor | None:
    """The actor behind a session; None where it ended, the person is locked or lacks a second factor."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person = get_user(request)
    if not isinstance(person, Person):
        return None
    case = request.session.get(CASE_KEY)
    actor = actor_for(person, at=now(), case_id=UUID(case) if case else None)
    return None if not actor.roles or needs_second_factor(actor) else actor


def read_after(position: Position) -> Batch:
    """The next entries in the order of commitment, none ever skipped; at most ``BATCH``."""
    found = journal.committed_after(position, BATCH)
    cases = [(place, entry) for place, entry in found if entry.subject_kind == "case"]
    known = audiences({entry.subject_id for _, entry in cases})
    known_ones = [(place, entry) for place, entry in cases if entry.subject_id in known]
    happened = [_happened(place, entry, known[entry.subject_id]) for place, entry in known_ones]
    return Batch(
        position=found[-1][0] if found else position,
        happened=tuple(happened),
        people=frozenset(entry.subject_id for _, entry in found if entry.subject_kind == "person"),
        full=len(found) == BATCH,
    )


def addressed(batch: Batch, actors: Collection[Actor]) -> Mapping[Actor, list[tuple[Position, bytes]]]:
    """What each of these actors is told of a batch."""
    return {
        actor: [(h.position, line) for h in batch.happened if (line := told(actor, h))] for actor in actors
    }


def told(actor: Actor, happened: Happened) -> bytes | None:
    """The lines of the stream, or None where it is not this actor's to know."""
    if actor.kind in _OUTSIDE and happened.event in INTERNAL:
        return None
    if sees(actor, happened.audience):
        return happened.line
    return happened.gone if happened.before and sees(actor, happened.before) else None


def lines(event: str, position: Position, data: Mapping[str, object]) -> bytes:
    """One event of the stream."""
    return f"id: {position}\nevent: {event}\ndata: {json.dumps(data)}\n\n".encode()


def _happened(place: Position, entry: Entry, audience: Audience) -> Happened:
    case = str(entry.subject_id)
    said = {"case": case, "event": entry.event, "sequence": entry.sequence}
    return Happened(
        position=place,
        event=entry.event,
        audience=audience,
        before=_before(entry, audience),
        line=lines("case", place, said),
        gone=lines("gone", place, {"case": case}),
    )


def _before(entry: Entry, audience: Audience) -> Audience | None:
    if entry.event not in _MOVES:
        return None
    former = entry.data.get("from_id")
    return replace(audience, owner_id=UUID(former) if former else None)
