"""Reading conversations. Who may read a case's threads is the case's permission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.conversations.models import CallRecord, Draft, Follower, Message, ReadMark


@dataclass(frozen=True, slots=True)
class Line:
    """A message or call of a case as pages show it; ``body`` is empty where it was destroyed."""

    id: UUID
    kind: str
    audience: str
    author_id: UUID
    author_kind: str
    at: datetime
    body: str
    human: bool
    evidence_ids: Sequence[str]
    answered: bool = True


def messages(case_id: UUID, *, audiences: Sequence[str], limit: int = 500) -> list[Line]:
    """Messages to these audiences in order, and the calls where the complainant's thread is among them."""
    rows = list(
        Message.objects.filter(thread__case_id=case_id, thread__audience__in=audiences)
        .select_related("thread")
        .order_by("sent_at", "id")[:limit]
    )
    calls = list(CallRecord.objects.filter(case_id=case_id)[:limit]) if "internal" in audiences else []
    bodies = accounts.bodies([*(r.text for r in rows), *(c.text for c in calls)])
    lines = [
        Line(
            id=r.id,
            kind="message",
            audience=r.thread.audience,
            author_id=r.author_id,
            author_kind=r.author_kind,
            at=r.sent_at,
            body=bodies.get(r.text, ""),
            human=r.human,
            evidence_ids=r.evidence_ids,
        )
        for r in rows
    ]
    lines += [
        Line(
            id=c.id,
            kind="call",
            audience="consumer",
            author_id=c.author_id,
            author_kind="staff",
            at=c.started_at,
            body=bodies.get(c.text, ""),
            human=True,
            evidence_ids=(),
            answered=c.answered,
        )
        for c in calls
    ]
    return sorted(lines, key=lambda line: (line.at, str(line.id)))


DRAFT_PLACE: Final = "conversations.draft"


@dataclass(frozen=True, slots=True)
class Begun:
    """What a person has begun to write; revision 0 and no body where nothing."""

    body: str = ""
    revision: int = 0
    saved_at: datetime | None = None


def draft_of(case_id: UUID, author_id: UUID, audience: str) -> str:
    """What the person has begun to write, empty where nothing."""
    return drafts_of(case_id, author_id).get(audience, Begun()).body


def drafts_of(case_id: UUID, author_id: UUID) -> dict[str, Begun]:
    """The same by audience, with revision and time."""
    found = Draft.objects.filter(case_id=case_id, author_id=author_id)
    return {draft.audience: Begun(draft_body(draft), draft.revision, draft.saved_at) for draft in found}


def draft_body(draft: Draft) -> str:
    """The words of a draft, for its writer."""
    plain = accounts.unseal_own(person_id=draft.author_id, sealed=bytes(draft.sealed), place=DRAFT_PLACE)
    return plain.decode()


def followers_of(case_id: UUID) -> list[UUID]:
    """Who wants to hear of the case, the longest first."""
    found = Follower.objects.filter(case_id=case_id).order_by("since_at", "id")
    return list(found.values_list("person_id", flat=True))


def unread(case_id: UUID, person_id: UUID, audience: str) -> int:
    """Messages by others since the person's read mark."""
    mark = ReadMark.objects.filter(
        thread__case_id=case_id, thread__audience=audience, person_id=person_id
    ).first()
    found = Message.objects.filter(thread__case_id=case_id, thread__audience=audience).exclude(
        author_id=person_id
    )
    return found.filter(sent_at__gt=mark.read_at).count() if mark else found.count()
