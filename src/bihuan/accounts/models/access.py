"""Ways in: invitations, sign-in codes, keys of programs, signers of entry tokens. Secrets stand hashed."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.accounts.models.people import Organisation, Person


class Invitation(models.Model):
    """One way, used once, to choose a password."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    until_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiKey(models.Model):
    """A program outside. The secret is shown once; its SHA-256 is kept (it has 256 bits of chance)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField()
    scopes = ArrayField(models.CharField(max_length=60))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    rate = models.IntegerField(default=600)
    created_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="accounts_apikey_rate"),
        ]


class ConsumerCode(models.Model):
    """A code on its way to a phone. The phone stands sealed, so that the account can be made with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    phone_digest = models.BinaryField()
    phone_sealed = models.BinaryField()
    digest = models.BinaryField()
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    until_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(attempts__gte=0, attempts__lte=5), name="accounts_consumercode_attempts"
            ),
            models.CheckConstraint(
                condition=Q(until_at__gt=F("created_at")), name="accounts_consumercode_period"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["phone_digest"], name="accounts_consumercode_phone"),
            models.Index(fields=["until_at"], name="accounts_consumercode_until"),
        ]


class TokenIssuer(models.Model):
    """A marketplace whose tokens open consumers' accounts. A shared HS256 key stands sealed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=60, unique=True)
    algorithm = models.CharField(max_length=5)
    key = models.BinaryField()
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(algorithm__in=["HS256", "EdDSA"]), name="accounts_tokenissuer_algorithm"
            )
        ]


class UsedNonce(models.Model):
    """What may be used once (token ids, TOTP codes), until it would have expired anyway."""

    digest = models.BinaryField(primary_key=True)
    until_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until_at"], name="accounts_usednonce_until")]
