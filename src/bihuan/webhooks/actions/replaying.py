"""Sending again: one delivery, everything of a span, or a test event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.webhooks import events
from bihuan.webhooks.actions.collecting import enqueue, message, queue
from bihuan.webhooks.actions.subscribing import locked, say
from bihuan.webhooks.models import Delivery, DeliveryState, Subscription
from bihuan.webhooks.published import TEST

LONGEST: Final = timedelta(days=31)
_PIECE: Final = timedelta(hours=6)


@transaction.atomic
def send_test(*, subscription_id: UUID, actor: Actor, at: datetime) -> UUID:
    """One event ``webhook.test``, tried once, also while the subscription is off; its delivery's id."""
    found = locked(actor, subscription_id)
    made = Delivery.objects.create(
        id=uuid4(),
        subscription=found,
        event=TEST,
        body=message(TEST, at, {"subject": {"kind": "webhook", "id": str(found.id)}, "fields": {}}),
        next_try_at=at,
        made_at=at,
        asked_at=at,
    )
    enqueue([made.id])
    return made.id


@transaction.atomic
def replay(*, subscription_id: UUID, delivery_id: UUID, actor: Actor, at: datetime) -> None:
    """Send one delivery again under its own id. Raises NotFound, Refusal while it is being tried."""
    found = locked(actor, subscription_id)
    _active(found)
    if _again(found, [delivery_id], at):
        say(found, events.WebhookReplayed(count=1), actor=actor, at=at)
        return
    if not Delivery.objects.filter(id=delivery_id, subscription=found).exists():
        raise NotFound(kind="delivery", id=str(delivery_id))
    raise Refusal(
        "This delivery is on its way already.",
        code="webhook.on_its_way",
        remedy="Wait until it is delivered or given up.",
    )


@transaction.atomic
def replay_span(
    *, subscription_id: UUID, from_at: datetime, until_at: datetime, actor: Actor, at: datetime
) -> int:
    """Send again what was recorded in [from, until): read anew from the journal, so that what was missed
    while the subscription was off comes too. Each under its own id; returns how many."""
    found = locked(actor, subscription_id)
    _active(found)
    if not timedelta(0) < until_at - from_at <= LONGEST:
        raise Invalid(
            "The span is at most {days} days and its end lies after its beginning.",
            field="until_at",
            days=LONGEST.days,
            remedy="Choose a shorter span, and replay the rest afterwards.",
        )
    count, start = 0, max(from_at, found.made_at)
    while start < until_at:
        end = min(start + _PIECE, until_at)
        entries = journal.recorded_between(start, end, events=found.events)
        before = set(
            Delivery.objects.filter(subscription=found, next_try_at=None).values_list("id", flat=True)
        )
        wanted = queue(entries, at=at, only=found)
        count += len(wanted)
        _again(found, [each for each in wanted if each in before], at)
        start = end
    say(found, events.WebhookReplayed(count=count, from_at=from_at, until_at=until_at), actor=actor, at=at)
    return count


def _again(found: Subscription, delivery_ids: list[UUID], at: datetime) -> int:
    """Begin a new round of tries for deliveries that ended; how many."""
    ended = Delivery.objects.select_for_update().filter(
        id__in=delivery_ids, subscription=found, next_try_at=None
    )
    ids = list(ended.values_list("id", flat=True))
    Delivery.objects.filter(id__in=ids).update(
        state=DeliveryState.QUEUED, tries=0, next_try_at=at, asked_at=at, ended_at=None, code=""
    )
    enqueue(ids)
    return len(ids)


def _active(found: Subscription) -> None:
    if not found.is_active:
        raise Refusal(
            "The webhook is switched off.",
            code="webhook.off",
            remedy="Switch it on first.",
        )
