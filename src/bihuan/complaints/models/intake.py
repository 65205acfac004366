"""What was said when the complaint came in, and how the conditions were checked."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.cases.models import Case

RESULTS = ("pass", "fail", "unknown")


class Complaint(models.Model):
    """The complaint's own part of its case. Free texts stand in ``accounts``; here are their ids.

    ``subject_kind``: whom it is about (order, service, platform, other). ``concerns`` is the staff
    member complained about, who then does not handle it (PCN-1.3, ISH-4.4).
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="complaint")
    matter_text = models.UUIDField()
    demand = models.CharField(max_length=16)
    demand_text = models.UUIDField(null=True)
    demand_amount = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField(null=True)
    party = models.CharField(max_length=10, default="buyer")
    transaction_record = models.CharField(max_length=120, blank=True, default="")
    concerns = models.UUIDField(null=True)
    supplement_due_at = models.DateTimeField(null=True)
    supplement_reminded_at = models.DateTimeField(null=True)
    missing = models.JSONField(default=list)
    accepted_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="")
    result_text = models.UUIDField(null=True)
    corrective_text = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="complaints_amount_not_negative",
                condition=Q(demand_amount=None) | Q(demand_amount__gte=0),
            )
        ]


class ClaimItem(models.Model):
    """One thing complained about: order line, matter, demand and amount (fen), and who owes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="items")
    position = models.SmallIntegerField()
    order_line = models.CharField(max_length=64, blank=True, default="")
    matter = models.CharField(max_length=16)
    demand = models.CharField(max_length=16)
    amount = models.BigIntegerField(null=True)
    liable = models.CharField(max_length=12, default="undecided")
    text = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "position"], name="complaints_item_position"),
            models.CheckConstraint(
                name="complaints_item_amount", condition=Q(amount=None) | Q(amount__gte=0)
            ),
        ]


class Check(models.Model):
    """One acceptance condition and how it came out, each time it was checked (PCN-3.1.2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="checks")
    condition = models.CharField(max_length=24)
    result = models.CharField(max_length=8, choices=[(r, r) for r in RESULTS])
    basis = models.CharField(max_length=60, blank=True, default="")
    checked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["checked_at", "condition"]
