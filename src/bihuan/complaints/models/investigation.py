"""Who is responsible, what was looked into, asked for and found."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.complaints.models.intake import Complaint


class Liability(models.Model):
    """A decision on who is responsible; a later one replaces it, with a reason (PCN-3.2.1)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="liabilities")
    revision = models.SmallIntegerField()
    party = models.CharField(max_length=12)
    shares = models.JSONField()
    ground = models.CharField(max_length=32)
    reason_text = models.UUIDField()
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()
    objected_by = models.CharField(max_length=12, blank=True, default="")
    objection_text = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "revision"], name="complaints_liability_revision")
        ]


class InvestigationStep(models.Model):
    """A task of the investigation given to a department (CRP-1.3.a, CRP-2.2.a)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16)
    department = models.CharField(max_length=16)
    owner = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    hand_overs = models.SmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="")
    text = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["opened_at", "id"]


class EvidenceRequest(models.Model):
    """Evidence demanded from a party, with its own due time (PCN-3.2.2.b)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="evidence_requests")
    party = models.CharField(max_length=12)
    organisation = models.UUIDField(null=True)
    what = models.CharField(max_length=32)
    text = models.UUIDField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_text = models.UUIDField(null=True)
    default_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="complaints_request_due", condition=Q(due_at__gt=models.F("asked_at"))
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.default_at is None


class Finding(models.Model):
    """What the investigation found, of a generation of the case."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="findings")
    generation = models.SmallIntegerField()
    result = models.CharField(max_length=24)
    text = models.UUIDField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()


class MajorReport(models.Model):
    """A major complaint reported upward, with the emergency plan that was started (CRP-1.2.c)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="major_reports")
    reason = models.CharField(max_length=32)
    recognised_at = models.DateTimeField()
    recognised_by = models.UUIDField()
    plan = models.CharField(max_length=32, blank=True, default="")
    reported_to = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
