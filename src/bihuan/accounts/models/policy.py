"""What administrators set for the whole installation: who needs a second factor, how long what is kept."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class PolicyState(models.TextChoices):
    ASKED = "asked"
    """Waits for a second person."""
    AGREED = "agreed"
    REJECTED = "rejected"


class Policy(models.Model):
    """One setting from ``since_at`` on; the latest that is agreed and has begun holds.

    ``second_factor``: ``key`` is a role, ``value`` 1 where it is compulsory. ``retention``: ``key`` is what
    is kept, ``value`` days. A row is decided on once and never changed else.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=24)
    value = models.IntegerField()
    since_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=PolicyState)
    reason_id = models.UUIDField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accounts_policy_kind", condition=Q(kind__in=["second_factor", "retention"])
            ),
            models.CheckConstraint(
                name="accounts_policy_four_eyes", condition=Q(decided_by=None) | ~Q(decided_by=F("made_by"))
            ),
            models.CheckConstraint(
                name="accounts_policy_decided",
                condition=~Q(state="rejected") | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state="asked"), name="accounts_policy_one_asked"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "key", "since_at"], name="accounts_policy_found")]
