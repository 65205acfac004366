"""Options, offers, decisions, what is carried out, and what was learned."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.complaints.models.intake import Complaint


class Option(models.Model):
    """A lawful remedy computed by formula, with article and inputs (CRP-2.3.a, PCN-3.3.2.a)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="options")
    rule = models.CharField(max_length=24)
    total = models.BigIntegerField()
    lines = models.JSONField()
    articles = models.JSONField()
    inputs = models.JSONField()
    needs_human = models.JSONField(default=list)
    money = models.BooleanField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]


class Offer(models.Model):
    """A proposal by one side. Amounts in fen; a voucher counts only with recorded consent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="offers")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="counters")
    by = models.CharField(max_length=12)
    made_by = models.UUIDField()
    kind = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    rule = models.CharField(max_length=24, blank=True, default="")
    text = models.UUIDField()
    state = models.CharField(max_length=12)
    hold_reason = models.CharField(max_length=32, blank=True, default="")
    approved_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    consent_at = models.DateTimeField(null=True)
    generation = models.SmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="complaints_offer_amount", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="complaints_offer_state",
                condition=Q(
                    state__in=["held", "open", "countered", "accepted", "declined", "rejected", "void"]
                ),
            ),
            models.CheckConstraint(
                name="complaints_voucher_needs_consent",
                condition=~Q(kind="voucher", state="accepted") | Q(consent_at__isnull=False),
            ),
        ]


class Decision(models.Model):
    """A decision where no agreement was reached, or a demand declined with its article."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=24)
    ground = models.CharField(max_length=32, blank=True, default="")
    article = models.CharField(max_length=40, blank=True, default="")
    amount = models.BigIntegerField(default=0)
    text = models.UUIDField()
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()
    generation = models.SmallIntegerField(default=1)


class Mediation(models.Model):
    """Mediation by a third party, with the pack that it was given (CRP-2.3.b)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="mediations")
    body = models.CharField(max_length=32)
    pack_sha256 = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="")
    text = models.UUIDField(null=True)


class Remedy(models.Model):
    """One thing owed: refund, payout, replacement, resend, repair, apology, voucher, referral."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="remedies")
    kind = models.CharField(max_length=16)
    amount = models.BigIntegerField(default=0)
    rule = models.CharField(max_length=24, blank=True, default="")
    basis = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    tries = models.SmallIntegerField(default=0)
    refund = models.UUIDField(null=True)
    reference = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    initiated_at = models.DateTimeField(null=True)
    generation = models.SmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]


class FollowUp(models.Model):
    """A call or questionnaire after the result, or a rating by the consumer (CRP-2.4.a); score 1–5."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="follow_ups")
    via = models.CharField(max_length=16)
    score = models.SmallIntegerField(null=True)
    text = models.UUIDField(null=True)
    tries = models.SmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="complaints_score", condition=Q(score=None) | Q(score__range=(1, 5)))
        ]


class LibraryEntry(models.Model):
    """A closed complaint without any person in it, found again by similarity (CRP-2.4.b)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="library_entry")
    type = models.CharField(max_length=16)
    complexity = models.CharField(max_length=8)
    liable = models.CharField(max_length=12)
    outcome = models.CharField(max_length=24)
    amount = models.BigIntegerField(default=0)
    days = models.SmallIntegerField()
    body = models.JSONField()
    words = models.TextField()
    made_at = models.DateTimeField()
