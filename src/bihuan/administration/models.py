"""Backups that were asked for, and why jobs failed. Everything else the room shows belongs to others."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class BackupState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


OPEN = (BackupState.WAITING, BackupState.RUNNING)


class Backup(models.Model):
    """One backup. ``slot`` is 1 until it has ended: only one runs at a time.

    ``verified_at``: every file in it was read again and agreed with the manifest.
    """

    id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=8, choices=BackupState, default=BackupState.WAITING)
    slot = models.SmallIntegerField(null=True, unique=True)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(default=0)
    members = models.IntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    with_keys = models.BooleanField(default=False)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-asked_at", "-id"], name="administration_backup_new")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=OPEN, slot=1, ended_at=None)
                | Q(state__in=("ended", "failed"), slot=None, ended_at__isnull=False),
                name="administration_backup_slot",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(verified_at__isnull=False, size__gt=0),
                name="administration_backup_verified",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN


class JobFailure(models.Model):
    """The last failure of a job: what kind of error and where in the program, without its words.

    An error's words may hold somebody's data; they stand in the worker's log only.
    """

    job_id = models.BigIntegerField(primary_key=True)
    failed_at = models.DateTimeField()
    error = models.CharField(max_length=120)
    place = models.CharField(max_length=200, blank=True)
    times = models.IntegerField(default=1)
