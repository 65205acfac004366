"""Rows of the vault. No permission is checked here: actions and queries do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection

from bihuan.accounts.models import BlindIndex, PersonalData, PersonKey
from bihuan.accounts.vault.crypto import new_person_key, seal, unseal, unwrap
from bihuan.accounts.vault.fields import PersonalField, digests, normal

_FOUND = """
INSERT INTO accounts_personaldata (id, person_id, field, kind, text_id, mark, sealed, created_at)
SELECT d.id, d.person_id, d.field, 'found', d.text_id, d.mark, d.sealed, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::bytea[])
    AS d(id, person_id, field, text_id, mark, sealed)
"""
Values = Mapping[PersonalField, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A value taken out of a text, and the mark that stands there now."""

    person_id: UUID
    text_id: UUID
    mark: str
    field: PersonalField
    original: str


def normals(values: Values) -> dict[PersonalField, str]:
    """Values in normal form. Raises Invalid."""
    return {field: normal(field, value) for field, value in values.items()}


def sealed_row(key: bytes, person_id: UUID, field: PersonalField, value: str) -> tuple[UUID, bytes]:
    row_id = uuid4()
    return row_id, seal(key, value.encode(), _place(person_id, row_id, field))


def put(person_id: UUID, values: Values, *, proven: bool = False, at: datetime) -> None:
    """Set fields of one person, whatever stood there; values must be in normal form."""
    key = keys_of([person_id])[person_id]
    fields = [str(field) for field in values]
    PersonalData.objects.filter(person_id=person_id, field__in=fields, kind="given").delete()
    BlindIndex.objects.filter(person_id=person_id, field__in=fields).delete()
    data, indexes = [], []
    for field, value in values.items():
        row_id, sealed = sealed_row(key, person_id, field, value)
        data.append(PersonalData(id=row_id, person_id=person_id, field=field, sealed=sealed, created_at=at))
        indexes += [
            BlindIndex(
                person_id=person_id,
                field=field,
                part=part,
                digest=digest,
                proven=proven and part == "whole",
            )
            for part, digest in digests(field, value)
        ]
    PersonalData.objects.bulk_create(data)
    BlindIndex.objects.bulk_create(indexes)


def put_found(found: Sequence[Found], *, at: datetime) -> None:
    """Keep what was taken out of texts; two round trips."""
    if not found:
        return
    keys = keys_of({f.person_id for f in found})
    rows = []
    for item in found:
        row_id, sealed = sealed_row(keys[item.person_id], item.person_id, item.field, item.original)
        rows.append((row_id, item.person_id, str(item.field), item.text_id, item.mark, sealed))
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [at, *map(list, zip(*rows, strict=True))])


def read(person_ids: Iterable[UUID], fields: Iterable[PersonalField]) -> dict[UUID, dict[PersonalField, str]]:
    """Given fields in clear; a field or person without a value is left out. Two round trips."""
    wanted = list(person_ids)
    rows = PersonalData.objects.filter(person_id__in=wanted, field__in=list(fields), kind="given")
    return _opened(list(rows))


def read_found(text_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """By text: mark → what stood there."""
    rows = list(PersonalData.objects.filter(text_id__in=list(text_ids), kind="found"))
    keys = _keys_for(rows)
    out: dict[UUID, dict[str, str]] = {}
    for row in rows:
        if row.text_id is not None:
            out.setdefault(row.text_id, {})[row.mark] = _open(keys[row.person_id], row)
    return out


def keys_of(person_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Data keys; made for a person who has none yet."""
    wanted = set(person_ids)
    rows = PersonKey.objects.filter(person_id__in=wanted)
    keys = {row.person_id: unwrap(row.person_id, row.wrapped) for row in rows}
    missing = wanted - keys.keys()
    if not missing:
        return keys
    made = {person_id: new_person_key(person_id) for person_id in missing}
    PersonKey.objects.bulk_create(
        [PersonKey(person_id=i, wrapped=w) for i, (_, w) in made.items()], ignore_conflicts=True
    )
    # another transaction may have been first: what stands in the table counts
    rows = PersonKey.objects.filter(person_id__in=missing)
    return keys | {row.person_id: unwrap(row.person_id, row.wrapped) for row in rows}


def _opened(rows: list[PersonalData]) -> dict[UUID, dict[PersonalField, str]]:
    keys = _keys_for(rows)
    out: dict[UUID, dict[PersonalField, str]] = {}
    for row in rows:
        out.setdefault(row.person_id, {})[PersonalField(row.field)] = _open(keys[row.person_id], row)
    return out


def _keys_for(rows: list[PersonalData]) -> dict[UUID, bytes]:
    found = PersonKey.objects.filter(person_id__in={row.person_id for row in rows})
    return {row.person_id: unwrap(row.person_id, row.wrapped) for row in found}


def _open(key: bytes, row: PersonalData) -> str:
    place = _place(row.person_id, row.id, PersonalField(row.field))
    return unseal(key, bytes(row.sealed), place).decode()


def _place(person_id: UUID, row_id: UUID, field: PersonalField) -> str:
    return f"{field}|{person_id}|{row_id}"
