"""Storing, showing and searching personal data; each leaves an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bihuan.accounts.actions.people import locked_row
from bihuan.accounts.actions.record import person as subject
from bihuan.accounts.actions.record import record
from bihuan.accounts.actions.texts import keep_text
from bihuan.accounts.events import VaultRevealed, VaultSearched, VaultStored
from bihuan.accounts.models import Person, Reveal, Text
from bihuan.accounts.models.people import PersonState
from bihuan.accounts.permissions import AccountPermission, Resource, require
from bihuan.accounts.queries.vault import by_number, last_four_digits
from bihuan.accounts.vault.crypto import program_key, seal
from bihuan.accounts.vault.fields import PersonalField
from bihuan.accounts.vault.store import Values, keys_of, normals, put, read, read_found
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor

SHOWN_FOR = timedelta(minutes=30)
RESTRICTION = "D-06"


@dataclass(frozen=True, slots=True)
class Revealed:
    """Clear values: by field, and by text mark → what stood there. Never log or keep it."""

    id: UUID
    values: dict[PersonalField, str]
    texts: dict[UUID, dict[str, str]]
    until_at: datetime


@transaction.atomic
def store(*, person_id: UUID, values: Values, on: Resource, actor: Actor, at: datetime) -> None:
    """Set fields of a person; what stood there before is destroyed. Raises NotAllowed, Invalid, Refusal."""
    require(actor, AccountPermission.VAULT_STORE, on)
    _refuse_gone(locked_row(person_id))
    put(person_id, normals(values), at=at)
    record(subject(person_id), VaultStored(fields=sorted(map(str, values))), actor=actor, at=at)


def seal_own(*, person_id: UUID | None, plain: bytes, place: str) -> bytes:
    """Seal something of a person under their key, so that it ends with them; ``place`` says where it lies.

    For modules that check themselves whose it is; opened with ``queries.unseal_own``. Without a person
    (nobody has signed in yet) it is sealed under the program's own key.
    """
    key = program_key("passing") if person_id is None else keys_of([person_id])[person_id]
    return seal(key, plain, f"{place}|{person_id}")


@transaction.atomic
def reveal(
    *,
    person_id: UUID,
    reason: str,
    on: Resource,
    actor: Actor,
    at: datetime,
    fields: Sequence[PersonalField] = (),
    text_ids: Sequence[UUID] = (),
    case_id: UUID | None = None,
) -> Revealed:
    """Show personal data for a case and a reason; the actor may read the same again for 30 minutes.

    ``on`` says whom the case belongs to, for the permission. ``reason`` is kept as a text, its digest
    stands in the event. Raises NotAllowed, Invalid, Refusal, NotFound.
    """
    require(actor, AccountPermission.VAULT_REVEAL, on, clause="PCN-2.2.2.d")
    if not fields and not text_ids:
        raise Invalid("Nothing was asked for.", field="fields", remedy="Name the fields or texts.")
    person = locked_row(person_id)
    _refuse_gone(person)
    _check_texts(person_id, text_ids)
    row = _open(person, fields, text_ids, case_id, reason, actor, at)
    values = read([person_id], fields).get(person_id, {}) if fields else {}
    return Revealed(row.id, values, read_found(text_ids) if text_ids else {}, row.until_at)


@transaction.atomic
def find_by_phone(*, phone: str, actor: Actor, at: datetime) -> list[UUID]:
    """People with this number. Raises NotAllowed, Invalid."""
    require(actor, AccountPermission.VAULT_FIND)
    return _searched(phone, "phone", actor, at)


@transaction.atomic
def find_by_last_four(*, digits: str, actor: Actor, at: datetime) -> list[UUID]:
    """People whose number ends so; at most 50. Raises NotAllowed, Invalid."""
    require(actor, AccountPermission.VAULT_FIND)
    return _searched(last_four_digits(digits), "last_four", actor, at)


@transaction.atomic
def note_search(*, by: str, count: int, actor: Actor, at: datetime) -> None:
    """Write down that somebody searched another module by a person's data: by what, and how many it found.

    Raises NotAllowed.
    """
    require(actor, AccountPermission.VAULT_FIND)
    record(subject(actor.id), VaultSearched(by=by, count=count), actor=actor, at=at)


def _open(
    person: Person,
    fields: Sequence[PersonalField],
    text_ids: Sequence[UUID],
    case_id: UUID | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Reveal:
    kept = keep_text(body=reason, subject=subject(person.id), about=person.id, actor=actor, at=at)
    row = Reveal.objects.create(
        actor_id=actor.id,
        person=person,
        fields=sorted(map(str, fields)),
        text_ids=sorted(text_ids),
        case_id=case_id,
        reason_id=kept.id,
        created_at=at,
        until_at=at + SHOWN_FOR,
    )
    event = VaultRevealed(
        reveal_id=row.id,
        fields=row.fields,
        texts=len(row.text_ids),
        reason_id=kept.id,
        reason_digest=kept.digest,
        until_at=row.until_at,
        case_id=case_id,
    )
    record(subject(person.id), event, actor=actor, at=at)
    return row


def _searched(number: str, by: str, actor: Actor, at: datetime) -> list[UUID]:
    found = by_number(number)
    # whose history is it: the searcher's, for nobody may have been found
    record(subject(actor.id), VaultSearched(by=by, count=len(found)), actor=actor, at=at)
    return found


def _refuse_gone(person: Person) -> None:
    if person.state == PersonState.ERASED:
        raise Refusal("The personal data of this person was erased.", code="vault.erased")
    if person.restricted_at is not None:
        raise Refusal(
            "Only storage and protection of this person's data is allowed now.",
            code="vault.restricted",
            clause=RESTRICTION,
        )


def _check_texts(person_id: UUID, text_ids: Sequence[UUID]) -> None:
    own = set(Text.objects.filter(id__in=list(text_ids), about_person=person_id).values_list("id", flat=True))
    for text_id in text_ids:
        if text_id not in own:
            raise NotFound(kind="text", id=text_id)
