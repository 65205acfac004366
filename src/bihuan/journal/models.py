"""Tables of the journal. Their SQL stands in the first migration: entries are partitioned by year."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Deployment(models.Model):
    """One row: what this database is (production, demo, drill), and the time of a drill.

    ``identity`` names the journal in its anchors; a restored database keeps it, with a new ``epoch``.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=12, default="production")
    epoch = models.SmallIntegerField(default=1)
    frozen_at = models.DateTimeField(null=True)
    identity = models.UUIDField()

    class Meta:
        managed = False
        db_table = "journal_deployment"


class Head(models.Model):
    """The last sequence number and hash of a subject; its row is the subject's write lock."""

    subject_id = models.UUIDField(primary_key=True)
    subject_kind = models.CharField(max_length=24)
    sequence = models.IntegerField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_head"


class Entry(models.Model):
    """One event that happened. Never changed; see ``canonical`` for what the hash covers."""

    id = models.BigIntegerField(primary_key=True)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    sequence = models.IntegerField()
    generation = models.SmallIntegerField()
    event = models.CharField(max_length=60)
    version = models.SmallIntegerField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    proven = models.BooleanField()
    data = models.JSONField()
    canonical = models.BinaryField()
    hash = models.BinaryField()
    scheme = models.SmallIntegerField()
    epoch = models.SmallIntegerField()

    class Meta:
        managed = False
        db_table = "journal_entry"
        ordering: ClassVar = ["subject_id", "sequence"]


class Receipt(models.Model):
    """A reaction that was carried out for an entry: what makes reactions safe to repeat."""

    pk = models.CompositePrimaryKey("entry_id", "reaction")
    entry_id = models.BigIntegerField()
    reaction = models.CharField(max_length=80)
    done_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_receipt"


class Anchor(models.Model):
    """A signed summary of the entries below a commit horizon (``journal/anchors`` says of what)."""

    number = models.IntegerField(primary_key=True)
    epoch = models.SmallIntegerField()
    count = models.BigIntegerField()
    total = models.BigIntegerField()
    subjects = models.BigIntegerField()
    max_id = models.BigIntegerField()
    root = models.BinaryField()
    previous = models.BinaryField()
    made_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    payload = models.BinaryField()
    hash = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_anchor"
        ordering: ClassVar = ["number"]
