"""Hand-overs: what was open when a case went from one person to another, and that it was confirmed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.complaints.models.intake import Complaint


class HandOver(models.Model):
    """A case passed on with its open promises and steps, until whoever takes over confirms them (ISH-3.4).

    ``void_at``: it was passed on again before anybody confirmed it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="hand_overs")
    from_id = models.UUIDField(null=True)
    to_id = models.UUIDField()
    reason_text = models.UUIDField(null=True)
    promises = models.JSONField(default=list)
    tasks = models.JSONField(default=list)
    next_step = models.CharField(max_length=32, default="")
    next_step_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(confirmed_at=None, void_at=None),
                name="complaints_one_hand_over_waits",
            ),
            models.CheckConstraint(
                name="complaints_hand_over_in_order", condition=Q(confirmed_at__gte=F("made_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["to_id"],
                name="complaints_hand_over_waits",
                condition=Q(confirmed_at=None, void_at=None),
            )
        ]
