"""What goes back to the consumer, part by part; recourse; satisfaction."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.aftersales.models.application import Application


class Part(models.Model):
    """One payment owed: its kind, rule and every line of the computation, as shown to everybody.

    ``lines`` says what counts against which order line (fen); empty for what lies beyond the price.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=12)
    rule = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    beyond_price = models.BooleanField(default=False)
    lines = models.JSONField(default=dict)
    shown = models.JSONField(default=list)
    articles = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    basis = models.UUIDField(null=True)
    refund = models.UUIDField(null=True)
    tries = models.SmallIntegerField(default=0)
    computed_at = models.DateTimeField()
    initiated_at = models.DateTimeField(null=True)
    credited_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["computed_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="aftersales_part_amount", condition=Q(amount_fen__gte=0)),
            models.UniqueConstraint(fields=["application", "kind"], name="aftersales_one_part_of_a_kind"),
        ]


class Recourse(models.Model):
    """What the merchant may claim of a carrier after paying the consumer (G-17)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recourses")
    carrier = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    ground = models.CharField(max_length=24)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "carrier"], name="aftersales_recourse_once"),
            models.CheckConstraint(name="aftersales_recourse_amount", condition=Q(amount_fen__gt=0)),
        ]


class Rating(models.Model):
    """Satisfaction after an application: a score of 1 to 5, or tries without an answer (ASM-6.1)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="ratings")
    via = models.CharField(max_length=16)
    score = models.SmallIntegerField(null=True)
    tries = models.SmallIntegerField(default=1)
    text = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="aftersales_score", condition=Q(score=None) | Q(score__range=(1, 5)))
        ]
