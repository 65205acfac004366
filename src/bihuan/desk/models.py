"""What people at the desk keep for themselves: views of the inbox, and cases put aside for a while."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class View(models.Model):
    """A named choice of rows and columns; a shared one is for everybody at the desk.

    ``filters`` holds codes and ids only (``filters.Wanted``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=40)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    filters = models.JSONField(default=dict)
    columns = ArrayField(models.CharField(max_length=12), default=list)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(shared=False), name="desk_view_private_name"
            ),
            models.UniqueConstraint(fields=["name"], condition=Q(shared=True), name="desk_view_shared_name"),
            models.CheckConstraint(name="desk_view_named", condition=~Q(name="")),
        ]


class Snooze(models.Model):
    """A case that a person does not want to see before ``until_at``.

    ``version`` is the case's at that moment: when anything is done with the case, the version moves on
    and the case is back. Nothing has to run for it (``queries.snoozed``).
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.IntegerField()
    set_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "case"], name="desk_snooze_once"),
            models.CheckConstraint(name="desk_snooze_ahead", condition=Q(until_at__gt=F("set_at"))),
        ]
