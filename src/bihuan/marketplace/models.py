"""Orders, products, shops and shipments, as the marketplace gave them; money in fen.

Primary keys are derived from the marketplace's own numbers (``ids.py``), so that taking the same
order again can never make a second one. People appear only as the marketplace's reference and a
keyed digest of the phone number.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.marketplace.instruction import InstructionKind
from bihuan.marketplace.port import Exclusion, LineKind, LogCode, OrderStatus, ShipmentState, TrackCode


def _within(field: str, values: type) -> Q:
    return Q(**{f"{field}__in": [str(v) for v in values]})  # type: ignore[attr-defined]


class MerchantShop(models.Model):
    """A shop of the marketplace and, once bound, the organisation that answers for it here."""

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )


class Buyer(models.Model):
    """A buyer by reference. ``registered`` is null where the marketplace was never asked;
    ``person`` is who it is in ``accounts`` once the buyer came here."""

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    ref_digest = models.BinaryField(db_index=True)
    phone_digest = models.BinaryField(null=True, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    registered = models.BooleanField(null=True)


class Product(models.Model):
    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=64, unique=True)
    shop = models.ForeignKey(MerchantShop, on_delete=models.PROTECT, related_name="products")
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=40)
    paused = models.BooleanField(default=False)


class Order(models.Model):
    """``payments`` and ``promotions`` are short lists of what the marketplace told, read whole only.
    ``region``: where it goes, province and city at most; ``recipient_…`` are keyed digests for look-up."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=64, unique=True)
    shop = models.ForeignKey(MerchantShop, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(max_length=12)
    currency = models.CharField(max_length=3, default="CNY")
    freight_fen = models.BigIntegerField(default=0)
    free_freight_from_fen = models.BigIntegerField(null=True)
    region = models.CharField(max_length=80, blank=True, db_default="")
    recipient_name = models.BinaryField(null=True)
    recipient_phone = models.BinaryField(null=True)
    payments = models.JSONField(db_default=[])
    promotions = models.JSONField(db_default=[])
    ordered_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=8)
    digest = models.BinaryField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(freight_fen__gte=0), name="marketplace_order_freight"),
            models.CheckConstraint(
                condition=Q(free_freight_from_fen=None) | Q(free_freight_from_fen__gte=0),
                name="marketplace_order_free_freight",
            ),
            models.CheckConstraint(condition=_within("status", OrderStatus), name="marketplace_order_status"),
            models.CheckConstraint(
                condition=Q(source__in=["import", "api", "http", "demo"]), name="marketplace_order_source"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["buyer", "-ordered_at"], name="marketplace_order_of_buyer"),
            models.Index(
                fields=["recipient_name"],
                condition=Q(recipient_name__isnull=False),
                name="marketplace_order_to_name",
            ),
            models.Index(
                fields=["recipient_phone"],
                condition=Q(recipient_phone__isnull=False),
                name="marketplace_order_to_phone",
            ),
        ]


class OrderLine(models.Model):
    """One product of an order. ``paid_fen`` is the ceiling of what can be refunded for it."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=40)
    sku = models.CharField(max_length=120, blank=True)
    batch = models.CharField(max_length=64, blank=True, db_default="")
    unit_price_fen = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    promises = ArrayField(models.CharField(max_length=40), default=list)
    kind = models.CharField(max_length=12, db_default="ordinary")
    confirmed = models.CharField(max_length=24, blank=True, db_default="")
    preticked = models.BooleanField(db_default=False)
    gift_of = models.PositiveSmallIntegerField(null=True)
    gift_price_fen = models.BigIntegerField(db_default=0)
    warranty_months = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "number"], name="marketplace_line_once"),
            models.CheckConstraint(
                condition=Q(unit_price_fen__gte=0, paid_fen__gte=0, quantity__gt=0),
                name="marketplace_line_amounts",
            ),
            models.CheckConstraint(condition=_within("kind", LineKind), name="marketplace_line_kind"),
            models.CheckConstraint(
                condition=_within("confirmed", Exclusion), name="marketplace_line_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(gift_of=None) | ~Q(gift_of=F("number")), name="marketplace_line_gift"
            ),
            models.CheckConstraint(condition=Q(gift_price_fen__gte=0), name="marketplace_line_gift_price"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch"], condition=~Q(batch=""), name="marketplace_line_batch"),
        ]


class Shipment(models.Model):
    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    carrier = models.CharField(max_length=40)
    tracking_number = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    lines = ArrayField(models.PositiveSmallIntegerField(), default=list)
    warehouse = models.CharField(max_length=80, blank=True, db_default="")
    shipped_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_number", "order"], name="marketplace_shipment_once"
            ),
            models.CheckConstraint(
                condition=_within("state", ShipmentState), name="marketplace_shipment_state"
            ),
            models.CheckConstraint(
                condition=Q(shipped_at=None) | Q(delivered_at=None) | Q(delivered_at__gte=F("shipped_at")),
                name="marketplace_shipment_times",
            ),
        ]


class TrackPoint(models.Model):
    id = models.UUIDField(primary_key=True)
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="track")
    at = models.DateTimeField()
    code = models.CharField(max_length=20)
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_within("code", TrackCode), name="marketplace_track_code"),
        ]


class OrderLog(models.Model):
    """What happened to an order, as the marketplace tells it."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    code = models.CharField(max_length=20)
    by = models.CharField(max_length=12)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_within("code", LogCode), name="marketplace_log_code"),
        ]


class Lookup(models.Model):
    """The last time a marketplace outside was asked for an order, and what came of it.

    ``found`` and ``absent`` are answers; ``unknown`` keeps an earlier answer's row as it was and
    only counts the failed attempts.
    """

    number = models.CharField(max_length=64, primary_key=True)
    result = models.CharField(max_length=8)
    why = models.CharField(max_length=12, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(result__in=["found", "absent", "unknown"]), name="marketplace_lookup_result"
            ),
            models.CheckConstraint(
                condition=Q(result="unknown") | Q(answered_at__isnull=False),
                name="marketplace_lookup_answered",
            ),
        ]


class Booking(models.Model):
    """A refund in the built-in store's own book; the key makes it one, however often it is asked.

    ``lines`` are rows of [number, fen], ``parts`` of [way of payment, fen, number of the payment].
    """

    key = models.CharField(max_length=80, primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="bookings")
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=12)
    reason_code = models.CharField(max_length=40)
    lines = models.JSONField(default=list)
    parts = models.JSONField(db_default=[])
    booked_at = models.DateTimeField(db_default=models.Func(function="bihuan_now"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="marketplace_booking_amount"),
        ]


class Grant(models.Model):
    """A voucher or a longer validity in the built-in store's own book; the key makes it one."""

    key = models.CharField(max_length=80, primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="grants")
    kind = models.CharField(max_length=10)
    amount_fen = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="CNY")
    days = models.PositiveSmallIntegerField()
    reason_code = models.CharField(max_length=40)
    booked_at = models.DateTimeField(db_default=models.Func(function="bihuan_now"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="voucher", amount_fen__gt=0) | Q(kind="validity", amount_fen=0),
                name="marketplace_grant_worth",
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="marketplace_grant_days"),
        ]
        indexes: ClassVar = [models.Index(fields=["booked_at", "key"], name="marketplace_grant_latest")]


class Delivery(models.Model):
    """Delivery data of an order of the built-in store, where they were changed after it was placed.

    Sealed under the key of the person, or the program's where the buyer is not known here.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="delivery")
    person_id = models.UUIDField(null=True)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField(db_default=models.Func(function="bihuan_now"))


class Errand(models.Model):
    """An instruction in the built-in store's own book; the key makes it one, however often it comes."""

    key = models.CharField(max_length=80, primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="errands")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=8)
    code = models.CharField(max_length=40, blank=True, default="")
    booked_at = models.DateTimeField(db_default=models.Func(function="bihuan_now"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_within("kind", InstructionKind), name="marketplace_errand_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "done", "refused"]), name="marketplace_errand_state"
            ),
        ]


class Instruction(models.Model):
    """Something that was asked of the marketplace or a carrier about an order, and what became of it.

    ``sealed`` holds the details (personal data) until the end is known, then nothing. ``next_at`` is
    when the worker looks at it again; what is open always has one. ``proof``: status, callback, manual.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    order_number = models.CharField(max_length=64)
    carrier = models.CharField(max_length=40, blank=True, default="")
    tracking_number = models.CharField(max_length=64, blank=True, default="")
    reason_code = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    sealed = models.BinaryField(null=True)
    digest = models.BinaryField()
    state = models.CharField(max_length=10)
    given_by = models.UUIDField()
    given_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    proof = models.CharField(max_length=8, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_within("kind", InstructionKind), name="marketplace_instruction_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["given", "sent", "unknown", "pending"], next_at__isnull=False)
                | Q(state__in=["done", "refused"], ended_at__isnull=False, sealed=None),
                name="marketplace_instruction_never_forgotten",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(code=""), name="marketplace_instruction_refused_why"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case_id", "given_at"], name="marketplace_instruction_case"),
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="marketplace_instruction_next"
            ),
            models.Index(fields=["order_number"], name="marketplace_instruction_order"),
        ]
