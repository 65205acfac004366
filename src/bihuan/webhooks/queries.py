"""Reading subscriptions and the log of their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import Resource, allows, require
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.webhooks.models import Attempt, Delivery, Subscription
from bihuan.webhooks.permissions import WebhookPermission
from bihuan.webhooks.published import names_for

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Deliveries, the latest first, and the key of the next page."""

    rows: Sequence[Delivery]
    after: str | None


def require_manage(actor: Actor, organisation_id: UUID | None) -> None:
    """Raises NotAllowed. A key of a merchant may what its scope says; a merchant's operator may not."""
    on = _resource(organisation_id)
    if not _by_key(actor, on):
        require(actor, WebhookPermission.MANAGE, on)


def subscriptions_for(actor: Actor, organisation_id: UUID | None) -> list[Subscription]:
    """Of one organisation, or the marketplace's own; the oldest first. Raises NotAllowed."""
    on = _resource(organisation_id)
    if not _by_key(actor, on):
        require(actor, WebhookPermission.READ, on)
    return list(of(organisation_id).order_by("made_at", "id"))


def of(organisation_id: UUID | None) -> QuerySet[Subscription]:
    """The subscriptions of an organisation, or the marketplace's own."""
    if organisation_id is None:
        return Subscription.objects.filter(organisation=None)
    return Subscription.objects.filter(organisation_id=organisation_id)


def get_for(actor: Actor, subscription_id: UUID) -> Subscription:
    """Raises NotFound, also where the actor may not know."""
    found = Subscription.objects.filter(id=subscription_id).first()
    on = _resource(found.organisation_id) if found else Resource()
    if found is None or not (_by_key(actor, on) or allows(actor, WebhookPermission.READ, on)):
        raise NotFound(kind="webhook", id=str(subscription_id))
    return found


def events_for(actor: Actor) -> list[str]:
    """The names that the actor's organisation, or the marketplace, may subscribe to."""
    if actor.organisation_id is None:
        require(actor, WebhookPermission.READ)
        return sorted(names_for(None))
    return sorted(names_for(accounts.organisation_for(actor, actor.organisation_id).kind))


def deliveries(
    actor: Actor, subscription_id: UUID, *, state: str = "", after: str | None = None, limit: int = PAGE
) -> Page:
    """The log of a subscription, the latest first."""
    found = Delivery.objects.filter(subscription=get_for(actor, subscription_id))
    if state:
        found = found.filter(state=state)
    if after:
        moment, last = _cursor(after)
        found = found.filter(Q(made_at__lt=moment) | Q(made_at=moment, id__lt=last))
    rows = list(found.order_by("-made_at", "-id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{more.made_at.isoformat()}~{more.id}" if more else None)


def delivery(actor: Actor, subscription_id: UUID, delivery_id: UUID) -> Delivery:
    """Raises NotFound."""
    found = Delivery.objects.filter(id=delivery_id, subscription=get_for(actor, subscription_id)).first()
    if found is None:
        raise NotFound(kind="delivery", id=str(delivery_id))
    return found


def attempts(delivery_ids: Sequence[UUID]) -> dict[UUID, list[Attempt]]:
    """The tries by delivery, in order."""
    found: dict[UUID, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(delivery_id__in=list(delivery_ids)).order_by("number"):
        found.setdefault(attempt.delivery_id, []).append(attempt)
    return found


def counts(subscription_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Deliveries in the log by subscription and state."""
    found: dict[UUID, dict[str, int]] = {each: {} for each in subscription_ids}
    rows = Delivery.objects.filter(subscription_id__in=list(subscription_ids))
    for subscription_id, state, n in rows.values_list("subscription_id", "state").annotate(n=Count("id")):
        found[subscription_id][state] = n
    return found


def _resource(organisation_id: UUID | None) -> Resource:
    return Resource(organisation_ids=frozenset({organisation_id} if organisation_id else ()))


def _by_key(actor: Actor, on: Resource) -> bool:
    return actor.kind is ActorKind.SYSTEM and allows(actor, WebhookPermission.BY_KEY, on)


def _cursor(after: str) -> tuple[datetime, UUID]:
    moment, _, last = after.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        raise Invalid(
            "after is not a key that a page gave.",
            field="after",
            remedy="Take it from the last answer, unchanged; leave it out for the first page.",
        ) from None
