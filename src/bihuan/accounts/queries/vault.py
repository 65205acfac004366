"""Reading the vault: masks for everybody who sees the person, clear values only while a reveal is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from bihuan.accounts.models import BlindIndex, Person, Reveal
from bihuan.accounts.vault.crypto import program_key, unseal
from bihuan.accounts.vault.fields import PersonalField, last_four, mask, normal, whole
from bihuan.accounts.vault.store import keys_of, read, read_found
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor

SHOWN = 50


def masked(person_id: UUID, field: PersonalField) -> str:
    """138****1234, 王**; empty where the vault holds nothing."""
    return masked_many([person_id], [field]).get(person_id, {}).get(field, "")


def masked_many(
    person_ids: Iterable[UUID], fields: Iterable[PersonalField]
) -> dict[UUID, dict[PersonalField, str]]:
    """Masks by person and field; two round trips. A restricted person shows stars only."""
    wanted = list(person_ids)
    hidden = set(
        Person.objects.filter(id__in=wanted, restricted_at__isnull=False).values_list("id", flat=True)
    )
    return {
        person_id: {
            field: "****" if person_id in hidden else mask(field, value) for field, value in values.items()
        }
        for person_id, values in read(wanted, fields).items()
    }


def revealed(actor: Actor, *, person_id: UUID, at: datetime) -> dict[PersonalField, str]:
    """What this actor may still see of the person in clear, without a new reveal; empty otherwise."""
    fields = {PersonalField(field) for reveal in _open(actor, person_id, at) for field in reveal.fields}
    return read([person_id], fields).get(person_id, {}) if fields else {}


def revealed_texts(actor: Actor, *, person_id: UUID, at: datetime) -> dict[UUID, dict[str, str]]:
    """By text: mark → what stood there, for texts the actor has an open reveal for."""
    text_ids = {text_id for reveal in _open(actor, person_id, at) for text_id in reveal.text_ids}
    return read_found(text_ids) if text_ids else {}


def by_number(number: str) -> list[UUID]:
    """People with this whole number, or with these last four digits; at most 50, restricted ones left out.

    For code with its own check; people use ``actions.find_by_phone`` and ``find_by_last_four``.
    """
    digits = number.strip()
    if len(digits) == 4 and digits.isascii() and digits.isdigit():
        digest = last_four(PersonalField.PHONE, digits)
    else:
        digest = whole(PersonalField.PHONE, normal(PersonalField.PHONE, number))
    rows = BlindIndex.objects.filter(digest=digest, person__restricted_at__isnull=True)
    return list(rows.order_by("person_id").values_list("person_id", flat=True)[:SHOWN])


def last_four_digits(text: str) -> str:
    """Exactly four digits. Raises Invalid."""
    digits = text.strip()
    if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        raise Invalid("{field} are four digits.", field="last_four", code="vault.last_four")
    return digits


def contact(person_id: UUID, fields: Iterable[PersonalField]) -> dict[PersonalField, str]:
    """Clear values for the program itself, to send a message or fill a parcel label. Never for a page."""
    return read([person_id], fields).get(person_id, {})


def unseal_own(*, person_id: UUID | None, sealed: bytes, place: str) -> bytes:
    """What ``actions.seal_own`` sealed, for modules that check themselves whose it is. Raises VaultError."""
    key = program_key("passing") if person_id is None else keys_of([person_id])[person_id]
    return unseal(key, sealed, f"{place}|{person_id}")


def _open(actor: Actor, person_id: UUID, at: datetime) -> list[Reveal]:
    found = Reveal.objects.filter(actor_id=actor.id, person_id=person_id, until_at__gt=at, created_at__lte=at)
    return list(found.filter(person__restricted_at__isnull=True))
