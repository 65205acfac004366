"""Reading conversations. Who may read a case's threads is the case's permission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.conversations.models import CallRecord, Draft, Message, ReadMark


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


def draft_of(case_id: UUID, author_id: UUID, audience: str) -> str:
    """What the person has begun to write, empty where nothing."""
    found = Draft.objects.filter(case_id=case_id, author_id=author_id, audience=audience).first()
    return found.body if found else ""


def unread(case_id: UUID, person_id: UUID, audience: str) -> int:
    """Messages by others since the person's read mark."""
    mark = ReadMark.objects.filter(
        thread__case_id=case_id, thread__audience=audience, person_id=person_id
    ).first()
    found = Message.objects.filter(thread__case_id=case_id, thread__audience=audience).exclude(
        author_id=person_id
    )
    return found.filter(sent_at__gt=mark.read_at).count() if mark else found.count()
