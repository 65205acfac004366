"""Macros, rules, and what each rule did."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q


class Trigger(models.TextChoices):
    EVENT = "event"
    TIME = "time"
    """So long before a clock of a clause ends."""


class Outcome(models.TextChoices):
    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"


class Macro(models.Model):
    """A named list of steps. ``steps``: [{step, data}]; in texts, ``{{name}}`` asks for an input."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=60)
    steps = models.JSONField(default=list)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(removed_at=None), name="automation_macro_name"
            ),
        ]


class Rule(models.Model):
    """What is done by itself, in whose name it was allowed, and when.

    ``conditions``: code by field, [allowed, …], of the case or (``event.x``) of the event. ``actions``:
    [{step, data}] or [{notify: role}].
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=60)
    owner_id = models.UUIDField()
    trigger = models.CharField(max_length=5, choices=Trigger)
    event = models.CharField(max_length=60, default="", blank=True)
    clause = models.CharField(max_length=40, default="", blank=True)
    before = models.CharField(max_length=12, default="", blank=True)
    conditions = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    is_on = models.BooleanField(default=False)
    off_reason = models.CharField(max_length=20, default="new", blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    on_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="automation_rule_trigger", condition=Q(trigger__in=Trigger.values)),
            models.UniqueConstraint(
                fields=["name"], condition=Q(removed_at=None), name="automation_rule_name"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event"], condition=Q(is_on=True), name="automation_rule_on"),
        ]


class Firing(models.Model):
    """A rule carried out once for one cause. ``results``: what each action came to, refusals included."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="firings")
    cause = models.CharField(max_length=100)
    entry_id = models.BigIntegerField(null=True)
    clock_id = models.UUIDField(null=True)
    case_id = models.UUIDField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    results = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "cause"], name="automation_firing_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["rule", "-at", "-id"], name="automation_firing_rule"),
            models.Index(fields=["case_id", "-at"], name="automation_firing_case"),
        ]


class Place(models.Model):
    """How far the journal was read; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="automation_place_one", condition=Q(id=1))]
