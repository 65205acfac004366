"""Threads, messages, calls, drafts, read marks and followers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

VIA = ("message", "mail")
DIRECTIONS = ("in", "out")
AUDIENCES = ("consumer", "merchant", "third_party", "internal")


class Thread(models.Model):
    """What is said about one case to one audience."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case_id = models.UUIDField()
    audience = models.CharField(max_length=12)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_id", "audience"], name="conversations_thread_once"),
            models.CheckConstraint(name="conversations_audience", condition=Q(audience__in=list(AUDIENCES))),
        ]


class Message(models.Model):
    """One message; ``text`` is the kept text. Never changed; a redaction replaces the text.

    ``told_at``: when it reached whom it was written to, with the proof that the notices keep.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    author_id = models.UUIDField()
    author_kind = models.CharField(max_length=12)
    text = models.UUIDField()
    human = models.BooleanField()
    via = models.CharField(max_length=8, default="message")
    sent_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    evidence_ids = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["sent_at", "id"]
        indexes: ClassVar = [models.Index(fields=["thread", "sent_at", "id"], name="conversations_in_order")]
        constraints: ClassVar = [
            models.CheckConstraint(name="conversations_via", condition=Q(via__in=list(VIA))),
            models.CheckConstraint(name="conversations_told", condition=Q(told_at__gte=models.F("sent_at"))),
        ]


class CallRecord(models.Model):
    """A telephone call about a case, with the note of the person who held it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case_id = models.UUIDField(db_index=True)
    direction = models.CharField(max_length=4, default="out")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    logged_at = models.DateTimeField()
    answered = models.BooleanField()
    text = models.UUIDField()
    recording = models.UUIDField(null=True)
    author_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conversations_call_in_order", condition=Q(started_at__lte=models.F("logged_at"))
            ),
            models.CheckConstraint(
                name="conversations_call_direction", condition=Q(direction__in=list(DIRECTIONS))
            ),
            models.CheckConstraint(
                name="conversations_call_ends", condition=Q(ended_at__gte=models.F("started_at"))
            ),
        ]


class Draft(models.Model):
    """What a person has begun to write; answer and internal note each have their own.

    ``revision`` is another number with every saving, so that a second tab is told before it overwrites
    the first.
    """

    case_id = models.UUIDField()
    author_id = models.UUIDField()
    audience = models.CharField(max_length=12)
    sealed = models.BinaryField()
    """The words under the writer's key: they end with the person, and nobody else can open them."""
    saved_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_id", "author_id", "audience"], name="conversations_draft_once"
            )
        ]


class ReadMark(models.Model):
    """Up to where a person has read a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="marks")
    person_id = models.UUIDField()
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "person_id"], name="conversations_mark_once")
        ]


class Follower(models.Model):
    """A person of the house who wants to hear of a case: of its messages and of its steps."""

    case_id = models.UUIDField()
    person_id = models.UUIDField()
    since_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_id", "person_id"], name="conversations_follower_once")
        ]
