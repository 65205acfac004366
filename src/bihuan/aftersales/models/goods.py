"""Parcels both ways, inspections and repairs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.aftersales.models.application import Application


class Parcel(models.Model):
    """A parcel back to the merchant or out to the consumer; ``next_look_at``: when it is tracked again.

    ``freight_fen`` is what the consumer paid for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="parcels")
    direction = models.CharField(max_length=4)
    carrier = models.CharField(max_length=40)
    tracking_number = models.CharField(max_length=64)
    by = models.CharField(max_length=10)
    registered_at = models.DateTimeField()
    freight_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, default="registered")
    track = models.JSONField(default=list)
    signed_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["registered_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="aftersales_parcel_way", condition=Q(direction__in=["back", "out"])),
            models.CheckConstraint(name="aftersales_parcel_freight", condition=Q(freight_fen__gte=0)),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_look_at"],
                name="aftersales_parcel_look",
                condition=Q(next_look_at__isnull=False),
            )
        ]


def speaks_against(finding: str, deduction: int) -> bool:
    """Whether a finding takes something from the consumer; ``deduction`` in fen."""
    return finding in ("wrong", "missing") or (finding != "intact" and deduction > 0)


class Inspection(models.Model):
    """What was found when the goods came back, and what became of the finding."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="inspections")
    by = models.CharField(max_length=10)
    inspected_by = models.UUIDField()
    text = models.UUIDField(null=True)
    evidence = models.JSONField(default=list)
    deduction = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True, default="")
    answer_text = models.UUIDField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_text = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["made_at", "id"]

    @property
    def against_consumer(self) -> bool:
        """Whether something is held back or not settled by it: only then is the consumer asked (ASM-5.2)."""
        return any(found.against_consumer for found in self.findings.all())


class Finding(models.Model):
    """The condition of some pieces of a line: intact, worn, damaged, wrong or with parts missing."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    finding = models.CharField(max_length=10)
    deduction = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["number", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="aftersales_finding_code",
                condition=Q(finding__in=["intact", "worn", "damaged", "wrong", "missing"]),
            )
        ]

    @property
    def against_consumer(self) -> bool:
        """Pieces that are missing or not the ones sold, or for which something is held back."""
        return speaks_against(self.finding, self.deduction)


class Repair(models.Model):
    """A repair: its parts, and the time it took, which the warranty does not count (L-12)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="repairs")
    held_from = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=list)
    text = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["held_from", "id"]
