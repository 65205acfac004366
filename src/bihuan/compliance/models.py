"""Verifications of the journal that somebody asked for, with what they found."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q


class VerificationState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


OPEN = (VerificationState.WAITING, VerificationState.RUNNING)


class Verification(models.Model):
    """One run. ``slot`` is 1 until it has ended and null afterwards: only one runs at a time.

    ``report`` is the journal's own report as JSON (ended runs only); ``failure`` a code. ``read`` of
    ``due`` entries are done; ``moved_at`` is when that was last said.
    """

    id = models.UUIDField(primary_key=True)
    state = models.CharField(
        max_length=8, choices=VerificationState.choices, default=VerificationState.WAITING
    )
    slot = models.SmallIntegerField(null=True, unique=True)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    read = models.BigIntegerField(default=0)
    due = models.BigIntegerField(default=0)
    ok = models.BooleanField(null=True)
    report = models.JSONField(null=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["-asked_at", "-id"], name="compliance_verif_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=OPEN, slot=1, ended_at=None)
                | Q(state__in=("ended", "failed"), slot=None, ended_at__isnull=False),
                name="compliance_verif_slot",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", report__isnull=False, ok__isnull=False)
                | (~Q(state="ended") & Q(report__isnull=True, ok=None)),
                name="compliance_verif_report",
            ),
            models.CheckConstraint(condition=Q(read__gte=0, due__gte=0), name="compliance_verif_counts"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN

    @property
    def faults(self) -> int:
        """Findings of an ended run that are faults."""
        return sum(bool(found["fault"]) for found in self._findings())

    @property
    def notes(self) -> int:
        """Findings that are only to be known, such as a place outside that did not answer."""
        return sum(not found["fault"] for found in self._findings())

    def _findings(self) -> list[dict[str, Any]]:
        return list((self.report or {}).get("findings", ()))


class Sample(models.Model):
    """A sample of cases that an auditor drew: what it was drawn from, by which seed, and how large that was.

    ``population`` counts the cases of each stratum; ``digest`` is the SHA-256 of the drawn list.
    """

    id = models.UUIDField(primary_key=True)
    seed = models.BigIntegerField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    at = models.DateTimeField()
    clause_id = models.CharField(max_length=40, blank=True)
    book = models.CharField(max_length=24, blank=True)
    wanted = models.SmallIntegerField()
    population = models.JSONField()
    digest = models.CharField(max_length=64)
    drawn_by = models.UUIDField()
    drawn_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-drawn_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["-drawn_at", "-id"], name="compliance_sample_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seed__gte=0, wanted__gte=1), name="compliance_sample_numbers"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="compliance_sample_period"),
        ]


class SampleCase(models.Model):
    """One case of a sample; ``stratum`` is the worst outcome of its clocks in the period, as it was drawn."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="cases")
    place = models.SmallIntegerField()
    case_id = models.UUIDField()
    stratum = models.CharField(max_length=12)

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "place"], name="compliance_samplecase_place"),
            models.UniqueConstraint(fields=["sample", "case_id"], name="compliance_samplecase_once"),
        ]
