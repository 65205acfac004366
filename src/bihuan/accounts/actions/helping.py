"""What an administrator does for somebody who cannot get in, or is called otherwise by now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import F

from bihuan.accounts.actions.people import check_label, locked_row
from bihuan.accounts.actions.reasons import keep_reason, keep_why
from bihuan.accounts.actions.record import person as subject
from bihuan.accounts.actions.record import record
from bihuan.accounts.events import LockoutCleared, PersonRelabelled, SecondFactorChanged, VaultStored
from bihuan.accounts.models import Person
from bihuan.accounts.models.people import PersonState
from bihuan.accounts.permissions import AccountPermission, require
from bihuan.accounts.queries.people import resource
from bihuan.accounts.vault.fields import PersonalField
from bihuan.accounts.vault.store import Values, normals, put
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.journal.actor import Actor, ActorKind


@transaction.atomic
def reset_second_factor(*, person_id: UUID, why: str, actor: Actor, at: datetime) -> None:
    """Take a lost second factor away; sessions end. Not one's own, and never without a reason.

    Whose role asks for a second factor must set up a new one before anything else.
    """
    person = _managed(person_id, actor)
    if actor.id == person_id:
        raise NotAllowed(
            "Nobody resets the own second factor.",
            permission=str(AccountPermission.PERSON_MANAGE),
            remedy="Ask another administrator.",
        )
    words = keep_reason(why, subject=subject(person_id), actor=actor, at=at, needed=True)
    if not Authenticator.objects.filter(user_id=person.id).delete()[0]:
        raise Refusal("This person has no second factor.", code="accounts.no_factor")
    Person.objects.filter(id=person_id).update(session_epoch=F("session_epoch") + 1)
    record(subject(person_id), SecondFactorChanged(change="reset", reason_id=words), actor=actor, at=at)


@transaction.atomic
def clear_lockout(*, person_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """Let a person try the password again before the lock-out is over by itself."""
    person = _managed(person_id, actor)
    count = AccessAttempt.objects.filter(username=person.username).delete()[0] if person.username else 0
    if not count:
        raise Refusal("Nothing is locked after wrong passwords.", code="accounts.no_lockout")
    words = keep_why(why, subject=subject(person_id), actor=actor, at=at)
    record(subject(person_id), LockoutCleared(count=count, reason_id=words), actor=actor, at=at)


@transaction.atomic
def relabel(*, person_id: UUID, label: str, actor: Actor, at: datetime, why: str = "") -> None:
    """Change the working name that others see; without personal data."""
    person = _managed(person_id, actor)
    check_label(label)
    if person.label == label.strip():
        return
    Person.objects.filter(id=person_id).update(label=label.strip())
    words = keep_reason(why, subject=subject(person_id), actor=actor, at=at)
    record(subject(person_id), PersonRelabelled(reason_id=words), actor=actor, at=at)


@transaction.atomic
def set_contact(*, person_id: UUID, values: Values, actor: Actor, at: datetime) -> None:
    """By which mail and telephone a member of staff, a merchant or a partner is reached; for the vault."""
    person = _managed(person_id, actor)
    if person.kind == ActorKind.CONSUMER or person.state in (PersonState.LEFT, PersonState.ERASED):
        raise Refusal("The account is {state}.", code="accounts.state", state=str(person.state))
    if not values or not set(values) <= {PersonalField.EMAIL, PersonalField.PHONE, PersonalField.NAME}:
        raise Invalid("Nothing was entered.", field="email", remedy="Give a mail address or a number.")
    put(person_id, normals(values), at=at)
    record(subject(person_id), VaultStored(fields=sorted(map(str, values))), actor=actor, at=at)


def _managed(person_id: UUID, actor: Actor) -> Person:
    person = locked_row(person_id)
    require(actor, AccountPermission.PERSON_MANAGE, resource(person))
    return person
