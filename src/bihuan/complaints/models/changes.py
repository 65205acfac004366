"""Extensions, promises, external references and appeals."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.complaints.models.intake import Complaint


class Extension(models.Model):
    """A transaction: asked, approved by another person, told, and only then in effect."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="extensions")
    to = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    reason_text = models.UUIDField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    notice = models.UUIDField(null=True)
    effective_at = models.DateTimeField(null=True)
    generation = models.SmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="complaints_extension_state",
                condition=Q(state__in=["asked", "approved", "rejected", "effective", "failed"]),
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(state__in=["asked", "approved"]),
                name="complaints_one_extension_at_a_time",
            ),
            models.CheckConstraint(
                name="complaints_extension_four_eyes",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
            ),
        ]


class Promise(models.Model):
    """A time promised to the complainant (CRP-2.1.c)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="promises")
    text = models.UUIDField()
    due_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)


class Reference(models.Model):
    """An external reference such as a regulator's transfer, with its own due date."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="references")
    reference = models.CharField(max_length=64)
    authority = models.CharField(max_length=32)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "reference"], name="complaints_reference_once")
        ]


class Appeal(models.Model):
    """An appeal by consumer or merchant, decided by a person who did not decide before (P-19)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="appeals")
    by = models.CharField(max_length=12)
    made_by = models.UUIDField()
    ground = models.CharField(max_length=32)
    text = models.UUIDField()
    made_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    decision_text = models.UUIDField(null=True)
    generation = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decided_at=None), name="complaints_one_open_appeal"
            )
        ]
