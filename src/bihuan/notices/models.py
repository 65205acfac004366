"""Messages to people: what is to be told, every try to tell it, and the letters in people's inboxes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Channel(models.TextChoices):
    STATION = "station"
    """A letter in the person's inbox here."""
    SMS = "sms"
    MAIL = "mail"
    PUSH = "push"
    WEBHOOK = "webhook"
    BROWSER = "browser"
    """Web Push to the browsers in which somebody allowed it."""


class State(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"


class Outcome(models.TextChoices):
    """How one try ended; a try without an outcome is running or was killed."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    """Not now: tried again with the same key."""
    REFUSED = "refused"
    """For good: the next channel is tried; a later try on this one is a new message with a new key."""
    UNKNOWN = "unknown"
    """The answer got lost: the provider is asked before anything is sent again."""
    SKIPPED = "skipped"
    BOUNCED = "bounced"


class Wording(models.Model):
    """A template as it stood when it was used, by the digest of its file: an upgrade changes no letter."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=40)
    content = models.JSONField()


class OwnWording(models.Model):
    """The operator's own words for a kind of notice; in use until ``ended_at``, kept for ever.

    ``texts`` has the form of the file's ``texts``; everything else stays the shipped file's.
    """

    kind = models.CharField(max_length=40)
    texts = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    reason_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(ended_at__isnull=True), name="notices_ownwording_one"
            ),
        ]


class Notice(models.Model):
    """One thing that one person is to be told. Holds codes only; words are put together when it is sent.

    ``channel`` is the one in use, ``later`` those to fall back on. ``sealed`` holds what only the
    message may show (a sign-in code and where it goes), encrypted, and is wiped after sending.
    """

    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    recipient_id = models.UUIDField(null=True)
    language = models.CharField(max_length=8, blank=True)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    params = models.JSONField()
    sealed = models.BinaryField(null=True)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, db_column="wording", related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    later = ArrayField(models.CharField(max_length=8))
    chosen = models.BooleanField(default=False)
    """The caller chose the channels, so preferences do not reorder them."""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    provider_ref = models.CharField(max_length=120, blank=True)
    attempts = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    queued_by = models.UUIDField()
    claimed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True)
    copy_of = models.UUIDField(null=True)
    """The letter of which this is a copy by another way: nobody counts as told by a copy."""
    given_up_at = models.DateTimeField(null=True)
    """Somebody decided that a message that did not go out is not sent any more."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="notices_notice_channel", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="notices_notice_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="notices_notice_recipient",
                condition=Q(recipient_id__isnull=False) | Q(kind="sign_in_code"),
            ),
            models.CheckConstraint(
                name="notices_notice_accepted",
                condition=~Q(state__in=["accepted", "delivered"]) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notices_notice_due",
                condition=Q(state__in=["queued", "sending"], next_try_at__isnull=False)
                | (~Q(state__in=["queued", "sending"]) & Q(next_try_at__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "kind"], name="notices_notice_subject"),
            models.Index(
                fields=["recipient_id", "accepted_at", "id"],
                name="notices_notice_inbox",
                condition=Q(accepted_at__isnull=False),
            ),
            models.Index(
                fields=["next_try_at"], name="notices_notice_next", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(
                fields=["queued_at", "id"],
                name="notices_notice_failed",
                condition=Q(state__in=["failed", "bounced"]),
            ),
        ]


class Attempt(models.Model):
    """One try on one channel. ``key`` is what the provider tells a repetition by."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="tries")
    number = models.SmallIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    adapter = models.CharField(max_length=12)
    key = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    provider_ref = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "number"], name="notices_attempt_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["key"], name="notices_attempt_key"),
            models.Index(
                fields=["adapter", "provider_ref"],
                name="notices_attempt_ref",
                condition=~Q(provider_ref=""),
            ),
        ]


class InboxLetter(models.Model):
    """A notice placed in a person's inbox: told at this moment, whether read or not."""

    notice = models.OneToOneField(Notice, models.CASCADE, primary_key=True, related_name="letter")
    person_id = models.UUIDField()
    placed_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["person_id"], name="notices_letter_unread", condition=Q(read_at__isnull=True)
            ),
        ]


class Preference(models.Model):
    """The order in which a person likes to be reached; it drops no channel that a notice needs."""

    person_id = models.UUIDField(primary_key=True)
    channels = ArrayField(models.CharField(max_length=8))
    changed_at = models.DateTimeField()


class Alerts(models.Model):
    """By which ways besides the letter a member of staff wants to hear of what, and when not (China time)."""

    person_id = models.UUIDField(primary_key=True)
    choices = models.JSONField(default=dict)
    """Groups of kinds, each with its channels (``alerts.GROUPS``)."""
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notices_alerts_quiet",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            )
        ]


class Browser(models.Model):
    """A browser that may be called when no page is open. ``sealed``: its address and keys."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    added_at = models.DateTimeField()


class Sunk(models.Model):
    """A message that went nowhere: what a demo or a drill would have sent."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=200, blank=True)
    title = models.TextField(blank=True)
    body = models.TextField()
    sunk_at = models.DateTimeField()
