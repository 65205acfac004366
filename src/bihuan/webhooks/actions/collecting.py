"""From the journal to the queue: in the order of commitment, none skipped, none of a rolled-back act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from bihuan.journal import queries as journal
from bihuan.journal.events import at_text
from bihuan.journal.models import Entry
from bihuan.journal.queries import Position
from bihuan.journal.queue import defer
from bihuan.webhooks.models import Delivery, Place, Subscription, SubscriptionState
from bihuan.webhooks.published import receivers

TASK: Final = "webhooks.deliver"
QUEUE: Final = "webhooks"
BATCH: Final = 500
_IDS: Final = UUID("5b0f2a53-6a53-5c0e-9a39-0d7f2f3c9b41")


def place() -> None:
    """Begin to read the journal here, if it is not read yet; before the first subscription is made."""
    Place.objects.get_or_create(id=1, defaults={"position": str(journal.newest_position())})


def collect(*, at: datetime) -> int:
    """Queue what was committed since the last time; returns how many entries were read.

    Place and deliveries change in one transaction, and a delivery's id follows from its entry: a kill at
    any moment loses nothing and doubles nothing. A second process finds the place taken and leaves.
    """
    with transaction.atomic():
        row = Place.objects.select_for_update(skip_locked=True).first()
        if row is None:
            return 0
        newest = journal.newest_position()
        if not Subscription.objects.filter(state=SubscriptionState.ACTIVE).exists():
            _keep(row, newest)
            return 0
        found = journal.committed_after(Position.parse(row.position), BATCH)
        if found:
            queue([entry for _, entry in found], at=at)
            _keep(row, found[-1][0])
    return len(found)


def queue(entries: Sequence[Entry], *, at: datetime, only: Subscription | None = None) -> list[UUID]:
    """Deliveries of these entries to whom they concern, with a job each; known ones are left alone."""
    asked = [only] if only else list(Subscription.objects.filter(state=SubscriptionState.ACTIVE))
    wanted = [e for e in entries if any(e.event in s.events for s in asked)]
    seen = receivers(wanted) if any(s.organisation_id for s in asked) else {}
    made = [
        _delivery(subscription, entry, fields, at)
        for entry in wanted
        for subscription in asked
        if entry.event in subscription.events
        and (fields := _fields(subscription, entry, seen.get(entry.id, {}))) is not None
    ]
    known = set(Delivery.objects.filter(id__in=[d.id for d in made]).values_list("id", flat=True))
    fresh = [d for d in made if d.id not in known]
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)
    enqueue([d.id for d in fresh])
    return [d.id for d in made]


def enqueue(delivery_ids: Sequence[UUID], *, at: datetime | None = None) -> None:
    """A job for each delivery; it rolls back with the transaction."""
    defer(task=TASK, queue=QUEUE, calls=[{"delivery_id": str(each)} for each in delivery_ids], at=at)


def delivery_id(subscription_id: UUID, entry_id: int) -> UUID:
    """The webhook-id of an entry for a subscription."""
    return uuid5(_IDS, f"{subscription_id}:{entry_id}")


def message(event: str, occurred_at: datetime, data: Mapping[str, Any]) -> str:
    """The body, as it is signed and sent in every try."""
    body = {"type": event, "timestamp": at_text(occurred_at), "data": dict(data)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _fields(
    subscription: Subscription, entry: Entry, seen: Mapping[UUID, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """What the subscription may see of the entry's fields; None where it may not know of it."""
    return entry.data if subscription.organisation_id is None else seen.get(subscription.organisation_id)


def _delivery(subscription: Subscription, entry: Entry, fields: Mapping[str, Any], at: datetime) -> Delivery:
    data = {
        "entry_id": entry.id,
        "subject": {"kind": entry.subject_kind, "id": str(entry.subject_id)},
        "sequence": entry.sequence,
        "generation": entry.generation,
        "version": entry.version,
        "actor": _actor(subscription, entry),
        "occurred_at": at_text(entry.occurred_at),
        "recorded_at": at_text(entry.recorded_at),
        "fields": dict(fields),
    }
    return Delivery(
        id=delivery_id(subscription.id, entry.id),
        subscription=subscription,
        entry_id=entry.id,
        event=entry.event,
        body=message(entry.event, entry.occurred_at, data),
        next_try_at=at,
        made_at=at,
        asked_at=at,
    )


def _actor(subscription: Subscription, entry: Entry) -> dict[str, str]:
    """Who acted; to organisations only of which kind."""
    kind = {"kind": entry.actor_kind}
    return kind if subscription.organisation_id else kind | {"id": str(entry.actor_id)}


def _keep(row: Place, position: Position) -> None:
    if row.position != str(position):
        row.position = str(position)
        row.save(update_fields=["position"])
