"""The vault's tables: ciphertext, keyed digests, and who looked."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.accounts.models.people import Person


class PersonKey(models.Model):
    """The data key of a person, wrapped by the master key. Without this row nothing can be read."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="+")
    wrapped = models.BinaryField()


class PersonalData(models.Model):
    """One value. ``given``: the person's own field; ``found``: taken out of a text under a mark."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=16)
    kind = models.CharField(max_length=5, default="given")
    text_id = models.UUIDField(null=True)
    mark = models.CharField(max_length=16, default="")
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="given", text_id__isnull=True, mark="")
                | (Q(kind="found", text_id__isnull=False) & ~Q(mark="")),
                name="accounts_personaldata_kind",
            ),
            models.UniqueConstraint(
                fields=["person", "field"], condition=Q(kind="given"), name="accounts_personaldata_given"
            ),
            models.UniqueConstraint(
                fields=["text_id", "mark"], condition=Q(kind="found"), name="accounts_personaldata_found"
            ),
        ]


class BlindIndex(models.Model):
    """A keyed digest of a whole value or of its last four digits, for look-up.

    ``proven``: the person showed that the number is theirs, or is known here by nothing else, so that
    it may open their account; one number opens one account.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=16)
    part = models.CharField(max_length=5)
    digest = models.BinaryField()
    proven = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(part__in=["whole", "last4"]), name="accounts_blindindex_part"),
            models.UniqueConstraint(fields=["person", "field", "part"], name="accounts_blindindex_once"),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(proven=True), name="accounts_blindindex_proven"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["digest", "person"], name="accounts_blindindex_digest")]


class Reveal(models.Model):
    """Somebody was shown personal data for a case; what is named here stays readable until then."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    actor_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fields = ArrayField(models.CharField(max_length=16), default=list)
    text_ids = ArrayField(models.UUIDField(), default=list)
    case_id = models.UUIDField(null=True)
    reason_id = models.UUIDField()
    created_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["actor_id", "person", "until_at"], name="accounts_reveal_open")
        ]


class Erasure(models.Model):
    """A person who was erased, and whether the list outside the database knows it yet."""

    person_id = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField()
    listed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["erased_at"], condition=Q(listed=False), name="accounts_erasure_unlisted")
        ]
