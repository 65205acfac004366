"""Payments to consumers, what is left of each order line, and where the payment side differs.

The second migration holds the triggers that keep ``LineBalance.committed_fen`` equal to the sum
of the line's counted parts, and that let no refund be deleted, redirected or change its amount.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q

from bihuan.journal.subject import Subject
from bihuan.money.kinds import Kind
from bihuan.money.splitting import IN_KIND, WAYS
from bihuan.money.workflow import OPEN, State


class LineBalance(models.Model):
    """What was paid for an order line and how much of it is refunded or about to be.

    Line 0 of an order is its freight.
    """

    line_id = models.UUIDField(primary_key=True)
    order_number = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    paid_fen = models.BigIntegerField()
    committed_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(committed_fen__gte=0, committed_fen__lte=F("paid_fen")),
                name="money_line_never_above_paid",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["order_number", "number"], name="money_line_of_order")]

    @property
    def remaining_fen(self) -> int:
        return self.paid_fen - self.committed_fen


class WayBalance(models.Model):
    """What was paid in one way for an order and how much of it went back or is about to (law-cn L-09)."""

    order_number = models.CharField(max_length=64)
    way = models.CharField(max_length=12)
    reference = models.CharField(max_length=80, blank=True, default="")
    paid_fen = models.BigIntegerField()
    committed_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order_number", "way", "reference"], name="money_way_once"),
            models.CheckConstraint(condition=Q(way__in=WAYS), name="money_way_known"),
            models.CheckConstraint(
                condition=Q(committed_fen__gte=0, committed_fen__lte=F("paid_fen")),
                name="money_way_never_above_paid",
            ),
        ]


_KINDS = [str(kind) for kind in Kind]
_STATES = [str(state) for state in State]
_OPEN = [str(state) for state in OPEN]
_SENT = [str(state) for state in (State.SENT, State.UNKNOWN, State.INITIATED, State.CREDITED)]
_PRICE, _REQUESTED, _CREDITED = str(Kind.PRICE), str(State.REQUESTED), str(State.CREDITED)
_ENDED = [str(State.FAILED), str(State.CANCELLED)]


class Refund(models.Model):
    """One payment to a consumer: a refund, a compensation or an advance payment.

    ``key`` goes to the payment side and makes it one. ``beyond_price`` marks what the law or a
    promise gives on top of the price; it names the remedy's rule and does not count against the
    line. ``to_way``: another way than it was paid in, with the record of the consumer's express consent
    (``consent_id``). ``next_at`` is when the worker looks at it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    key = models.CharField(max_length=80, unique=True)
    case_id = models.UUIDField(null=True)
    basis_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    payee_id = models.UUIDField(null=True)
    order_number = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    beyond_price = models.BooleanField(default=False)
    rule = models.CharField(max_length=40, blank=True, default="")
    reason_code = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    to_way = models.CharField(max_length=12, blank=True, default="")
    consent_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12)
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    initiated_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=64, blank=True, default="")
    credited_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=12, blank=True, default="")
    proof_reference = models.CharField(max_length=80, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    end_code = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="money_refund_amount"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="money_refund_kind"),
            models.CheckConstraint(condition=Q(state__in=_STATES), name="money_refund_state"),
            models.CheckConstraint(condition=Q(beyond_price=False) | ~Q(rule=""), name="money_refund_rule"),
            models.CheckConstraint(
                condition=~Q(kind=_PRICE) | Q(beyond_price=False), name="money_refund_price_is_counted"
            ),
            models.CheckConstraint(
                condition=Q(to_way="") | Q(to_way__in=WAYS, consent_id__isnull=False),
                name="money_refund_consented",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")),
                name="money_refund_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_SENT) | Q(sent_at__isnull=False), name="money_refund_sent_at"
            ),
            models.CheckConstraint(
                condition=~Q(state=_CREDITED) | (Q(credited_at__isnull=False) & ~Q(proof="")),
                name="money_refund_credit_proven",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_ENDED) | ~Q(end_code=""),
                name="money_refund_end_code",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_REQUESTED, *_SENT[:3]]) | Q(next_at__isnull=False),
                name="money_refund_never_forgotten",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case_id", "requested_at"], name="money_refund_of_case"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="money_refund_next"),
            models.Index(
                fields=["requested_at", "id"], condition=Q(state__in=_OPEN), name="money_refund_open"
            ),
            models.Index(
                fields=["-requested_at", "-id"], condition=Q(state="failed"), name="money_refund_failed"
            ),
            models.Index(
                fields=["organisation_id", "-requested_at", "-id"], name="money_refund_of_organisation"
            ),
            models.Index(fields=["order_number"], name="money_refund_of_order"),
        ]

    @property
    def subject(self) -> Subject:
        return Subject("refund", UUID(str(self.id)))


class RefundLine(models.Model):
    """The part of a refund that counts against one order line. A refund within the price consists
    of such parts to the last fen; one beyond the price has none."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(LineBalance, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["refund", "line"], name="money_part_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="money_part_amount"),
        ]


class RefundPart(models.Model):
    """What of a refund goes back in which way, and out of which way it was paid. The parts are the whole
    to the fen; points and vouchers stay what they were."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    balance = models.ForeignKey(WayBalance, on_delete=models.PROTECT, related_name="parts", null=True)
    way = models.CharField(max_length=12)
    from_way = models.CharField(max_length=12)
    reference = models.CharField(max_length=80, blank=True, default="")
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["refund", "balance"], name="money_refundpart_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="money_refundpart_amount"),
            models.CheckConstraint(
                condition=Q(way__in=WAYS, from_way__in=WAYS), name="money_refundpart_known"
            ),
            models.CheckConstraint(
                condition=~Q(from_way__in=sorted(IN_KIND)) | Q(way=F("from_way")),
                name="money_refundpart_in_kind",
            ),
        ]


class PartArrival(models.Model):
    """A part of a refund that arrived, by the statement of its way of payment; added once, never changed."""

    part = models.OneToOneField(
        RefundPart, on_delete=models.PROTECT, primary_key=True, related_name="arrival"
    )
    credited_at = models.DateTimeField()
    statement = models.CharField(max_length=60)
    reference = models.CharField(max_length=64, blank=True, default="")


class Limit(models.Model):
    """Up to which sum a role pays without a second person, from a day on; None: no limit.

    Rows are added, never changed: the last one of the latest day that has come holds.
    """

    role = models.CharField(max_length=24)
    most_fen = models.BigIntegerField(null=True)
    from_date = models.DateField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    reason_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(most_fen=None) | Q(most_fen__gte=0), name="money_limit_not_negative"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["role", "-from_date", "-id"], name="money_limit_of_role")]


class Difference(models.Model):
    """Where the payment side says something else than Bihuan; open until a person closed it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="differences")
    key = models.CharField(max_length=80)
    source = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    expected_fen = models.BigIntegerField(null=True)
    found_fen = models.BigIntegerField(null=True)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    close_code = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key", "kind"], name="money_difference_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, close_code="") | (Q(closed_at__isnull=False) & ~Q(close_code="")),
                name="money_difference_closed_with_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["found_at", "id"], condition=Q(closed_at=None), name="money_difference_open"
            ),
        ]
