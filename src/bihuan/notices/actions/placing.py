"""Letters: nobody outside is called, so that placing one and telling of it is one transaction for many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.notices.actions.alerting import copy_letters
from bihuan.notices.actions.dressing import dress, follow_preferences
from bihuan.notices.actions.queueing import Order, enqueue, queue_idle
from bihuan.notices.actions.sending import acceptance
from bihuan.notices.models import Attempt, Channel, InboxLetter, Notice, Outcome, State
from bihuan.notices.ports.choice import ports

_SETTLE: Final = """
UPDATE notices_notice AS n SET state = 'accepted', attempts = 1, code = '', claimed_at = %s, accepted_at = %s,
    next_try_at = NULL, channel = d.channel, later = string_to_array(d.later, ','), language = d.language,
    wording = d.wording
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS d(id, channel, later, language, wording) WHERE n.id = d.id
"""


def place(*, notice_ids: Sequence[UUID], at: datetime) -> list[UUID]:
    """Put those of the notices into inboxes that go there first; returns the others, which are to be claimed.

    A kill leaves each letter either placed with its event, or queued as it was: there is no lease.
    """
    if Channel.STATION not in ports():
        return list(notice_ids)
    with transaction.atomic():
        fresh = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            id__in=notice_ids, state=State.QUEUED, attempts=0, next_try_at__lte=at,
            recipient_id__isnull=False, sealed__isnull=True,
        )  # fmt: skip
        found = list(fresh.order_by("id"))
        follow_preferences(found)
        letters = [notice for notice in found if notice.channel == Channel.STATION]
        if letters:
            _place(letters, at)
    placed = {notice.id for notice in letters}
    return [each for each in notice_ids if each not in placed]


def tell_many(*, orders: Sequence[Order], actor: Actor, at: datetime) -> set[UUID]:
    """Queue notices and put those that go into inboxes there in the same transaction; which lie there.

    The others get their jobs. For telling many people: nothing is left behind in a queue that a pause of
    the caller would have to stop. Round trips do not depend on their number.
    """
    with transaction.atomic():
        fresh = queue_idle(orders=orders, actor=actor, at=at)
        others = set(place(notice_ids=fresh, at=at))
        enqueue([str(each) for each in fresh if each in others])
    return set(fresh) - others


def _place(letters: Sequence[Notice], at: datetime) -> None:
    dress(letters)
    tries = [_try(notice, at) for notice in letters]
    for notice in letters:
        notice.state, notice.attempts, notice.code = State.ACCEPTED, 1, ""
        notice.claimed_at, notice.accepted_at, notice.next_try_at = at, at, None
    Attempt.objects.bulk_create(tries)
    _settle(letters, at)
    InboxLetter.objects.bulk_create([_letter(notice, at) for notice in letters], ignore_conflicts=True)
    journal.append([acceptance(n, t, at=at) for n, t in zip(letters, tries, strict=True)])
    copy_letters(letters, at=at)


def _settle(letters: Sequence[Notice], at: datetime) -> None:
    """One statement with the values as arrays: Django's own bulk update costs more than all the rest."""
    rows = [(n.id, n.channel, ",".join(n.later), n.language, n.wording_id) for n in letters]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [at, at, *(list(column) for column in zip(*rows, strict=True))])


def _letter(notice: Notice, at: datetime) -> InboxLetter:
    person = notice.recipient_id
    if person is None:
        raise ValueError("a letter without a person")
    return InboxLetter(notice=notice, person_id=person, placed_at=at)


def _try(notice: Notice, at: datetime) -> Attempt:
    return Attempt(
        notice=notice,
        number=1,
        channel=Channel.STATION,
        adapter=ports()[Channel.STATION].name,
        key=f"{notice.id.hex}-{Channel.STATION}-0",
        started_at=at,
        ended_at=at,
        outcome=Outcome.ACCEPTED,
    )
