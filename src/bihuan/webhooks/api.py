"""REST door of webhooks: for the marketplace's key, an organisation's own system, and its people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.journal.moment import Moment
from bihuan.journal.time import now
from bihuan.webhooks import actions, queries
from bihuan.webhooks.models import Subscription

router = Router(tags=["webhooks"])
READ = [ApiKeyAuth("webhooks:read"), SessionAuth()]
WRITE = [ApiKeyAuth("webhooks:write"), SessionAuth()]
Name = Annotated[str, Field(max_length=60)]
After = Annotated[str | None, Query(max_length=120)]
Limit = Annotated[int, Query(ge=1, le=200)]
State = Literal["queued", "sending", "delivered", "failed", "dropped"]


class WebhookIn(Schema):
    """Where to send which events."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(max_length=500)
    events: list[Name] = Field(min_length=1, max_length=200)


class SwitchIn(Schema):
    model_config = ConfigDict(extra="forbid")
    on: bool


class SpanIn(Schema):
    """Entries recorded from ``from_at`` until before ``until_at``; at most 31 days."""

    model_config = ConfigDict(extra="forbid")
    from_at: Moment
    until_at: Moment


class WebhookOut(Schema):
    """A subscription; its secret is not shown again."""

    id: UUID
    organisation_id: UUID | None
    url: str
    events: list[str]
    state: str
    reason: str
    made_at: datetime
    changed_at: datetime
    failing_since: datetime | None
    delivered_at: datetime | None
    former_until_at: datetime | None


class SecretOut(Schema):
    """Kept by the receiver now: it is shown this once. The former secret signs too until then."""

    id: UUID
    secret: str
    former_until_at: datetime | None


class DeliveryOut(Schema):
    """One event on its way; ``id`` is the webhook-id without its prefix."""

    id: UUID
    event: str
    entry_id: int | None
    state: str
    status: int | None
    code: str
    number: int
    made_at: datetime
    ended_at: datetime | None
    next_try_at: datetime | None


class DeliveriesOut(Schema):
    """A page, the latest first; ``after`` of the next request, null at the end."""

    rows: list[DeliveryOut]
    after: str | None


class AttemptOut(Schema):
    """One try: what was answered and how long it took."""

    number: int
    started_at: datetime
    duration_ms: int | None
    status: int | None
    code: str
    answer: str


class DeliveryDetailOut(DeliveryOut):
    """With the body that was sent and every try."""

    body: str
    attempts: list[AttemptOut]


class QueuedOut(Schema):
    count: int


@router.get("", response=list[WebhookOut], auth=READ, operation_id="list_webhooks")
def listed(request: HttpRequest) -> list[Subscription]:
    """The subscriptions of the caller's organisation; the marketplace's own for its key and people."""
    actor = actor_asking(request)
    return queries.subscriptions_for(actor, actor.organisation_id)


@router.get("/events", response=list[str], auth=READ, operation_id="list_webhook_events")
def events(request: HttpRequest) -> list[str]:
    """The names of the catalogue that the caller may subscribe to."""
    return queries.events_for(actor_asking(request))


@router.post("", response={201: SecretOut}, auth=WRITE, operation_id="create_webhook")
def create(request: HttpRequest, body: WebhookIn) -> Status[Any]:
    """Subscribe; the answer holds the secret, which is not shown again."""
    actor = actor_asking(request)
    made = actions.create(
        url=body.url, events=body.events, organisation_id=actor.organisation_id, actor=actor, at=now()
    )
    return Status(201, made)


@router.get("/{uuid:webhook_id}", response=WebhookOut, auth=READ, operation_id="read_webhook")
def read(request: HttpRequest, webhook_id: UUID) -> Subscription:
    return queries.get_for(actor_asking(request), webhook_id)


@router.put("/{uuid:webhook_id}", response=WebhookOut, auth=WRITE, operation_id="change_webhook")
def change(request: HttpRequest, webhook_id: UUID, body: WebhookIn) -> Subscription:
    """Another address or other events."""
    actor = actor_asking(request)
    actions.change(subscription_id=webhook_id, url=body.url, events=body.events, actor=actor, at=now())
    return queries.get_for(actor, webhook_id)


@router.delete("/{uuid:webhook_id}", response={204: None}, auth=WRITE, operation_id="remove_webhook")
def remove(request: HttpRequest, webhook_id: UUID) -> Status[None]:
    """The subscription goes with its log."""
    actions.remove(subscription_id=webhook_id, actor=actor_asking(request), at=now())
    return Status(204, None)


@router.post("/{uuid:webhook_id}/switch", response=WebhookOut, auth=WRITE, operation_id="switch_webhook")
def switch(request: HttpRequest, webhook_id: UUID, body: SwitchIn) -> Subscription:
    """On or off; what was missed meanwhile, a replay brings."""
    actor = actor_asking(request)
    actions.switch(subscription_id=webhook_id, on=body.on, actor=actor, at=now())
    return queries.get_for(actor, webhook_id)


@router.post(
    "/{uuid:webhook_id}/secret", response=SecretOut, auth=WRITE, operation_id="rotate_webhook_secret"
)
def rotate(request: HttpRequest, webhook_id: UUID) -> actions.Created:
    """A new secret; the former one signs beside it for a day."""
    return actions.rotate(subscription_id=webhook_id, actor=actor_asking(request), at=now())


@router.post("/{uuid:webhook_id}/test", response={202: QueuedOut}, auth=WRITE, operation_id="test_webhook")
def test(request: HttpRequest, webhook_id: UUID) -> Status[dict[str, int]]:
    """Send one event ``webhook.test``."""
    actions.send_test(subscription_id=webhook_id, actor=actor_asking(request), at=now())
    return Status(202, {"count": 1})


@router.post(
    "/{uuid:webhook_id}/replay", response={202: QueuedOut}, auth=WRITE, operation_id="replay_webhook"
)
def replay_span(request: HttpRequest, webhook_id: UUID, body: SpanIn) -> Status[dict[str, int]]:
    """Send everything of a span again, what was missed included."""
    count = actions.replay_span(
        subscription_id=webhook_id,
        from_at=body.from_at,
        until_at=body.until_at,
        actor=actor_asking(request),
        at=now(),
    )
    return Status(202, {"count": count})


@router.get(
    "/{uuid:webhook_id}/deliveries", response=DeliveriesOut, auth=READ, operation_id="list_deliveries"
)
def deliveries(
    request: HttpRequest, webhook_id: UUID, state: State | None = None, after: After = None, limit: Limit = 50
) -> queries.Page:
    """The log, the latest first."""
    return queries.deliveries(actor_asking(request), webhook_id, state=state or "", after=after, limit=limit)


@router.get(
    "/{uuid:webhook_id}/deliveries/{uuid:delivery_id}",
    response=DeliveryDetailOut,
    auth=READ,
    operation_id="read_delivery",
)
def delivery(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """What was sent, and every try with its answer."""
    found = queries.delivery(actor_asking(request), webhook_id, delivery_id)
    shown = {name: getattr(found, name) for name in DeliveryOut.model_fields}
    return {**shown, "body": found.body, "attempts": queries.attempts([found.id]).get(found.id, [])}


@router.post(
    "/{uuid:webhook_id}/deliveries/{uuid:delivery_id}/replay",
    response={202: QueuedOut},
    auth=WRITE,
    operation_id="replay_delivery",
)
def replay(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> Status[dict[str, int]]:
    """Send one delivery again under its own id."""
    actions.replay(subscription_id=webhook_id, delivery_id=delivery_id, actor=actor_asking(request), at=now())
    return Status(202, {"count": 1})
