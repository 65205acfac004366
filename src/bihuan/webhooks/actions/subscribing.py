"""Making, changing, switching and removing subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.accounts import queries as accounts
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.webhooks import addresses, events, queries, signing
from bihuan.webhooks.actions.collecting import place
from bihuan.webhooks.models import Subscription, SubscriptionState
from bihuan.webhooks.published import names_for

MOST: Final = 10
"""Subscriptions of one organisation, and of the marketplace."""
BOTH: Final = timedelta(hours=24)
"""For how long the former secret signs too."""


@dataclass(frozen=True, slots=True)
class Created:
    """The secret is shown this once."""

    id: UUID
    secret: str
    former_until_at: datetime | None = None


@transaction.atomic
def create(
    *, url: str, events: Sequence[str], actor: Actor, at: datetime, organisation_id: UUID | None = None
) -> Created:
    """Subscribe to events of an organisation's cases, or without one (the marketplace) to all.

    Raises NotAllowed, Invalid (address, an event that this receiver may not ask for), Refusal (too many).
    """
    queries.require_manage(actor, organisation_id)
    wanted = _events(events, organisation_id, actor)
    if queries.of(organisation_id).count() >= MOST:
        raise Refusal(
            "There are {most} webhooks already.",
            code="webhook.most",
            most=MOST,
            remedy="Remove one that is no longer needed.",
        )
    place()
    made_id, secret = uuid4(), signing.new_secret()
    made = Subscription.objects.create(
        id=made_id,
        organisation_id=organisation_id,
        url=addresses.checked(url),
        events=wanted,
        secret=signing.seal(made_id, secret),
        made_by=actor.id,
        made_at=at,
        changed_at=at,
    )
    say(made, _created(made), actor=actor, at=at)
    return Created(made_id, secret)


@transaction.atomic
def change(*, subscription_id: UUID, url: str, events: Sequence[str], actor: Actor, at: datetime) -> None:
    """Another address or other events; what is queued already goes to the new address."""
    found = locked(actor, subscription_id)
    found.url = addresses.checked(url)
    found.events = _events(events, found.organisation_id, actor)
    found.changed_at = at
    found.save(update_fields=["url", "events", "changed_at"])
    say(found, _changed(found), actor=actor, at=at)


@transaction.atomic
def switch(*, subscription_id: UUID, on: bool, actor: Actor, at: datetime) -> None:
    """Off: nothing is sent and nothing is queued. On: from now on; what was missed, a replay brings."""
    found = locked(actor, subscription_id)
    if found.is_active == on:
        return
    found.state = SubscriptionState.ACTIVE if on else SubscriptionState.OFF
    found.reason, found.failing_since, found.changed_at = "", None, at
    found.save(update_fields=["state", "reason", "failing_since", "changed_at"])
    say(found, events.WebhookSwitched(state="on" if on else "off"), actor=actor, at=at)


@transaction.atomic
def rotate(*, subscription_id: UUID, actor: Actor, at: datetime) -> Created:
    """A new secret; the former one signs beside it for a day, so that the receiver can change over."""
    found = locked(actor, subscription_id)
    secret = signing.new_secret()
    found.former_secret, found.former_until_at = bytes(found.secret), at + BOTH
    found.secret, found.changed_at = signing.seal(found.id, secret), at
    found.save(update_fields=["secret", "former_secret", "former_until_at", "changed_at"])
    say(found, events.WebhookSecretRotated(former_until_at=at + BOTH), actor=actor, at=at)
    return Created(found.id, secret, at + BOTH)


@transaction.atomic
def remove(*, subscription_id: UUID, actor: Actor, at: datetime) -> None:
    """The subscription goes with its log; the journal keeps that it was there."""
    found = locked(actor, subscription_id)
    say(found, events.WebhookRemoved(organisation_id=found.organisation_id), actor=actor, at=at)
    found.delete()


def locked(actor: Actor, subscription_id: UUID) -> Subscription:
    """The row, locked, for somebody who may change it. Raises NotFound, NotAllowed."""
    queries.get_for(actor, subscription_id)
    found = Subscription.objects.select_for_update().get(id=subscription_id)
    queries.require_manage(actor, found.organisation_id)
    return found


def say(subscription: Subscription, event: Event, *, actor: Actor, at: datetime) -> None:
    """Write an event of this subscription into the journal."""
    subject = Subject("webhook", subscription.id)
    append([Draft(subject=subject, event=event, actor=actor, occurred_at=at)])


def _created(made: Subscription) -> events.WebhookCreated:
    return events.WebhookCreated(
        organisation_id=made.organisation_id, events=len(made.events), host=_host(made.url)
    )


def _changed(found: Subscription) -> events.WebhookChanged:
    return events.WebhookChanged(events=len(found.events), host=_host(found.url))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "")[:120]


def _events(wanted: Sequence[str], organisation_id: UUID | None, actor: Actor) -> list[str]:
    kind = None
    if organisation_id is not None:
        kind = accounts.organisation_for(actor, organisation_id).kind
    unknown = sorted(set(wanted) - names_for(kind))
    if unknown or not wanted:
        raise Invalid(
            "These events cannot be subscribed to here: {names}."
            if unknown
            else "Choose at least one event.",
            field="events",
            names=", ".join(name[:60] for name in unknown[:5]),
            clause="PCN-1.2" if unknown else None,
            remedy="Choose from the list of events that this receiver may know of.",
        )
    return sorted(set(wanted))
