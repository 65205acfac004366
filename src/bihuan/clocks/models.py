"""The stored form of running clocks: a projection of events, clause text and calendar."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Clock(models.Model):
    """One deadline of one subject. The table is partitioned by the year of ``started_at``.

    ``next_at`` is the next time at which the worker has something to do (warn, breach, escalate);
    it is null when nothing is left to do. ``verdict`` is null while the clock may still be met or
    missed; an open clock past ``due_at`` is overdue whether or not the worker has seen it.
    """

    id = models.UUIDField(primary_key=True)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    clause_id = models.CharField(max_length=40)
    clause_hash = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    generation = models.SmallIntegerField()
    round = models.SmallIntegerField()
    facts = models.JSONField()
    limit = models.CharField(max_length=40, db_column="limit_text")
    calendar_version = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    start_entry = models.BigIntegerField()
    due_at = models.DateTimeField()
    warn_at = ArrayField(models.DateTimeField())
    next_at = models.DateTimeField(null=True)
    stage = models.SmallIntegerField()
    state = models.CharField(max_length=10)
    stopped_at = models.DateTimeField(null=True)
    stop_entry = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=10, null=True)
    held_since = models.DateTimeField(null=True)
    held = models.JSONField()
    extended = models.JSONField()
    provisional = models.BooleanField()
    imported = models.BooleanField()
    breached_at = models.DateTimeField(null=True)
    merchant_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)
    revision = models.SmallIntegerField(default=1)
    failures = models.SmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, default="")

    class Meta:
        managed = False
        db_table = "clocks_clock"
        ordering: ClassVar = ["due_at", "id"]


class Revision(models.Model):
    """A clock as it was before it was judged again, with the reason; nothing is overwritten unseen."""

    clock_id = models.UUIDField()
    revision = models.SmallIntegerField()
    reason = models.CharField(max_length=40)
    before = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock_id", "revision"], name="clocks_revision_once")
        ]
