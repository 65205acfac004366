"""Free text: the only place where it stands."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q


class Text(models.Model):
    """A text after scanning. ``digest`` = SHA-256(salt || UTF-8 of the body).

    When the body is destroyed its salt goes too, so that nobody can guess the words from the digest.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    about_person = models.UUIDField(null=True)
    author = models.UUIDField()
    body = models.TextField(null=True)
    salt = models.BinaryField(null=True)
    digest = models.BinaryField()
    created_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, default="")
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(body__isnull=False, salt__isnull=False, redacted_at__isnull=True)
                | Q(body__isnull=True, salt__isnull=True, redacted_at__isnull=False),
                name="accounts_text_body",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "created_at"], name="accounts_text_subject"),
            models.Index(
                fields=["about_person"], condition=Q(about_person__isnull=False), name="accounts_text_about"
            ),
            models.Index(fields=["author"], name="accounts_text_author"),
        ]
