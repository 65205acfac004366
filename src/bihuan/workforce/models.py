"""Workers and what makes them fit for duty; the units of the organisation; how long work takes."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

EDUCATION = ("primary", "junior_high", "senior_high", "college", "bachelor", "master", "doctor")
ENOUGH = EDUCATION[EDUCATION.index("senior_high") :]
STATUS = ("online", "busy", "offline")


class Worker(models.Model):
    """A person at work. ``round_the_clock`` people need no planned shift (small desks, duty officers)."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="worker"
    )
    number = models.CharField(max_length=24, unique=True)
    education = models.CharField(max_length=12)
    skills = ArrayField(models.CharField(max_length=24), default=list)
    capacity = models.SmallIntegerField(default=30)
    status = models.CharField(max_length=8, default="offline")
    round_the_clock = models.BooleanField(default=False)
    hired_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="workforce_education", condition=Q(education__in=list(EDUCATION))),
            models.CheckConstraint(name="workforce_status", condition=Q(status__in=list(STATUS))),
            models.CheckConstraint(name="workforce_capacity", condition=Q(capacity__gt=0)),
        ]


class Period(models.Model):
    """From inclusive, until exclusive."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="%(class)ss")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        abstract = True


class Certificate(Period):
    """The platform's own service certificate (上岗证), with its version and expiry (PCN-2.2.1, law X24)."""

    kind = models.CharField(max_length=24, default="service")
    version = models.CharField(max_length=16)
    issued_by = models.UUIDField()
    revoked_at = models.DateTimeField(null=True)
    warned_days = models.SmallIntegerField(null=True)
    """The nearest warning given: so many days before the end."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["until_at"], condition=Q(revoked_at__isnull=True), name="workforce_certificate_end"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="workforce_certificate_period", condition=Q(until_at__gt=F("from_at"))
            )
        ]


class Shift(Period):
    """A planned shift; two of one worker never overlap (a trigger of the second migration holds it too)."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="workforce_shift_period", condition=Q(until_at__gt=F("from_at")))
        ]
        indexes: ClassVar = [models.Index(fields=["worker", "from_at"], name="workforce_shift_of")]


class Absence(Period):
    """Leave, illness, training: no work is assigned in it."""

    kind = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="workforce_absence_period", condition=Q(until_at__gt=F("from_at")))
        ]


class Unit(models.Model):
    """A unit of the organisation, headquarters included; what it is at a time says its state then."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    opened_at = models.DateTimeField()


class UnitState(models.Model):
    """What a unit is from an instant on until (exclusive) another: name, place in the tree, head, teams.

    Rows are added; only the end of the last one is set. ``parent`` None: headquarters. ``duties`` and
    ``reason`` are texts.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="states")
    name = models.CharField(max_length=60)
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    department = models.CharField(max_length=12, default="", blank=True)
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    teams = models.ManyToManyField("accounts.Team", related_name="+")
    duties = models.UUIDField(null=True)
    reason = models.UUIDField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="workforce_unitstate_period", condition=Q(until_at=None) | Q(until_at__gt=F("from_at"))
            ),
            models.CheckConstraint(
                name="workforce_unitstate_parent", condition=Q(parent=None) | ~Q(parent=F("unit"))
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(until_at=None), name="workforce_unitstate_last"
            ),
            models.UniqueConstraint(fields=["unit", "from_at"], name="workforce_unitstate_once"),
        ]


class Effort(models.Model):
    """How long a case of a kind takes somebody, from a day on, as this platform sets it (ASM-2.3).

    ``minutes`` None: the figure of the platform is taken back, what is measured or assumed counts again.
    Rows are added, never changed: the last one of the latest day that has come holds.
    """

    kind = models.CharField(max_length=24)
    minutes = models.SmallIntegerField(null=True)
    from_date = models.DateField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    reason = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="workforce_effort_minutes", condition=Q(minutes=None) | Q(minutes__range=(1, 1440))
            )
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "-from_date", "-id"], name="workforce_effort_of")]
