"""A service about an order: what was asked, by which way, and the instruction that carries it out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.cases.models import Case
from bihuan.orders.services import Service, Way


class OrderService(models.Model):
    """The service's own part of its case. What is to be different (an address, a name) stands sealed in the
    instruction until it is carried out, and nowhere else.

    ``live`` is the case's being open, kept here so that one service runs once for an order.
    ``paid``: whether the order was paid when it was asked; ``tries`` makes the keys of the refunds,
    ``sent_at`` is when the payment side had begun the last of them. ``lines``: the order lines whose price
    goes back; None for the whole order with its freight.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="service")
    service = models.CharField(max_length=16)
    order_number = models.CharField(max_length=64)
    way = models.CharField(max_length=8)
    why = models.CharField(max_length=20, blank=True, default="")
    instruction_id = models.UUIDField(null=True, unique=True)
    carrier = models.CharField(max_length=40, blank=True, default="")
    tracking_number = models.CharField(max_length=64, blank=True, default="")
    refusal = models.CharField(max_length=40, blank=True, default="")
    paid = models.BooleanField(default=True)
    amount_fen = models.BigIntegerField(default=0)
    refund_ids = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lines = ArrayField(models.PositiveSmallIntegerField(), null=True)
    live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order_number", "service"], condition=Q(live=True), name="orders_service_once"
            ),
            models.CheckConstraint(
                condition=Q(service__in=[str(service) for service in Service]), name="orders_service_known"
            ),
            models.CheckConstraint(condition=Q(way__in=[str(way) for way in Way]), name="orders_way_known"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="orders_amount"),
        ]
        indexes: ClassVar = [models.Index(fields=["order_number"], name="orders_of_order")]


class AskedParcel(models.Model):
    """A parcel of which the carrier was asked something: each has its own request and its own answer.

    ``lines`` are numbers of order lines, empty where the marketplace does not tell them.
    """

    service = models.ForeignKey(OrderService, on_delete=models.PROTECT, related_name="parcels")
    carrier = models.CharField(max_length=40)
    tracking_number = models.CharField(max_length=64)
    lines = ArrayField(models.PositiveSmallIntegerField(), default=list)
    instruction_id = models.UUIDField(unique=True)
    outcome = models.CharField(max_length=8, blank=True, default="")
    refusal = models.CharField(max_length=40, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "tracking_number"], name="orders_parcel_once"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None)
                | Q(outcome__in=["done", "refused"], answered_at__isnull=False),
                name="orders_parcel_answered",
            ),
        ]
