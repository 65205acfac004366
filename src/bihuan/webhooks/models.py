"""Subscriptions to events, what is to be delivered to them, and every try to deliver it."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class SubscriptionState(models.TextChoices):
    ACTIVE = "active"
    OFF = "off"
    """Switched off by its owner."""
    DISABLED = "disabled"
    """Switched off by the program after lasting failure."""


class DeliveryState(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after two days."""
    DROPPED = "dropped"
    """Not sent because the subscription was switched off; a replay sends it."""


class Subscription(models.Model):
    """An address that events are sent to; without an organisation it is the marketplace's.

    Secrets stand sealed. During a rotation both sign, until ``former_until_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=60))
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    former_until_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=SubscriptionState, default=SubscriptionState.ACTIVE.value)
    reason = models.CharField(max_length=20, default="", blank=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="webhooks_subscription_state", condition=Q(state__in=SubscriptionState.values)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "made_at"], name="webhooks_subscription_of"),
        ]

    @property
    def is_active(self) -> bool:
        return self.state == SubscriptionState.ACTIVE


class Delivery(models.Model):
    """One event on its way to one subscription. ``id`` is the webhook-id, the same in every try.

    The id follows from subscription and journal entry, so that an entry read twice is delivered once.
    """

    id = models.UUIDField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    entry_id = models.BigIntegerField(null=True)
    event = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED.value)
    tries = models.SmallIntegerField(default=0)
    """Since the delivery was made or last asked for again."""
    number = models.SmallIntegerField(default=0)
    """All tries, the numbers of the log."""
    next_try_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    """When this round of tries began: made, or asked for again."""
    ended_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    code = models.CharField(max_length=30, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="webhooks_delivery_state", condition=Q(state__in=DeliveryState.values)
            ),
            models.CheckConstraint(
                name="webhooks_delivery_due",
                condition=Q(state__in=["queued", "sending"], next_try_at__isnull=False)
                | (~Q(state__in=["queued", "sending"]) & Q(next_try_at__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subscription", "-made_at", "-id"], name="webhooks_delivery_log"),
            models.Index(
                fields=["next_try_at"], name="webhooks_delivery_next", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["made_at"], name="webhooks_delivery_made"),
        ]


class Attempt(models.Model):
    """One try: what the receiver answered, and how long it took."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.SmallIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.IntegerField(null=True)
    status = models.SmallIntegerField(null=True)
    code = models.CharField(max_length=30, default="", blank=True)
    answer = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "number"], name="webhooks_attempt_number"),
        ]


class Place(models.Model):
    """How far the journal was read; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="webhooks_place_one", condition=Q(id=1))]
