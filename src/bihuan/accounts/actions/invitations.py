"""Inviting people and letting them in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bihuan.accounts.actions.people import locked_row, set_password
from bihuan.accounts.actions.record import person as subject
from bihuan.accounts.actions.record import record
from bihuan.accounts.errors import SignInFailed
from bihuan.accounts.events import PersonInvited, PersonJoined
from bihuan.accounts.models import Invitation, Person
from bihuan.accounts.models.people import PersonState
from bihuan.accounts.permissions import AccountPermission, require
from bihuan.accounts.queries.people import actor_for, resource
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import Actor

VALID = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    """The token is shown this once; only its digest is kept."""

    token: str
    until_at: datetime


@transaction.atomic
def invite(*, person_id: UUID, actor: Actor, at: datetime) -> Invited:
    """A link with which the person chooses a password; earlier links die."""
    person = locked_row(person_id)
    require(actor, AccountPermission.PERSON_MANAGE, resource(person))
    if person.state != PersonState.INVITED:
        raise Refusal(
            "Only an account that waits for its person can be invited; this one is {state}.",
            code="accounts.state",
            state=person.state,
        )
    token, until_at = secrets.token_urlsafe(32), at + VALID
    Invitation.objects.filter(person_id=person_id, used_at=None).delete()
    made = Invitation.objects.create(person=person, digest=_digest(token), created_at=at, until_at=until_at)
    record(subject(person_id), PersonInvited(invitation_id=made.id, until_at=until_at), actor=actor, at=at)
    return Invited(token, until_at)


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime) -> Person:
    """Choose a password. Raises SignInFailed for any link that is not good, Invalid for the password."""
    found = Invitation.objects.select_for_update().filter(digest=_digest(token)).first()
    if found is None or found.used_at is not None or found.until_at <= at:
        raise SignInFailed
    person = locked_row(found.person_id)
    if person.state != PersonState.INVITED:
        raise SignInFailed
    set_password(person, password)
    person.state = PersonState.ACTIVE
    person.save(update_fields=["state"])
    Invitation.objects.filter(id=found.id).update(used_at=at)
    joined = PersonJoined(invitation_id=found.id)
    record(subject(person.id), joined, actor=actor_for(person, at=at), at=at)
    return person


def invitation_holds(token: str, *, at: datetime) -> bool:
    """Whether a link would still be taken, for the page that asks for the password."""
    return Invitation.objects.filter(digest=_digest(token), used_at=None, until_at__gt=at).exists()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
