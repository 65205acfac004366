"""People, organisations, teams and what people may do. No personal data stands here in clear."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from bihuan.journal.actor import ActorKind

LABELS = {
    ActorKind.CONSUMER: ("消费者", "Consumer"),
    ActorKind.STAFF: ("员工", "Staff"),
    ActorKind.MERCHANT: ("商家人员", "Merchant user"),
    ActorKind.PARTNER: ("合作方人员", "Partner user"),
}
"""What a person is called where no working name was given."""

PERSON_KINDS = tuple(str(kind) for kind in LABELS)


class PersonState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    LOCKED = "locked"
    LEFT = "left"
    ERASED = "erased"


class OrganisationKind(StrEnum):
    PLATFORM = "platform"
    MERCHANT = "merchant"
    AGENCY = "agency"
    CARRIER = "carrier"
    AUTHORITY = "authority"


class OrganisationState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class Department(StrEnum):
    SERVICE = "service"
    TECHNICAL = "technical"
    LEGAL = "legal"
    PRODUCT = "product"
    MARKETING = "marketing"
    MANAGEMENT = "management"


class Organisation(models.Model):
    """The platform, a merchant, a mediation or appraisal agency, a carrier or an authority."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=400)
    reference = models.CharField(max_length=80, null=True)
    state = models.CharField(max_length=12, default=OrganisationState.ACTIVE.value)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[str(k) for k in OrganisationKind]), name="accounts_organisation_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(s) for s in OrganisationState]), name="accounts_organisation_state"
            ),
            models.UniqueConstraint(fields=["kind", "reference"], name="accounts_organisation_reference"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "name_key", "id"], name="accounts_organisation_name")
        ]


class Team(models.Model):
    """A team of the platform, in one department."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    department = models.CharField(max_length=12)
    name = models.CharField(max_length=60, unique=True)
    name_key = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(department__in=[str(d) for d in Department]), name="accounts_team_department"
            )
        ]


class PersonManager(BaseUserManager["Person"]):
    """What Django and allauth ask of a user model's manager; writing is done in ``actions``."""


class Person(AbstractBaseUser):
    """Somebody with a history here. Name, phone and the like stand in the vault only."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=12)
    username = models.CharField(max_length=32, null=True, unique=True)
    label = models.CharField(max_length=40, default="", blank=True)
    pseudonym = models.CharField(max_length=8)
    language = models.CharField(max_length=8, default="zh-hans")
    state = models.CharField(max_length=8, default=PersonState.ACTIVE.value)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    session_epoch = models.IntegerField(default=1)
    restricted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = []
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=PERSON_KINDS), name="accounts_person_kind"),
            models.CheckConstraint(
                condition=Q(state__in=[str(s) for s in PersonState]), name="accounts_person_state"
            ),
            models.CheckConstraint(
                condition=Q(language__in=["zh-hans", "en"]), name="accounts_person_language"
            ),
            models.CheckConstraint(
                condition=Q(kind="consumer", username__isnull=True)
                | Q(state="erased", username__isnull=True)
                | (~Q(kind="consumer") & Q(username__isnull=False)),
                name="accounts_person_username",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["merchant", "partner"]) | Q(organisation__isnull=False),
                name="accounts_person_organisation",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["created_at", "id"], condition=~Q(kind="consumer"), name="accounts_person_listed"
            )
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the person may sign in."""
        return self.state == PersonState.ACTIVE

    def display(self, language: str = "zh-hans") -> str:
        """The name that others see: the working name, or kind and pseudonym."""
        if self.label:
            return self.label
        zh, en = LABELS[ActorKind(self.kind)]
        return f"{zh if language.startswith('zh') else en} #{self.pseudonym}"

    def __str__(self) -> str:
        return self.display("en")

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Sessions die with a new password, a new epoch or a new state."""
        value = f"{self.password}:{self.session_epoch}:{self.state}"
        return salted_hmac("bihuan.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class RoleGrant(models.Model):
    """A role that a person has from an instant on, until (exclusive) another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    granted_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
                name="accounts_rolegrant_period",
            ),
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(until_at__isnull=True), name="accounts_rolegrant_open"
            ),
        ]


class Representation(models.Model):
    """Who acts for a consumer: in one case, or in all where ``case_id`` is empty."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    consumer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="representations")
    representative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=12)
    case_id = models.UUIDField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(basis__in=["guardian", "proxy", "lawyer", "heir"]),
                name="accounts_representation_basis",
            ),
            models.CheckConstraint(
                condition=~Q(consumer=F("representative")), name="accounts_representation_other"
            ),
            models.UniqueConstraint(
                fields=["consumer", "representative", "case_id"],
                condition=Q(until_at__isnull=True),
                nulls_distinct=False,
                name="accounts_representation_open",
            ),
        ]
