"""What was taken once from outside and is not taken twice: requests with a key, imported complaints."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class GivenAnswer(models.Model):
    """The first answer to a request with a key, written in the transaction of what it did.

    ``id`` is the digest of caller and key, ``fingerprint`` a keyed digest of the request; the answer
    stands sealed, as a receipt holds the code of its case.
    """

    id = models.BinaryField(primary_key=True)
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    answer = models.BinaryField(default=b"")
    until_at = models.DateTimeField()

    class Meta:
        db_table = "project_given_answer"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="project_given_answer_good",
                condition=Q(status=None) | Q(status__gte=200, status__lt=300),
            ),
            models.CheckConstraint(
                name="project_given_answer_whole", condition=Q(status__isnull=False) | Q(answer=b"")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["until_at"], name="project_given_answer_until")]


class TakenComplaint(models.Model):
    """A complaint of a file that was imported; its number in the system that it came from stands for it."""

    external_id = models.CharField(max_length=80, primary_key=True)
    digest = models.BinaryField()
    case_id = models.UUIDField(unique=True)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "project_taken_complaint"
