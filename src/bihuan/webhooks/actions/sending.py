"""One try to deliver: claimed in a transaction, made outside of any, recorded in another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import Role
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject
from bihuan.notices import actions as notices
from bihuan.webhooks import calling, events, signing
from bihuan.webhooks.actions.collecting import enqueue
from bihuan.webhooks.actions.subscribing import say
from bihuan.webhooks.calling import Answer
from bihuan.webhooks.models import Attempt, Delivery, DeliveryState, Subscription, SubscriptionState
from bihuan.webhooks.published import TEST

PAUSES: Final = tuple(
    timedelta(seconds=s)
    for s in (5, 60, 300, 1800, 2 * 3600, 4 * 3600, 6 * 3600, 8 * 3600, 12 * 3600, 15 * 3600)
)
"""Between the tries: 47 h 36 min together, less what chance takes off."""
JITTER: Final = 0.2
"""The share of a pause that chance may take off, so that tries after an outage do not come together."""
LASTING: Final = timedelta(hours=36)
"""A subscription that nothing reached for so long when a delivery is given up, is disabled."""
LEASE: Final = timedelta(seconds=90)
LATE: Final = timedelta(minutes=1)
KEPT: Final = timedelta(days=30)
"""For how long the log is kept; a replay makes older deliveries anew from the journal."""
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Claim:
    """A try that this process, and no other, is to make now."""

    delivery_id: UUID
    attempt_id: int
    url: str
    body: bytes
    secrets: tuple[str, ...]


def claim(*, delivery_id: UUID, at: datetime) -> Claim | None:
    """Take a delivery whose turn has come; None when it is done, waits, or another process has it.

    What a killed process left is taken over after its lease, under the same id.
    """
    with transaction.atomic():
        due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
            "subscription"
        )
        delivery = due.filter(id=delivery_id, next_try_at__lte=at).first()
        if delivery is None:
            return None
        to = delivery.subscription
        if not to.is_active and delivery.event != TEST:
            _end(delivery, DeliveryState.DROPPED, at, code="off")
            return None
        delivery.tries, delivery.number = delivery.tries + 1, delivery.number + 1
        delivery.state, delivery.next_try_at = DeliveryState.SENDING, at + LEASE
        delivery.save()
        attempt = Attempt.objects.create(delivery=delivery, number=delivery.number, started_at=at)
        secrets = _secrets(to, at)
        return Claim(delivery.id, attempt.pk, to.url, delivery.body.encode(), secrets)


def make(taken: Claim, *, at: datetime) -> Answer:
    """Call the receiver; no transaction is open. Never raises."""
    message_id = f"msg_{taken.delivery_id.hex}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Bihuan",
        **signing.headers(taken.secrets, message_id, int(at.timestamp()), taken.body),
    }
    return calling.post(taken.url, headers=headers, body=taken.body)


@transaction.atomic
def record(*, taken: Claim, answer: Answer, at: datetime) -> None:
    """Write down how a try ended and what follows: done, another try later, given up, disabled."""
    delivery = Delivery.objects.select_for_update().filter(id=taken.delivery_id).first()
    if delivery is None:
        return
    Attempt.objects.filter(id=taken.attempt_id).update(
        status=answer.status, code=answer.code, answer=answer.text, duration_ms=answer.duration_ms
    )
    if delivery.state != DeliveryState.SENDING:
        return
    to = Subscription.objects.select_for_update().get(id=delivery.subscription_id)
    delivery.status = answer.status
    if answer.good:
        _end(delivery, DeliveryState.DELIVERED, at, code="")
        Subscription.objects.filter(id=to.id).update(failing_since=None, delivered_at=at)
    else:
        _failed(to, delivery, answer, at)


def pause_after(delivery_id: UUID, tries: int) -> timedelta | None:
    """How long to wait after so many tries; None when it is given up. Chance follows from the id."""
    if tries > len(PAUSES):
        return None
    drawn = hashlib.sha256(delivery_id.bytes + bytes([tries])).digest()[0] / 255
    return PAUSES[tries - 1] * (1 - JITTER * drawn)


def requeue_due(*, at: datetime, limit: int = 1000) -> int:
    """Jobs for deliveries whose turn has come and that have none (a killed worker's); how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOST, [at - LATE, limit])
        lost = [row[0] for row in cursor.fetchall()]
        enqueue(lost)
    return len(lost)


def purge(*, at: datetime) -> int:
    """Forget deliveries that ended long ago; how many."""
    done = Delivery.objects.filter(made_at__lt=at - KEPT, next_try_at=None)
    return done.delete()[1].get("webhooks.Delivery", 0)


_LOST: Final = """
WITH waiting AS MATERIALIZED (
    SELECT args ->> 'delivery_id' AS id FROM procrastinate_jobs
    WHERE task_name = 'webhooks.deliver' AND status = 'todo'
)
SELECT d.id FROM webhooks_delivery AS d
WHERE d.next_try_at < %s AND NOT EXISTS (SELECT FROM waiting AS w WHERE w.id = d.id::text)
ORDER BY d.next_try_at LIMIT %s
"""


def _failed(to: Subscription, delivery: Delivery, answer: Answer, at: datetime) -> None:
    if delivery.event == TEST:
        _end(delivery, DeliveryState.FAILED, at, code=answer.code)
        return
    if to.failing_since is None:
        to.failing_since = at
        to.save(update_fields=["failing_since"])
    pause = None if answer.status == GONE else pause_after(delivery.id, delivery.tries)
    if pause is not None:
        delivery.state, delivery.next_try_at, delivery.code = DeliveryState.QUEUED, at + pause, answer.code
        delivery.save()
        enqueue([delivery.id], at=delivery.next_try_at)
        return
    _end(delivery, DeliveryState.FAILED, at, code=answer.code)
    if answer.status == GONE or at - to.failing_since >= LASTING:
        _disable(to, "gone" if answer.status == GONE else "failing", at)


def _end(delivery: Delivery, state: DeliveryState, at: datetime, *, code: str) -> None:
    delivery.state, delivery.next_try_at, delivery.ended_at, delivery.code = state, None, at, code
    delivery.save()


def _disable(to: Subscription, reason: str, at: datetime) -> None:
    """Stop sending and tell those who look after it."""
    if not to.is_active:
        return
    to.state, to.reason, to.changed_at = SubscriptionState.DISABLED, reason, at
    to.save(update_fields=["state", "reason", "changed_at"])
    disabled = events.WebhookDisabled(
        reason=reason, organisation_id=to.organisation_id, failing_since=to.failing_since
    )
    say(to, disabled, actor=PROGRAM, at=at)
    notices.queue_many(
        orders=[
            notices.Order(
                kind="webhook_disabled",
                recipient=person,
                subject=Subject("webhook", to.id),
                key=f"webhook:{to.id}:{int(at.timestamp())}:{person}",
                params={"reason": reason, "since": (to.failing_since or at).isoformat()},
            )
            for person in _keepers(to, at)
        ],
        actor=PROGRAM,
        at=at,
    )


def _keepers(to: Subscription, at: datetime) -> list[UUID]:
    """Who looks after a subscription: the organisation's administrators, else the marketplace's."""
    if to.organisation_id is None:
        return accounts.people_with_role(Role.ADMINISTRATOR, at=at)
    members = accounts.members_of(to.organisation_id)
    roles = accounts.roles_of(members, at=at)
    heads = [m for m in members if roles[m] & {str(Role.MERCHANT_ADMIN), str(Role.PARTNER_OPERATOR)}]
    return heads or members


def _secrets(to: Subscription, at: datetime) -> tuple[str, ...]:
    both = to.former_secret is not None and to.former_until_at is not None and to.former_until_at > at
    sealed = [to.secret, to.former_secret] if both else [to.secret]
    return tuple(signing.unseal(to.id, bytes(each)) for each in sealed if each is not None)
