"""The books: accounts, postings and their legs, append-only; and claims asked to be given up.

The second migration holds the triggers: a posting's legs add up to zero in each currency or it cannot be
committed, they are written in its own transaction, and nothing of it is ever changed or deleted.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from bihuan.ledger.chart import Account as Kind
from bihuan.ledger.chart import What

_KINDS = [str(kind) for kind in Kind]
_OWNED_ONLY = [str(Kind.DEPOSIT), str(Kind.CARRIER)]


class Account(models.Model):
    """One account; ``owner_id`` is the merchant's or carrier's organisation. Its id follows from the rest."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=12)
    owner_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3, default="CNY")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "owner_id", "currency"], name="ledger_account_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="ledger_account_kind"),
            models.CheckConstraint(
                condition=~Q(kind__in=_OWNED_ONLY) | Q(owner_id__isnull=False), name="ledger_account_owned"
            ),
        ]


class Posting(models.Model):
    """A set of legs that belong to one event of the journal (``entry_id``), once.

    ``organisation_id``: the merchant or carrier it concerns; ``reverses``: the posting it undoes.
    """

    entry_id = models.BigIntegerField(unique=True)
    what = models.CharField(max_length=16)
    case_id = models.UUIDField(null=True)
    refund_id = models.UUIDField(null=True)
    order_number = models.CharField(max_length=64, blank=True, default="")
    organisation_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=80, blank=True, default="")
    reason_id = models.UUIDField(null=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    booked_by = models.UUIDField()
    occurred_at = models.DateTimeField()
    booked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what__in=[str(what) for what in What]), name="ledger_posting_what"
            ),
            models.CheckConstraint(
                condition=Q(what=What.REVERSED.value, reverses__isnull=False)
                | (~Q(what=What.REVERSED.value) & Q(reverses=None)),
                name="ledger_posting_reversal",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case_id", "id"], name="ledger_posting_of_case"),
            models.Index(fields=["refund_id", "id"], name="ledger_posting_of_refund"),
            models.Index(fields=["organisation_id", "-id"], name="ledger_posting_of_org"),
        ]


class Leg(models.Model):
    """A debit (above zero) or a credit (below zero) of one account, in fen."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="legs")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="legs", db_index=False)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="ledger_leg_not_zero"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "id"], include=["amount_fen"], name="ledger_leg_of_account"),
        ]


class WriteOff(models.Model):
    """A claim that somebody asks to give up; another person decides (four eyes)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="write_offs")
    amount_fen = models.BigIntegerField()
    case_id = models.UUIDField(null=True)
    reason_id = models.UUIDField()
    state = models.CharField(max_length=8, default="asked")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    why_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="ledger_writeoff_amount"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | Q(state__in=["approved", "rejected"], decided_by__isnull=False, decided_at__isnull=False),
                name="ledger_writeoff_state",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="ledger_writeoff_four_eyes"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="ledger_writeoff_open")
        ]
