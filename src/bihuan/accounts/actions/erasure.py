"""Erasing a person: key, values, texts, credentials. What the journal says of them stays true, and empty.

Upper tiers say through ``register_retention`` why somebody cannot be erased yet; the program starts with
these functions registered, so nothing here knows of cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F, Q

from bihuan.accounts.actions.people import NO_PASSWORD, locked_row, refuse_last_administrator
from bihuan.accounts.actions.record import code, record
from bihuan.accounts.actions.record import person as subject
from bihuan.accounts.events import PersonErased, PersonRestricted
from bihuan.accounts.models import (
    BlindIndex,
    Erasure,
    Invitation,
    Person,
    PersonalData,
    PersonKey,
    Representation,
    RoleGrant,
    Text,
)
from bihuan.accounts.models.people import PersonState
from bihuan.accounts.permissions import AccountPermission, require
from bihuan.accounts.queries.people import in_force, resource
from bihuan.accounts.vault import erasures
from bihuan.engine.errors import Refusal
from bihuan.journal.actor import PROGRAM, Actor, ActorKind


@dataclass(frozen=True, slots=True)
class Retention:
    """Why a person's data is still needed: the clause, how many things hold it, and until when if known."""

    clause: str
    count: int
    until_at: datetime | None = None


RetentionCheck = Callable[[UUID, datetime], list[Retention]]
_checks: list[RetentionCheck] = []


def register_retention(check: RetentionCheck) -> None:
    """Ask ``check(person_id, at)`` before anybody is erased. Registering twice changes nothing."""
    if check not in _checks:
        _checks.append(check)


def retentions(person_id: UUID, at: datetime) -> list[Retention]:
    """Everything that stands against erasing the person now."""
    return [retention for check in _checks for retention in check(person_id, at)]


@transaction.atomic
def erase_person(*, person_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Destroy the person's key, values and texts. Raises NotAllowed; Refusal naming what holds them."""
    person = locked_row(person_id)
    require(actor, AccountPermission.PERSON_ERASE, resource(person))
    if person.state == PersonState.ERASED:
        raise Refusal("The personal data of this person was erased already.", code="vault.erased")
    refuse_last_administrator(person_id, at=at)
    for held in retentions(person_id, at):
        raise Refusal(
            "The data of this person is still needed ({count}).",
            code="vault.retained",
            clause=held.clause,
            count=held.count,
            until_at=held.until_at.isoformat() if held.until_at else None,
            remedy="Close what is open; until then processing can be restricted to storage and protection.",
        )
    _erase(person, code(reason), actor, at)


@transaction.atomic
def restrict_person(*, person_id: UUID, clause: str, actor: Actor, at: datetime) -> None:
    """The law forbids to delete: nothing but storage and protection is done with the data from now on
    (D-06). Nobody sees, finds or changes it; the account is locked."""
    person = locked_row(person_id)
    require(actor, AccountPermission.PERSON_ERASE, resource(person))
    if person.restricted_at is not None or person.state == PersonState.ERASED:
        raise Refusal("Nothing more is done with this person's data already.", code="vault.restricted")
    refuse_last_administrator(person_id, at=at)
    Person.objects.filter(id=person_id).update(
        restricted_at=at, state=PersonState.LOCKED, session_epoch=F("session_epoch") + 1
    )
    record(subject(person_id), PersonRestricted(clause=clause), actor=actor, at=at)


def replay_erasures(*, at: datetime) -> int:
    """After a restore: erase again everybody on the list outside. Returns how many; safe to repeat."""
    listed = set(erasures.listed())
    waiting = Person.objects.filter(id__in=listed).exclude(state=PersonState.ERASED)
    count = 0
    for person_id in list(waiting.values_list("id", flat=True)):
        with transaction.atomic():
            person = locked_row(person_id)
            if person.state != PersonState.ERASED:
                _erase(person, "replayed", PROGRAM, at)
                count += 1
    return count


def list_erasures() -> int:
    """Put into the list outside whoever a crash kept from it. Returns how many; safe to repeat."""
    with transaction.atomic():
        waiting = Erasure.objects.select_for_update(skip_locked=True).filter(listed=False)
        rows = [(row.person_id, row.erased_at) for row in waiting.order_by("erased_at")[:1000]]
        erasures.append(rows)
        Erasure.objects.filter(person_id__in=[person_id for person_id, _ in rows]).update(listed=True)
    return len(rows)


def _erase(person: Person, reason: str, actor: Actor, at: datetime) -> None:
    values = PersonalData.objects.filter(person=person).delete()[0]
    for table in (BlindIndex, PersonKey, Invitation):
        table.objects.filter(person=person).delete()
    Authenticator.objects.filter(user_id=person.id).delete()
    RoleGrant.objects.filter(in_force(at), person=person).update(until_at=at)
    Representation.objects.filter(in_force(at)).filter(Q(consumer=person) | Q(representative=person)).update(
        until_at=at
    )
    texts = _destroy_texts(person, at)
    Person.objects.filter(id=person.id).update(
        state=PersonState.ERASED,
        username=None,
        label="",
        password=NO_PASSWORD,
        last_login=None,
        restricted_at=None,
        session_epoch=F("session_epoch") + 1,
    )
    Erasure.objects.update_or_create(person_id=person.id, defaults={"erased_at": at, "listed": False})
    record(subject(person.id), PersonErased(reason=reason, texts=texts, values=values), actor=actor, at=at)
    transaction.on_commit(list_erasures, robust=True)


def _destroy_texts(person: Person, at: datetime) -> int:
    """Texts about the person; of a consumer also those that they wrote themselves."""
    theirs = Q(about_person=person.id)
    if person.kind == ActorKind.CONSUMER:
        theirs |= Q(author=person.id)
    return Text.objects.filter(theirs, body__isnull=False).update(
        body=None, salt=None, redacted_at=at, reason="erased"
    )
