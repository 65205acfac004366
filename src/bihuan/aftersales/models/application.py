"""What was applied for, what the rules said of it and how it was decided."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.cases.models import Case


class Application(models.Model):
    """The after-sales part of its case; what is wanted is the case's ``type``. Texts are ids in ``accounts``.

    ``ground``: why. ``materials``: evidence ids by material code; ``missing``: codes still asked for.
    ``platform_decides``: the merchant's decision has passed to the platform; ``inspection_passed``: its
    time to inspect is over. ``freight_by`` pays the way back. ``address_sealed``: the return address, sealed
    under the consumer's key.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="aftersales")
    ground = models.CharField(max_length=24)
    text = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    materials = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    materials_due_at = models.DateTimeField(null=True)
    materials_reminded_at = models.DateTimeField(null=True)
    asked_by = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)
    merchant_due_at = models.DateTimeField(null=True)
    merchant_warned_at = models.DateTimeField(null=True)
    platform_decides = models.BooleanField(default=False)
    freight_by = models.CharField(max_length=10, blank=True, default="")
    address_sealed = models.BinaryField(null=True)
    address_at = models.DateTimeField(null=True)
    back_due_at = models.DateTimeField(null=True)
    received_back_at = models.DateTimeField(null=True)
    inspect_due_at = models.DateTimeField(null=True)
    inspect_warned_at = models.DateTimeField(null=True)
    inspection_passed = models.BooleanField(default=False, db_default=False)
    deduction = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=16, blank=True, default="")
    completed_at = models.DateTimeField(null=True)
    confirm_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="aftersales_deduction", condition=Q(deduction__gte=0))
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["merchant_due_at"],
                name="aftersales_merchant_due",
                condition=Q(merchant_due_at__isnull=False, platform_decides=False),
            ),
        ]


class Line(models.Model):
    """An order line and how many of it; ``accepted`` is how many the inspection let through."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    ordered = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    accepted = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="aftersales_line_once"),
            models.CheckConstraint(
                name="aftersales_line_quantity", condition=Q(quantity__gte=1, quantity__lte=F("ordered"))
            ),
            models.CheckConstraint(
                name="aftersales_line_accepted", condition=Q(accepted=None) | Q(accepted__lte=F("quantity"))
            ),
        ]

    @property
    def counted(self) -> int:
        """How many are to be settled: those let through, or all before an inspection."""
        return self.quantity if self.accepted is None else self.accepted


class Judgement(models.Model):
    """What the eligibility engine said, with every step and the facts it was given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="judgements")
    outcome = models.CharField(max_length=16)
    steps = models.JSONField()
    inputs = models.JSONField()
    articles = models.JSONField()
    missing = models.JSONField(default=list)
    remedies = models.JSONField(default=list)
    ground = models.CharField(max_length=32, blank=True, default="")
    alternatives = models.JSONField(default=list)
    freight_by = models.CharField(max_length=10, blank=True, default="")
    last_day = models.DateField(null=True)
    made_at = models.DateTimeField()
    generation = models.SmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["made_at", "id"]


class Established(models.Model):
    """What a person of the platform found (``facts.FACTS``), the words and files it rests on, and the
    judgement taken anew with it. ``line`` None: for every line."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="established")
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40)
    line = models.PositiveSmallIntegerField(null=True)
    day = models.DateField(null=True)
    clause = models.CharField(max_length=40)
    text = models.UUIDField()
    evidence = models.JSONField(default=list)
    found_by = models.UUIDField()
    found_at = models.DateTimeField()
    generation = models.SmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]


REVIEWS = ["open", "upheld", "reopened", "settled"]


class Decision(models.Model):
    """Approved or refused, by whom, on which ground; ``text`` holds the words of a refusal.

    ``review``: what became of it when a later judgement (``contradicted_by``) spoke against it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10)
    by = models.CharField(max_length=10)
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()
    ground = models.CharField(max_length=32, blank=True, default="")
    article = models.CharField(max_length=40, blank=True, default="")
    alternatives = models.JSONField(default=list)
    text = models.UUIDField(null=True)
    generation = models.SmallIntegerField(default=1)
    review = models.CharField(max_length=10, blank=True, default="", db_default="")
    contradicted_by = models.ForeignKey(Judgement, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    review_text = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["decided_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="aftersales_review_has_its_judgement",
                condition=Q(review="") | Q(review__in=REVIEWS, contradicted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["application", "generation"], name="aftersales_one_decision_a_generation"
            ),
            models.CheckConstraint(
                name="aftersales_refusal_says_why",
                condition=~Q(outcome="declined") | (~Q(ground="") & ~Q(article="") & Q(text__isnull=False)),
            ),
        ]


class Proposal(models.Model):
    """Another solution that one side proposes and the consumer accepts or not (ASM-5.2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=16)
    amount_fen = models.BigIntegerField(default=0)
    by = models.CharField(max_length=10)
    made_by = models.UUIDField()
    text = models.UUIDField()
    state = models.CharField(max_length=10, default="open")
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="aftersales_proposal_state",
                condition=Q(state__in=["open", "accepted", "declined", "void"]),
            ),
            models.CheckConstraint(name="aftersales_proposal_amount", condition=Q(amount_fen__gte=0)),
        ]
