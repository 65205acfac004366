"""Writing messages, calls, drafts, read marks and followers.

Permissions and transaction are the case's: the flow that owns the case checks the one and holds the
other before it calls here.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import TextRef
from bihuan.conversations.events import CallLogged, MessageSent
from bihuan.conversations.models import (
    AUDIENCES,
    DIRECTIONS,
    VIA,
    CallRecord,
    Draft,
    Follower,
    Message,
    ReadMark,
    Thread,
)
from bihuan.conversations.queries import DRAFT_PLACE, draft_body
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actions import Draft as Entry
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.subject import Subject

MAX_DRAFT = 20_000


class DraftChanged(Refusal):
    """Another tab has saved, sent or emptied the draft since this page was shown. ``revision``: its own."""

    code = "conversation.draft_changed"
    message = "This draft was changed in another window."
    remedy = "Look at both texts and keep one of them."


def send_message(
    *,
    case_id: UUID,
    audience: str,
    text: TextRef,
    actor: Actor,
    at: datetime,
    human: bool,
    evidence_ids: Sequence[UUID] = (),
    via: str = "message",
) -> Message:
    """A message of a kept text into the thread of a case; the author's draft for it is gone then.

    ``human`` False for what the program writes; a program is never human. Raises Invalid for an
    audience that is not known.
    """
    _one_of("via", via, VIA)
    thread = _thread(case_id, audience, at)
    made = Message.objects.create(
        thread=thread,
        author_id=actor.id,
        author_kind=str(actor.kind),
        text=text.id,
        via=via,
        sent_at=at,
        human=human and actor.kind is not ActorKind.PROGRAM,
        evidence_ids=[str(e) for e in evidence_ids],
    )
    Draft.objects.filter(case_id=case_id, author_id=actor.id, audience=audience).delete()
    said = MessageSent(
        case_id=case_id,
        message_id=made.id,
        audience=audience,
        author_kind=str(actor.kind),
        human=made.human,
        text_id=text.id,
        digest=text.digest,
    )
    journal.append([Entry(Subject("thread", thread.id), said, actor, at)])
    return made


def mark_told(*, message_id: UUID, at: datetime) -> bool:
    """The message reached its reader, as a notice's proof says; False where that was known already."""
    return bool(Message.objects.filter(id=message_id, told_at=None).update(told_at=at))


def log_call(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    started_at: datetime,
    answered: bool,
    text: TextRef,
    direction: str = "out",
    ended_at: datetime | None = None,
    recording: UUID | None = None,
) -> CallRecord:
    """A call in or out; ``answered`` says whether it was held, ``recording`` is the evidence with its sound.

    Raises Invalid for a start in the future or an end that does not lie between start and now.
    """
    _one_of("direction", direction, DIRECTIONS)
    if started_at > at:
        raise Invalid(
            "A call cannot have started in the future.",
            field="started_at",
            remedy="Give the time of the call.",
        )
    if ended_at is not None and not started_at <= ended_at <= at:
        raise Invalid(
            "A call ends after its start and not in the future.",
            field="ended_at",
            remedy="Give the time at which the call ended.",
        )
    made = CallRecord.objects.create(
        case_id=case_id,
        direction=direction,
        started_at=started_at,
        ended_at=ended_at,
        recording=recording,
        logged_at=at,
        answered=answered,
        text=text.id,
        author_id=actor.id,
    )
    said = CallLogged(
        case_id=case_id, call_id=made.id, answered=answered, text_id=text.id, digest=text.digest
    )
    journal.append([Entry(Subject("call", made.id), said, actor, at)])
    return made


def save_draft(
    *, case_id: UUID, audience: str, body: str, actor: Actor, at: datetime, seen: int | None = None
) -> int:
    """Keep what a person has begun to write; an empty body forgets it. Returns the draft's revision.

    ``seen`` is the revision on which the writer's page builds (0 for none): where another tab has saved,
    sent or emptied the draft since, DraftChanged is raised and nothing is overwritten. Without it the
    draft is saved whatever stood there. Not an event: nobody was told. Raises Invalid.
    """
    _known(audience)
    if len(body) > MAX_DRAFT:
        raise Invalid(
            "The draft has more than {most} characters.", field="body", most=MAX_DRAFT, remedy="Shorten it."
        )
    with transaction.atomic():
        mine = Draft.objects.filter(case_id=case_id, author_id=actor.id, audience=audience)
        there = mine.select_for_update().first()
        revision = there.revision if there else 0
        if seen is not None and seen != revision and (draft_body(there) if there else "") != body:
            raise DraftChanged(revision=revision)
        if not body.strip():
            mine.delete()
            return 0
        made, _ = Draft.objects.update_or_create(
            case_id=case_id,
            author_id=actor.id,
            audience=audience,
            defaults={
                "sealed": _sealed(body, actor),
                "saved_at": at,
                "revision": 1 + secrets.randbelow(2**31 - 2),
            },
        )
    return made.revision


def _sealed(body: str, actor: Actor) -> bytes:
    return accounts.seal_own(person_id=actor.id, plain=body.encode(), place=DRAFT_PLACE)


def drop_drafts(*, before: datetime) -> int:
    """Forget drafts untouched since then: what was begun may hold personal data that no erasure reaches."""
    count, _ = Draft.objects.filter(saved_at__lt=before).delete()
    return count


def mark_read(*, case_id: UUID, audience: str, actor: Actor, at: datetime) -> None:
    """The person has read the thread up to now."""
    thread = Thread.objects.filter(case_id=case_id, audience=audience).first()
    if thread is not None:
        ReadMark.objects.update_or_create(thread=thread, person_id=actor.id, defaults={"read_at": at})


def follow(*, case_id: UUID, actor: Actor, at: datetime, person_id: UUID | None = None) -> None:
    """From now on the person hears of the case: oneself, or somebody who was brought in by a mention.

    Following twice changes nothing. Not an event: it changes nothing about the case.
    """
    Follower.objects.get_or_create(
        case_id=case_id, person_id=person_id or actor.id, defaults={"since_at": at}
    )


def unfollow(*, case_id: UUID, actor: Actor) -> None:
    """The person does not want to hear of the case any more."""
    Follower.objects.filter(case_id=case_id, person_id=actor.id).delete()


def _thread(case_id: UUID, audience: str, at: datetime) -> Thread:
    _known(audience)
    made, _ = Thread.objects.get_or_create(case_id=case_id, audience=audience, defaults={"opened_at": at})
    return made


def _one_of(field: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise Invalid(
            "{field} is {value}; it must be one of: {allowed}.",
            field=field,
            value=value[:40],
            allowed=", ".join(allowed),
            remedy="Choose one of the values named.",
        )


def _known(audience: str) -> None:
    if audience not in AUDIENCES:
        raise Invalid(
            "{audience} is nobody one can write to here.",
            field="audience",
            audience=audience[:20],
            remedy="Choose one of: " + ", ".join(AUDIENCES) + ".",
        )
