"""Drafts and requests of one person."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

KINDS = ("complaint", "report", "aftersales")


class Draft(models.Model):
    """What somebody began to write, sealed under their key. One of each kind."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="personal_draft_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="personal_draft_kind"),
        ]
        indexes: ClassVar = [models.Index(fields=["saved_at"], name="personal_draft_saved")]


class ErasureRequest(models.Model):
    """Somebody asked to be erased. Open until it was carried out or taken back."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(withdrawn_at=None, erased_at=None),
                name="personal_erasure_open",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(erased_at=None), name="personal_erasure_one_end"
            ),
        ]
