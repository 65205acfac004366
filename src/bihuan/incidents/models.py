"""Incidents, the orders that they touched, and who is to be told of them.

The lists are frozen when the orders are found: what happens to an order later changes nothing. People
appear by id only.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from bihuan.incidents.workflow import STATES
from bihuan.journal.subject import Subject


class Kind(models.TextChoices):
    SYSTEM = "system"
    CARRIER = "carrier"
    WAREHOUSE = "warehouse"
    REGION = "region"
    BATCH = "batch"
    OTHER = "other"


class Remedy(models.TextChoices):
    INFORMATION = "information"
    """Nothing but the news."""
    VALIDITY = "validity"
    """The order stays valid ``days`` longer; the marketplace is asked to grant it."""
    VOUCHER = "voucher"
    """A voucher over ``amount_fen`` an order, valid for ``days``; the marketplace is asked to grant it."""
    REFUND = "refund"
    """``amount_fen`` an order, paid through ``money``."""


BY_MARKETPLACE: Final = (Remedy.VALIDITY, Remedy.VOUCHER)
"""What the marketplace grants when it is asked."""


class Told(models.TextChoices):
    """How far the telling of one person is."""

    WAITING = "waiting"
    QUEUED = "queued"
    """On its way through another channel than the inbox."""
    TOLD = "told"
    FAILED = "failed"
    """Every way was tried; ``code`` says why."""
    UNKNOWN = "unknown"
    """The buyer of the order is nobody known here."""
    STOPPED = "stopped"
    """The telling was stopped before."""


class Issued(models.TextChoices):
    """How far the remedy of one order is."""

    NONE = ""
    DUE = "due"
    ASKED = "asked"
    """Asked for: of a refund ``money`` has the state, of a grant the marketplace is asked again."""
    UNKNOWN = "unknown"
    """The marketplace did not answer whether it granted it; it is asked again, ``code`` says why."""
    OWED = "owed"
    """The marketplace is to grant it; a person confirms that it did (before it could be asked from here)."""
    GRANTED = "granted"
    FAILED = "failed"


BY_HAND: Final = (Issued.OWED, Issued.UNKNOWN, Issued.FAILED)
"""What a person may write down as granted all the same."""
NOT_TOLD: Final = (Told.FAILED, Told.UNKNOWN, Told.STOPPED)
"""States of people whom nothing reached and nothing will."""
NOT_GRANTED: Final = (Issued.OWED, Issued.DUE, Issued.ASKED, Issued.UNKNOWN, Issued.FAILED)
"""What an order was promised and has not got."""


def is_open(until: datetime | None = None) -> Q:
    """Orders for which something is to be asked, or asked again; only what is due ``until`` then."""
    again = Q(next_at__isnull=False) if until is None else Q(next_at__lte=until)
    return Q(issued=Issued.DUE) | again


class Incident(models.Model):
    """One incident. ``reach`` is ``marketplace.queries.Reach`` as JSON; ``key`` tells proposals apart."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12)
    key = models.CharField(max_length=120, blank=True, default="")
    reach = models.JSONField()
    text_id = models.UUIDField(null=True)
    """What happened, in the words of who declared it."""
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    declared_by = models.UUIDField(null=True)
    declared_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    orders = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    remedy = models.CharField(max_length=12, choices=Remedy, blank=True, default="")
    amount_fen = models.BigIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    chosen_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="incidents_state"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="incidents_kind"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("chosen_by")), name="incidents_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, total_fen__gte=0), name="incidents_amounts"
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key="") & ~Q(state__in=["told", "stopped", "dismissed"]),
                name="incidents_proposed_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-made_at", "id"], name="incidents_latest"),
            models.Index(fields=["state"], name="incidents_running", condition=Q(state="telling")),
        ]

    @property
    def subject(self) -> Subject:
        return Subject("incident", self.id)

    @property
    def facts(self) -> dict[str, str]:
        """The codes that choose clauses."""
        return {"flow": "incident", "type": self.kind}


class Recipient(models.Model):
    """Somebody with orders among those touched. ``key`` is the person, or the buyer where none is known."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="recipients")
    key = models.UUIDField()
    orders = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=Told)
    notice_id = models.UUIDField(null=True)
    told_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "key"], name="incidents_recipient_once"),
            models.CheckConstraint(condition=Q(state__in=Told.values), name="incidents_recipient_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["incident", "id"], name="incidents_to_tell", condition=Q(state="waiting")),
            models.Index(fields=["incident", "id"], name="incidents_on_the_way", condition=Q(state="queued")),
            models.Index(fields=["key"], name="incidents_of_person"),
        ]


class TouchedOrder(models.Model):
    """An order among those touched, as it was when they were found. Amounts in fen."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="touched")
    order_id = models.UUIDField()
    number = models.CharField(max_length=64)
    key = models.UUIDField()
    """The recipient's."""
    organisation_id = models.UUIDField(null=True)
    paid_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    issued = models.CharField(max_length=8, choices=Issued, blank=True, default="")
    refund_id = models.UUIDField(null=True)
    asked = models.PositiveSmallIntegerField(db_default=0)
    """How often the marketplace was asked to grant it, and when it is asked again."""
    next_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "order_id"], name="incidents_order_once"),
            models.CheckConstraint(condition=Q(issued__in=Issued.values), name="incidents_order_issued"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["incident", "key"], name="incidents_orders_of"),
            models.Index(fields=["incident", "id"], name="incidents_to_issue", condition=Q(issued="due")),
            models.Index(
                fields=["incident", "next_at"],
                name="incidents_to_ask_again",
                condition=Q(next_at__isnull=False),
            ),
            models.Index(fields=["number"], name="incidents_by_order"),
        ]
