"""Rulebooks in force and their history, calendars and business hours by version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class ClauseText(models.Model):
    """Every text of a clause that was ever loaded, by the SHA-256 of its canonical form. Never changed."""

    hash = models.CharField(max_length=64, primary_key=True)
    book = models.CharField(max_length=24)
    clause_id = models.CharField(max_length=40)
    body = models.JSONField()
    first_seen_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clause_id", "first_seen_at"], name="norms_text_by_clause")]


class Edition(models.Model):
    """A rulebook as one program version read it; ``clauses`` maps clause ids to hashes of their texts."""

    book = models.CharField(max_length=24)
    hash = models.CharField(max_length=64)
    program = models.CharField(max_length=40)
    header = models.JSONField()
    clauses = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["book", "-id"], name="norms_edition_latest")]


class Override(models.Model):
    """A clause that the operator's own folder replaced (``shipped`` set) or added (``shipped`` empty)."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="overrides")
    clause_id = models.CharField(max_length=40)
    shipped = models.CharField(max_length=64, blank=True)
    used = models.ForeignKey(ClauseText, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "clause_id"], name="norms_override_once")
        ]


class OwnLimit(models.Model):
    """A figure of the operator's own for a clause, from a day on; taken back only before that day."""

    clause_id = models.CharField(max_length=40)
    since = models.DateField()
    value = models.JSONField()
    reason_id = models.UUIDField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clause_id", "since"],
                condition=Q(withdrawn_at__isnull=True),
                name="norms_ownlimit_once",
            ),
        ]


class Switch(models.Model):
    """A time during which a clause started no clocks; open while ``on_again_from`` is null.

    ``reason_id`` is a text kept by ``accounts``, scanned for personal data on its way in.
    """

    clause_id = models.CharField(max_length=40)
    off_from = models.DateTimeField()
    on_again_from = models.DateTimeField(null=True)
    reason_id = models.UUIDField()
    off_by = models.UUIDField()
    on_by = models.UUIDField(null=True)
    on_reason_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clause_id"], condition=Q(on_again_from=None), name="norms_switch_open_once"
            ),
            models.CheckConstraint(
                condition=Q(on_again_from=None) | Q(on_again_from__gte=F("off_from")),
                name="norms_switch_order",
            ),
            models.CheckConstraint(
                condition=Q(on_again_from=None, on_by=None)
                | Q(on_again_from__isnull=False, on_by__isnull=False),
                name="norms_switch_ended_by",
            ),
        ]


class CalendarYear(models.Model):
    """One year's holiday arrangement in one version; the highest version of a year is in force.

    ``days``: ``[{"date", "name", "isOffDay", "statutory"}]``.
    """

    year = models.SmallIntegerField()
    version = models.SmallIntegerField()
    hash = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    published_on = models.DateField(null=True)
    complete = models.BooleanField(default=True)
    days = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "version"], name="norms_calendar_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="norms_calendar_version_positive"),
            models.CheckConstraint(condition=Q(year__gte=1949, year__lte=9000), name="norms_calendar_year"),
        ]


class CalendarEdition(models.Model):
    """Which version of each year a calendar version stands for, so that an old clock can be explained."""

    version = models.CharField(max_length=40, primary_key=True)
    years = models.JSONField()
    made_at = models.DateTimeField()


class BusinessHoursSet(models.Model):
    """Named business hours in one version; ``body`` is described in ``hours.py``."""

    name = models.CharField(max_length=40)
    version = models.SmallIntegerField()
    body = models.JSONField()
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="norms_hours_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="norms_hours_version_positive"),
        ]


class State(models.Model):
    """One row whose token changes with every change of this module: processes keep their caches by it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="norms_state_single")]
