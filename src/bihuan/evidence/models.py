"""Files handed in as evidence, and who looked at them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Party(models.TextChoices):
    """Which side of the case handed the file in."""

    CONSUMER = "consumer"
    MERCHANT = "merchant"
    CARRIER = "carrier"
    PLATFORM = "platform"


class Source(models.TextChoices):
    """The way by which the file came in."""

    UPLOAD = "upload"
    API = "api"
    IMPORT = "import"
    CONVERSATION = "conversation"
    MAIL = "mail"


class Blob(models.Model):
    """One content, stored once whoever hands it in and however often; never changed (trigger)."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=40)
    stored_at = models.DateTimeField()
    backend = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="evidence_blob_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="evidence_blob_size", condition=Q(size__gt=0)),
        ]


class Item(models.Model):
    """One handing-in of a content: by whom, for which side, when, for which case.

    ``subject_id`` stays null until a case claims the file and never changes afterwards;
    ``public`` is the copy that others see, without place, device and author (trigger, migration 0001).
    """

    id = models.UUIDField(primary_key=True)
    blob = models.ForeignKey(Blob, models.PROTECT, db_column="sha256", related_name="items")
    public = models.ForeignKey(
        Blob, models.PROTECT, db_column="public_sha256", related_name="public_items", null=True
    )
    subject_kind = models.CharField(max_length=24, null=True)
    subject_id = models.UUIDField(null=True)
    uploader_id = models.UUIDField()
    uploader_kind = models.CharField(max_length=12)
    party = models.CharField(max_length=12, choices=Party)
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=12, choices=Source)
    uploaded_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="evidence_item_party", condition=Q(party__in=Party.values)),
            models.CheckConstraint(name="evidence_item_source", condition=Q(source__in=Source.values)),
            models.CheckConstraint(
                name="evidence_item_claimed",
                condition=Q(subject_id__isnull=True, subject_kind__isnull=True, claimed_at__isnull=True)
                | Q(subject_id__isnull=False, subject_kind__isnull=False, claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_item_sealed",
                condition=Q(sealed_at__isnull=True) | Q(subject_id__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subject_id", "uploaded_at"],
                name="evidence_item_subject",
                condition=Q(subject_id__isnull=False),
            ),
            models.Index(
                fields=["uploader_id", "uploaded_at"],
                name="evidence_item_unclaimed",
                condition=Q(subject_id__isnull=True),
            ),
        ]

    @property
    def sha256(self) -> str:
        """Digest of the original."""
        return self.blob_id

    @property
    def public_sha256(self) -> str | None:
        return self.public_id


class Access(models.Model):
    """Somebody looked at a file, or took it away in an export. Only inserted."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="accesses")
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=12)
    original = models.BooleanField()
    reason = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "actor_id", "original", "at"], name="evidence_access_once"
            ),
        ]


class Incoming(models.Model):
    """A file on its way in, piece by piece; the bytes so far lie in the folder of unfinished files.

    ``mark`` is how the sender knows the same file again; ``received`` bytes are durable and checked.
    """

    id = models.UUIDField(primary_key=True)
    uploader_id = models.UUIDField()
    uploader_kind = models.CharField(max_length=12)
    party = models.CharField(max_length=12, choices=Party)
    subject_id = models.UUIDField(null=True)
    name = models.CharField(max_length=255)
    mark = models.CharField(max_length=64)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ending_at = models.DateTimeField(null=True)
    item_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="evidence_incoming_party", condition=Q(party__in=Party.values)),
            models.CheckConstraint(
                name="evidence_incoming_size",
                condition=Q(size__gt=0, received__gte=0, received__lte=models.F("size")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["uploader_id", "mark"], name="evidence_incoming_mark"),
            models.Index(fields=["touched_at"], name="evidence_incoming_touched"),
        ]
