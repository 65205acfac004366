"""One try to tell somebody: claimed in a transaction, made outside of any, recorded in another."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from bihuan.accounts import queries as accounts
from bihuan.journal import actions as journal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.events import CODE, Event
from bihuan.journal.subject import Subject
from bihuan.notices import events
from bihuan.notices.actions.dressing import dress, follow_preferences
from bihuan.notices.actions.queueing import enqueue
from bihuan.notices.alerts import because
from bihuan.notices.content import secrets, template_of
from bihuan.notices.links import path_of
from bihuan.notices.models import (
    Attempt,
    Channel,
    InboxLetter,
    Notice,
    Outcome,
    State,
)
from bihuan.notices.ports.choice import ports
from bihuan.notices.ports.port import Accepted, Message, Port, Refused, Result, Unknown
from bihuan.notices.rendering import render
from bihuan.notices.wording import template
from bihuan.notices.workflow import LATE, LEASE, SECRET_FOR, pause_after

_log = logging.getLogger(__name__)
_SKEW: Final = timedelta(minutes=5)
_REFUSED: Final = (Outcome.REFUSED, Outcome.BOUNCED)


@dataclass(frozen=True, slots=True)
class Claim:
    """A try that this process, and no other, is to make now. ``ask``: an earlier try got no answer."""

    notice: Notice
    attempt: Attempt
    port: Port
    address: str
    ask: bool


def claim(*, notice_id: UUID, at: datetime) -> Claim | None:
    """Take a notice whose turn has come; None when it is told, waits, or another process has it.

    A try that a killed process left open counts as one without an answer.
    """
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True)
            .filter(id=notice_id, state__in=(State.QUEUED, State.SENDING), next_try_at__lte=at)
            .first()
        )
        if notice is None:
            return None
        tries = list(notice.tries.order_by("number")) if notice.attempts else []
        _close_killed(tries, at)
        if not tries:
            follow_preferences([notice])
        return _begin(notice, tries, at)


def make(taken: Claim, *, at: datetime) -> Result:
    """Put the words together and hand them over; no transaction is open. Never raises.

    A letter has no words before it is read: its parameters were checked when it was queued.
    """
    if taken.attempt.channel == Channel.STATION:
        return Accepted()
    try:
        message = _message(taken)
        if taken.ask and (known := taken.port.ask(message, at=at)) is not None:
            return known
        return taken.port.send(message, at=at)
    except Exception:
        _log.exception("notice %s could not be sent", taken.notice.id)
        return Refused("program_error", lasting=False)


def record(*, taken: Claim, result: Result, at: datetime) -> None:
    """Write down how a try ended and what follows from it."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(id=taken.notice.id)  # locked before its tries
        attempt = Attempt.objects.get(id=taken.attempt.id)
        if isinstance(result, Accepted):
            accept(notice, attempt, ref=result.ref, stamp=result.at, at=at)
        elif attempt.outcome == "":
            lasting = isinstance(result, Refused) and result.lasting
            outcome = Outcome.UNKNOWN if isinstance(result, Unknown) else Outcome.DEFERRED
            _end(attempt, Outcome.REFUSED if lasting else outcome, at, code=result.code)
            go_on(notice, attempt, at=at, code=result.code, lasting=lasting)


def accept(notice: Notice, attempt: Attempt, *, ref: str, stamp: datetime | None, at: datetime) -> None:
    """The provider has the message, or the letter is placed: somebody is told. Safe to repeat."""
    if attempt.outcome in (Outcome.ACCEPTED, Outcome.BOUNCED):
        return
    told_at, proven = _told_at(attempt, stamp, at)
    _end(attempt, Outcome.ACCEPTED, at, ref=ref)
    if notice.state in (State.ACCEPTED, State.DELIVERED):
        return
    notice.state, notice.accepted_at, notice.next_try_at = State.ACCEPTED, told_at, None
    notice.channel, notice.provider_ref, notice.code = attempt.channel, ref, ""
    if attempt.channel == Channel.STATION and notice.recipient_id is not None:
        InboxLetter.objects.bulk_create(
            [InboxLetter(notice=notice, person_id=notice.recipient_id, placed_at=told_at)],
            ignore_conflicts=True,
        )
    else:
        notice.sealed = None
    notice.save()
    journal.append([acceptance(notice, attempt, at=told_at, proven=proven)])


def acceptance(notice: Notice, attempt: Attempt, *, at: datetime, proven: bool = False) -> journal.Draft:
    """The event by which somebody counts as told."""
    accepted = events.NoticeAccepted(
        kind=notice.kind,
        channel=attempt.channel,
        adapter=attempt.adapter,
        accepted_at=at,
        key=key_of(notice),
        recipient_id=notice.recipient_id,
        provider_ref=attempt.provider_ref or None,
        **about(notice),
    )
    return _draft(notice, accepted, at=at, proven=proven)


def go_on(notice: Notice, attempt: Attempt, *, at: datetime, code: str, lasting: bool) -> None:
    """Another try later, the next channel at once, or the end."""
    pause = None if lasting else pause_after(notice.tries.filter(key=attempt.key).count())
    if pause is not None:
        _again(notice, at + pause, code)
    elif fall_back(notice):
        _again(notice, at, code)
    else:
        fail(notice, at=at, code=code)


def fall_back(notice: Notice) -> bool:
    """Turn to the next channel; False when there is none."""
    if not notice.later:
        return False
    notice.channel, notice.later = notice.later[0], notice.later[1:]
    return True


def fail(notice: Notice, *, at: datetime, code: str) -> None:
    """Every channel was tried: nobody was told, and that is said."""
    notice.state, notice.failed_at, notice.next_try_at = State.FAILED, at, None
    notice.code, notice.sealed = code, None
    notice.save()
    failed = events.NoticeFailed(
        kind=notice.kind,
        channel=notice.channel,
        key=key_of(notice),
        code=code,
        recipient_id=notice.recipient_id,
        case_id=case_of(notice),
    )
    say(notice, failed, at=at)


def requeue_due(*, at: datetime, limit: int = 1000) -> int:
    """Jobs for notices whose turn has come and that have none (a killed worker's); how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOST, [at - LATE, limit])
        ids = [str(row[0]) for row in cursor.fetchall()]
        enqueue(ids)
    return len(ids)


def say(notice: Notice, event: Event, *, at: datetime, proven: bool = False) -> None:
    """Write an event of this notice into the journal."""
    journal.append([_draft(notice, event, at=at, proven=proven)])


def _draft(notice: Notice, event: Event, *, at: datetime, proven: bool) -> journal.Draft:
    return journal.Draft(
        subject=Subject("notice", notice.id), event=event, actor=PROGRAM, occurred_at=at, proven=proven
    )


def about(notice: Notice) -> dict[str, Any]:
    """The fields by which an event names what the notice is about."""
    if notice.subject_kind == "case":
        return {"case_id": notice.subject_id}
    return {"about": notice.subject_kind, "about_id": notice.subject_id}


def case_of(notice: Notice) -> UUID | None:
    return notice.subject_id if notice.subject_kind == "case" else None


def key_of(notice: Notice) -> str | None:
    """The caller's key where the journal takes it; the notice has it whole."""
    return notice.key if CODE.match(notice.key) else None


_LOST: Final = """
WITH waiting AS MATERIALIZED (
    SELECT jsonb_array_elements_text(args -> 'notice_ids') AS id FROM procrastinate_jobs
    WHERE task_name = 'notices.send' AND status = 'todo'
)
SELECT n.id FROM notices_notice AS n
WHERE n.next_try_at < %s AND NOT EXISTS (SELECT FROM waiting AS w WHERE w.id = n.id::text)
ORDER BY n.next_try_at LIMIT %s
"""


def _begin(notice: Notice, tries: Sequence[Attempt], at: datetime) -> Claim | None:
    if notice.sealed and template(notice.kind).secret and at > notice.queued_at + SECRET_FOR:
        fail(notice, at=at, code="expired")
        return None
    number = len(tries)
    while True:
        port, address, skip = _way(notice)
        if port is not None and not skip:
            break
        number += 1
        notice.attempts = number
        _attempt(notice, number, "none", at, skip=skip)
        if not fall_back(notice):
            fail(notice, at=at, code=skip)
            return None
    attempt = _attempt(notice, number + 1, port.name, at, tries=tries)
    notice.attempts, notice.state = number + 1, State.SENDING
    notice.claimed_at, notice.next_try_at = at, at + LEASE
    dress([notice])
    notice.save()
    ask = any(t.key == attempt.key and t.outcome == Outcome.UNKNOWN for t in tries)
    return Claim(notice, attempt, port, address, ask)


def _way(notice: Notice) -> tuple[Port | None, str, str]:
    """The port of the channel and the address; or why the channel is passed over."""
    port = ports().get(notice.channel)
    if port is None:
        return None, "", "no_adapter"
    if port.field is None:
        return port, "", ""
    if notice.recipient_id is None:
        return port, str(secrets(notice).get("address", "")), ""
    address = accounts.contact(notice.recipient_id, [port.field]).get(port.field, "")
    return port, address, "" if address else "no_address"


def _attempt(
    notice: Notice, number: int, adapter: str, at: datetime, *, tries: Sequence[Attempt] = (), skip: str = ""
) -> Attempt:
    """A try in the table. Its key stays the same until the provider says a lasting no or sends it back."""
    turns = sum(t.channel == notice.channel and t.outcome in _REFUSED for t in tries)
    return Attempt.objects.create(
        notice=notice,
        number=number,
        channel=notice.channel,
        adapter=adapter,
        key=f"{notice.id.hex}-{notice.channel}-{turns}",
        started_at=at,
        ended_at=at if skip else None,
        outcome=Outcome.SKIPPED if skip else "",
        code=skip,
    )


def _message(taken: Claim) -> Message:
    notice, attempt = taken.notice, taken.attempt
    words = template_of(notice)
    hidden = {name: str(value) for name, value in secrets(notice).items() if name != "address"}
    made = render(
        words,
        channel=attempt.channel,
        language=notice.language,
        recipient_id=notice.recipient_id,
        params=notice.params,
        secrets=hidden,
        path=path_of(notice.subject_kind, notice.subject_id, words.audience, notice.recipient_id),
    )
    return Message(
        key=attempt.key,
        notice_id=notice.id,
        kind=notice.kind,
        channel=attempt.channel,
        address=taken.address,
        language=notice.language,
        title=made.title,
        body=f"{made.body}\n\n{_why(notice)}" if notice.copy_of and attempt.channel == "mail" else made.body,
        values=made.values,
        case_id=case_of(notice),
        recipient_id=notice.recipient_id,
        secrets=tuple(hidden.values()),
    )


def _why(notice: Notice) -> str:
    """Why a member of staff gets this copy, and where that is changed."""
    reason, place = because(notice.kind, notice.language), f"{settings.PUBLIC_URL.rstrip('/')}/account/alerts"
    if notice.language.startswith("en"):
        return f"You get this mail because {reason}. Change it: {place}"
    return f"您收到此邮件，是因为{reason}。修改通知方式：{place}"


def _close_killed(tries: Sequence[Attempt], at: datetime) -> None:
    for attempt in tries:
        if attempt.outcome == "":
            _end(attempt, Outcome.UNKNOWN, at, code="killed")


def _end(attempt: Attempt, outcome: Outcome, at: datetime, *, ref: str = "", code: str = "") -> None:
    attempt.outcome, attempt.ended_at, attempt.provider_ref, attempt.code = outcome, at, ref, code
    attempt.save()


def _again(notice: Notice, next_try_at: datetime, code: str) -> None:
    notice.state, notice.next_try_at, notice.code = State.QUEUED, next_try_at, code
    notice.save()
    enqueue([str(notice.id)], at=next_try_at)


def _told_at(attempt: Attempt, stamp: datetime | None, at: datetime) -> tuple[datetime, bool]:
    """The provider's stamp, where it can be true: not before the try and not ahead of us."""
    if stamp is None or not attempt.started_at - _SKEW <= stamp <= at + _SKEW:
        return at, False
    return min(max(stamp, attempt.started_at), at), True
