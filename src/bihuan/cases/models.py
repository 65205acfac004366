"""The common file of every flow: who, what, in which state, by when and why."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bihuan.accounts.permissions import Resource
from bihuan.journal.subject import Subject

_SEEN = ("flow", "type", "urgency", "channel")
"""Behind the order in the indexes of open cases: whether a row fits a filter is decided inside the index,
so that a filter that hardly any case fits reads pages of an index and no rows."""


class Case(models.Model):
    """One case. Its row is the first lock of every action; the journal tells its history.

    ``strictest_*`` and ``next_step*`` are projections that the action which changes a clock or the
    state writes in the same transaction (ISH-2.2, ISH-2.3: an open case always has a next step
    with a date).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=24, unique=True)
    code_hash = models.CharField(max_length=64)
    flow = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    generation = models.SmallIntegerField(default=1)
    version = models.IntegerField(default=1)
    is_open = models.BooleanField(default=True)
    imported = models.BooleanField(default=False)

    channel = models.CharField(max_length=12)
    type = models.CharField(max_length=16, default="other")
    urgency = models.CharField(max_length=10, default="normal")
    severity = models.CharField(max_length=8, default="normal")
    complexity = models.CharField(max_length=8, default="general")
    liable = models.CharField(max_length=12, default="undecided")
    green = models.CharField(max_length=16, blank=True, default="", db_default="")
    """The urgent need by which the case goes ahead of everything (PCN-2.3.4.b); empty: none."""
    green_by = models.CharField(max_length=60, blank=True, default="", db_default="")
    """What it was found by: ``product:<category>``, ``words:<place in the list>`` or ``person``."""
    green_served_at = models.DateTimeField(null=True)
    """When somebody in charge took the first step with it since."""

    consumer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    merchant = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    partner = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    order_number = models.CharField(max_length=64, blank=True, default="")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    hand_overs = models.SmallIntegerField(default=0)

    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    next_step = models.CharField(max_length=32, default="")
    next_step_by = models.CharField(max_length=24, default="")
    next_step_at = models.DateTimeField(null=True)
    strictest_clause = models.CharField(max_length=40, default="")
    strictest_due_at = models.DateTimeField(null=True)

    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="merged", null=True)

    class Meta:
        ordering: ClassVar = [F("strictest_due_at").asc(nulls_last=True), "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="cases_open_has_next_step",
                condition=Q(is_open=False) | (~Q(next_step="") & Q(next_step_at__isnull=False)),
            ),
            models.CheckConstraint(name="cases_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
        ]
        indexes: ClassVar = [
            models.Index(
                F("strictest_due_at").asc(nulls_last=True),
                "id",
                *_SEEN,
                name="cases_open",
                condition=Q(is_open=True),
            ),
            models.Index(
                "owner",
                F("strictest_due_at").asc(nulls_last=True),
                "id",
                *_SEEN,
                name="cases_open_owner",
                condition=Q(is_open=True),
            ),
            models.Index(
                "state",
                F("strictest_due_at").asc(nulls_last=True),
                "id",
                *_SEEN,
                name="cases_open_state",
                condition=Q(is_open=True),
            ),
            models.Index(
                "merchant",
                F("strictest_due_at").asc(nulls_last=True),
                "id",
                name="cases_inbox_merchant",
                condition=Q(is_open=True),
            ),
            # an agent sees the team's cases beside the own ones: without it that walk reads all open cases
            models.Index(
                "team",
                F("strictest_due_at").asc(nulls_last=True),
                "id",
                *_SEEN,
                name="cases_open_team",
                condition=Q(is_open=True),
            ),
            # green cases go first: few rows, walked before all the others
            models.Index(
                F("strictest_due_at").asc(nulls_last=True),
                "id",
                name="cases_inbox_green",
                condition=Q(is_open=True) & ~Q(green=""),
            ),
            models.Index(fields=["consumer", "-received_at"], name="cases_by_consumer"),
            models.Index(fields=["merchant", "-received_at"], name="cases_by_merchant"),
            models.Index(fields=["order_number"], name="cases_by_order", condition=~Q(order_number="")),
            models.Index(fields=["-received_at", "id"], name="cases_by_receipt"),
        ]

    @property
    def subject(self) -> Subject:
        return Subject("case", self.id)

    @property
    def facts(self) -> dict[str, str]:
        """The codes that choose clauses (docs/house.md); no personal data."""
        return {
            "flow": self.flow,
            "type": self.type,
            "severity": self.severity,
            "urgency": self.urgency,
            "complexity": self.complexity,
            "channel": self.channel,
            "liable": self.liable,
        }

    @property
    def resource(self) -> Resource:
        """What permissions are asked for: the people and organisations of this case."""
        people = {self.consumer_id, self.representative_id, self.owner_id, *self.participant_ids()}
        return Resource(
            person_ids=frozenset(p for p in people if p),
            team_id=self.team_id,
            organisation_ids=frozenset(o for o in (self.merchant_id, self.partner_id) if o),
            case_id=self.id,
        )

    def participant_ids(self) -> list[uuid.UUID]:
        if not hasattr(self, "_participant_ids"):
            self._participant_ids = list(
                self.participants.filter(left_at=None).values_list("person_id", flat=True)
            )
        return self._participant_ids


class Participant(models.Model):
    """A person who takes part beside the owner: an officer with a task, legal counsel, an inspector."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "person", "role"], condition=Q(left_at=None), name="cases_participant_once"
            )
        ]


class Link(models.Model):
    """Two cases that belong together: merged, split from, opened from."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"], condition=Q(undone_at=None), name="cases_link_once"
            )
        ]


class GreenLists(models.Model):
    """The operator's products and words of urgent needs (PCN-2.3.4.b), in the form of the clause's values.

    ``before`` is what held when they were proposed. Whoever proposed them does not agree to them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    lists = models.JSONField()
    before = models.JSONField()
    state = models.CharField(max_length=8)
    reason_id = models.UUIDField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    why_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | Q(state__in=["agreed", "rejected"], decided_at__isnull=False, decided_by__isnull=False),
                name="cases_greenlists_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | ~Q(decided_by=models.F("made_by")),
                name="cases_greenlists_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="asked"), name="cases_greenlists_one_waits"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-decided_at"], condition=Q(state="agreed"), name="cases_greenlists_in_force"
            ),
        ]
