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
_SIDES: Final = {
    ActorKind.CONSUMER: "consumer",
    ActorKind.MERCHANT: "merchant",
    ActorKind.PARTNER: "third_party",
}
"""People from outside, and the conversation that is theirs."""
_TALK: Final = ("thread", "call")
_SILENT: Final = frozenset({"complaint.read"})
"""Changes nothing that is shown; a page that told of its own loading would load for ever."""
_MOVES: Final = ("complaint.assigned", "complaint.handed_over")
"""After these somebody may no longer know of the case and should see it leave the list."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry about a case or of its conversations.

    ``side`` is whom a message was written to; ``before`` is who knew of the case until then, where
    that changed.
    """

    position: Position
    event: str
    side: str
    audience: Audience
    before: Audience | None
    line: bytes
    gone: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter was placed in a person's inbox; only that person is told, and only that there is one."""

    position: Position
    person_id: UUID
    line: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries up to ``position``; ``people``: those whose own history went on (roles, lock, password)."""

    position: Position
    happened: tuple[Happened | Arrived, ...]
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
    cases = [(place, entry, case) for place, entry in found if (case := _case_of(entry))]
    known = audiences({case for _, _, case in cases})
    happened: list[Happened | Arrived] = [
        _happened(place, entry, known[case]) for place, entry, case in cases if case in known
    ]
    happened += [_arrived(place, entry) for place, entry in found if _is_letter(entry)]
    happened.sort(key=lambda one: one.position)
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


def told(actor: Actor, happened: Happened | Arrived) -> bytes | None:
    """The lines of the stream, or None where it is not this actor's to know."""
    if isinstance(happened, Arrived):
        return happened.line if actor.id == happened.person_id else None
    if happened.event in _SILENT or not _is_of_side(actor, happened):
        return None
    if sees(actor, happened.audience):
        return happened.line
    return happened.gone if happened.before and sees(actor, happened.before) else None


def here_told(cases: Collection[UUID], actors: Collection[Actor]) -> Mapping[Actor, list[bytes]]:
    """The lines that tell people of the house to look who is on these cases, where they may know of them."""
    known = audiences(cases)
    said = {case: f"event: here\ndata: {json.dumps({'case': str(case)})}\n\n".encode() for case in known}
    return {
        actor: [said[case] for case in known if actor.kind is ActorKind.STAFF and sees(actor, known[case])]
        for actor in actors
    }


def _is_of_side(actor: Actor, happened: Happened) -> bool:
    side = _SIDES.get(actor.kind)
    return side is None or (happened.event not in INTERNAL and happened.side in ("", side))


def _case_of(entry: Entry) -> UUID | None:
    if entry.subject_kind == "case":
        return entry.subject_id
    return UUID(entry.data["case_id"]) if entry.subject_kind in _TALK else None


def lines(event: str, position: Position, data: Mapping[str, object]) -> bytes:
    """One event of the stream."""
    return f"id: {position}\nevent: {event}\ndata: {json.dumps(data)}\n\n".encode()


def _happened(place: Position, entry: Entry, audience: Audience) -> Happened:
    case = str(audience.case_id)
    said = {"case": case, "event": entry.event, "sequence": entry.sequence}
    return Happened(
        position=place,
        event=entry.event,
        side=entry.data.get("audience", "internal") if entry.subject_kind in _TALK else "",
        audience=audience,
        before=_before(entry, audience),
        line=lines("case", place, said),
        gone=lines("gone", place, {"case": case}),
    )


def _is_letter(entry: Entry) -> bool:
    return entry.event == "notice.accepted" and entry.data.get("channel") == "station"


def _arrived(place: Position, entry: Entry) -> Arrived:
    line = lines("letter", place, {"letter": str(entry.subject_id)})
    return Arrived(place, UUID(entry.data["recipient_id"]), line)


def _before(entry: Entry, audience: Audience) -> Audience | None:
    if entry.event not in _MOVES:
        return None
    former = entry.data.get("from_id")
    return replace(audience, owner_id=UUID(former) if former else None)
