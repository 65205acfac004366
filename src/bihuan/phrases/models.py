"""Reasons, categories and quick replies, and what they said before."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    REASON = "reason"
    CATEGORY = "category"
    REPLY = "reply"


class Phrase(models.Model):
    """One phrase. ``body_*`` only quick replies have; ``code`` is typed or kept, unique in its kind."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=40)
    of = models.CharField(max_length=40, blank=True)
    position = models.IntegerField()
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=160)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    version = models.SmallIntegerField(default=1)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="phrases_phrase_kind"),
            models.UniqueConstraint(fields=["kind", "code"], name="phrases_phrase_code"),
            models.CheckConstraint(
                condition=(Q(kind="reply") & ~Q(body_zh="") & ~Q(body_en=""))
                | (~Q(kind="reply") & Q(body_zh="", body_en="")),
                name="phrases_phrase_body",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "of", "position", "id"], name="phrases_phrase_ordered")
        ]

    def title(self, language: str) -> str:
        """In one language."""
        return self.title_en if language.startswith("en") else self.title_zh

    def body(self, language: str) -> str:
        """The words of a quick reply in one language."""
        return self.body_en if language.startswith("en") else self.body_zh


class Former(models.Model):
    """What a phrase said before a change."""

    phrase = models.ForeignKey(Phrase, on_delete=models.PROTECT, related_name="former")
    version = models.SmallIntegerField()
    words = models.JSONField()
    until_at = models.DateTimeField()
    changed_by = models.UUIDField()
    reason_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phrase", "version"], name="phrases_former_once")
        ]
