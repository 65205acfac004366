"""What providers say later, and what people do about messages that did not go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts.actions import keep_reason
from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.notices import events
from bihuan.notices.actions.queueing import enqueue
from bihuan.notices.actions.sending import accept, case_of, fall_back, key_of, say
from bihuan.notices.models import Attempt, Channel, InboxLetter, Notice, Outcome, Preference, State
from bihuan.notices.permissions import NoticePermission
from bihuan.notices.ports.port import Report
from bihuan.notices.wording import template


def take_reports(*, adapter: str, reports: Sequence[Report], at: datetime) -> int:
    """Record what a provider reports; how many were about messages of ours. Safe to repeat."""
    return sum(_take(adapter, report, at) for report in reports)


def mark_accepted(*, attempt: Attempt, stamp: datetime | None, ref: str, at: datetime) -> None:
    """The provider has the message after all."""
    with transaction.atomic():
        notice, attempt = _locked(attempt)
        accept(notice, attempt, ref=ref or attempt.provider_ref, stamp=stamp, at=at)


def mark_delivered(*, attempt: Attempt, stamp: datetime | None, ref: str, at: datetime) -> None:
    """The message reached the person's device; it counts as told from its acceptance on."""
    with transaction.atomic():
        notice, attempt = _locked(attempt)
        accept(notice, attempt, ref=ref or attempt.provider_ref, stamp=stamp, at=at)
        if notice.state != State.ACCEPTED or notice.channel != attempt.channel:
            return
        if attempt.outcome == Outcome.BOUNCED:
            return
        notice.state, notice.delivered_at = State.DELIVERED, _stamp(attempt, stamp, at)
        notice.save()
        delivered = events.NoticeDelivered(
            kind=notice.kind,
            channel=notice.channel,
            delivered_at=notice.delivered_at,
            key=key_of(notice),
            case_id=case_of(notice),
        )
        say(notice, delivered, at=notice.delivered_at, proven=stamp is not None)


def mark_bounced(*, attempt: Attempt, stamp: datetime | None, code: str, at: datetime) -> None:
    """The message came back: the duty to tell is open again, and the next channel is tried."""
    with transaction.atomic():
        notice, attempt = _locked(attempt)
        if attempt.outcome == Outcome.BOUNCED:
            return
        told_by_this = notice.channel == attempt.channel and attempt.outcome == Outcome.ACCEPTED
        sending_this = notice.channel == attempt.channel and notice.state in (State.QUEUED, State.SENDING)
        attempt.outcome, attempt.code, attempt.ended_at = Outcome.BOUNCED, code, at
        attempt.save()
        if told_by_this or sending_this:
            _reopen(notice, attempt, _stamp(attempt, stamp, at), code, at)


def retry(*, notice_id: UUID, actor: Actor, at: datetime) -> None:
    """Send once more, from the first channel on, what failed or came back. Raises NotFound, Refusal."""
    require(actor, NoticePermission.RETRY)
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(id=notice_id).first()
        if notice is None:
            raise NotFound(kind="notice", id=str(notice_id))
        words = template(notice.kind)
        if notice.state not in (State.FAILED, State.BOUNCED) or words.secret:
            raise Refusal(
                "This message is {state} and is not sent again.",
                code="notices.retry",
                state=notice.state,
                remedy="Only messages that failed or came back are; a sign-in code is asked for anew.",
            )
        Attempt.objects.filter(notice=notice, outcome=Outcome.DEFERRED).update(outcome=Outcome.REFUSED)
        notice.channel, *notice.later = words.channels
        notice.state, notice.next_try_at, notice.code = State.QUEUED, at, ""
        notice.given_up_at = None
        notice.save()
        retried = events.NoticeRetried(kind=notice.kind, channel=notice.channel, key=key_of(notice))
        draft = journal.Draft(Subject("notice", notice.id), retried, actor, at)
        journal.append([draft])
        enqueue([str(notice.id)])


def give_up(*, notice_id: UUID, why: str, actor: Actor, at: datetime) -> None:
    """Leave a message that did not go out as it is: it is off the list, with a reason.

    Nobody counts as told by this. Raises NotFound, Refusal, Invalid (no reason).
    """
    require(actor, NoticePermission.RETRY)
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(id=notice_id).first()
        if notice is None:
            raise NotFound(kind="notice", id=str(notice_id))
        if notice.state not in (State.FAILED, State.BOUNCED) or notice.given_up_at is not None:
            raise Refusal(
                "This message is {state} and is not given up.",
                code="notices.give_up",
                state=notice.state,
                remedy="Only messages that failed or came back are, once.",
            )
        subject = Subject("notice", notice.id)
        words = keep_reason(why, subject=subject, actor=actor, at=at, needed=True)
        Notice.objects.filter(id=notice.id).update(given_up_at=at)
        said = events.NoticeGivenUp(
            kind=notice.kind, channel=notice.channel, reason_id=words, case_id=case_of(notice)
        )
        journal.append([journal.Draft(subject, said, actor, at)])


def mark_read(*, notice_id: UUID, actor: Actor, at: datetime) -> None:
    """The person opened a letter of theirs; told was said when it was placed. Raises NotFound."""
    require(actor, NoticePermission.INBOX, Resource(person_ids=frozenset({actor.id})))
    mine = InboxLetter.objects.filter(notice_id=notice_id, person_id=actor.id)
    if not mine.filter(read_at__isnull=True).update(read_at=at) and not mine.exists():
        raise NotFound(kind="letter", id=str(notice_id))


def set_preference(*, channels: Sequence[str], actor: Actor, at: datetime) -> None:
    """In which order the person likes to be reached; an empty list takes the wish back. Raises Invalid."""
    require(actor, NoticePermission.INBOX, Resource(person_ids=frozenset({actor.id})))
    if len(set(channels)) != len(channels) or not set(channels) <= set(Channel.values):
        raise Invalid(field="channels", remedy=f"Give some of {', '.join(Channel.values)}, each once.")
    Preference.objects.update_or_create(
        person_id=actor.id, defaults={"channels": list(channels), "changed_at": at}
    )


def _take(adapter: str, report: Report, at: datetime) -> bool:
    found = Attempt.objects.filter(adapter=adapter)
    if report.key:
        found = found.filter(key=report.key)
    elif report.ref:
        found = found.filter(provider_ref=report.ref)
    else:
        return False
    attempt = found.order_by("-number").first()
    if attempt is None:
        return False
    if report.status == "accepted":
        mark_accepted(attempt=attempt, stamp=report.at, ref=report.ref, at=at)
    elif report.status == "delivered":
        mark_delivered(attempt=attempt, stamp=report.at, ref=report.ref, at=at)
    else:
        mark_bounced(attempt=attempt, stamp=report.at, code=report.code, at=at)
    return True


def _locked(attempt: Attempt) -> tuple[Notice, Attempt]:
    """The notice locked, then its try as it stands now."""
    notice = Notice.objects.select_for_update().get(id=attempt.notice_id)
    return notice, Attempt.objects.get(id=attempt.id)


def _reopen(notice: Notice, attempt: Attempt, bounced_at: datetime, code: str, at: datetime) -> None:
    more = fall_back(notice)
    notice.bounced_at, notice.code = bounced_at, code
    notice.state, notice.next_try_at = (State.QUEUED, at) if more else (State.BOUNCED, None)
    notice.save()
    if more:
        enqueue([str(notice.id)])
    bounced = events.NoticeBounced(
        kind=notice.kind,
        channel=attempt.channel,
        bounced_at=bounced_at,
        key=key_of(notice),
        code=code,
        recipient_id=notice.recipient_id,
        case_id=case_of(notice),
        next_channel=notice.channel if more else None,
    )
    say(notice, bounced, at=bounced_at)


def _stamp(attempt: Attempt, stamp: datetime | None, at: datetime) -> datetime:
    return stamp if stamp is not None and attempt.started_at <= stamp <= at else at
