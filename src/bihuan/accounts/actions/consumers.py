"""Consumers, found or made in two round trips whatever their number; and who acts for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from bihuan.accounts.actions.people import NO_PASSWORD, locked_row, pseudonym
from bihuan.accounts.actions.record import person as subject
from bihuan.accounts.actions.record import record
from bihuan.accounts.events import PersonCreated, RepresentationEnded, Represented
from bihuan.accounts.models import Person, Representation
from bihuan.accounts.permissions import AccountPermission, Resource, require
from bihuan.accounts.queries.people import in_force
from bihuan.accounts.vault.crypto import new_person_key
from bihuan.accounts.vault.fields import PersonalField, digests, whole
from bihuan.accounts.vault.store import normals, sealed_row
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor, ActorKind

BASES = ("guardian", "proxy", "lawyer", "heir")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerFacts:
    """How a consumer is known: by the marketplace's reference, else by phone. ``phone_proven``: the
    marketplace or a code showed that the number is theirs."""

    external_ref: str | None = None
    phone: str | None = None
    name: str | None = None
    address: str | None = None
    language: str = "zh-hans"
    phone_proven: bool = False


@dataclass(frozen=True, slots=True)
class Ensured:
    person_id: UUID
    created: bool


@dataclass(slots=True)
class _Wanted:
    """One consumer on the way: the digest it is known by, and what would be written."""

    digest: bytes
    facts: ConsumerFacts
    values: Mapping[PersonalField, str]
    person_id: UUID = field(default_factory=uuid4)


_FIND = """
SELECT b.digest, b.person_id FROM accounts_blindindex b JOIN accounts_person p ON p.id = b.person_id
WHERE b.digest = ANY(%s) AND b.proven
"""

# the index rows come first: where another transaction was faster, the person is not written
_MAKE = """
WITH owner AS (
    INSERT INTO accounts_blindindex (person_id, field, part, digest, proven)
    SELECT d.person_id, d.field, 'whole', d.digest, true
    FROM unnest(%(owner_person)s::uuid[], %(owner_field)s::text[], %(owner_digest)s::bytea[])
        AS d(person_id, field, digest)
    ON CONFLICT (digest) WHERE proven DO NOTHING RETURNING person_id
), person AS (
    INSERT INTO accounts_person (id, kind, username, label, pseudonym, language, state, password,
        session_epoch, created_at)
    SELECT d.id, 'consumer', NULL, '', d.pseudonym, d.language, 'active', %(password)s, 1, %(at)s
    FROM unnest(%(person)s::uuid[], %(pseudonym)s::text[], %(language)s::text[]) AS d(id, pseudonym, language)
    WHERE d.id IN (SELECT person_id FROM owner)
), key AS (
    INSERT INTO accounts_personkey (person_id, wrapped)
    SELECT * FROM unnest(%(person)s::uuid[], %(wrapped)s::bytea[]) AS d(id, wrapped)
    WHERE d.id IN (SELECT person_id FROM owner)
), kept AS (
    INSERT INTO accounts_personaldata (id, person_id, field, kind, mark, sealed, created_at)
    SELECT d.id, d.person_id, d.field, 'given', '', d.sealed, %(at)s
    FROM unnest(%(data_id)s::uuid[], %(data_person)s::uuid[], %(data_field)s::text[],
        %(data_sealed)s::bytea[]) AS d(id, person_id, field, sealed)
    WHERE d.person_id IN (SELECT person_id FROM owner)
), other AS (
    INSERT INTO accounts_blindindex (person_id, field, part, digest, proven)
    SELECT d.person_id, d.field, d.part, d.digest,
        d.proven AND row_number() OVER (PARTITION BY d.digest, d.proven) = 1
        AND NOT EXISTS (SELECT FROM accounts_blindindex x WHERE x.digest = d.digest AND x.proven)
    FROM unnest(%(index_person)s::uuid[], %(index_field)s::text[], %(index_part)s::text[],
        %(index_digest)s::bytea[], %(index_proven)s::bool[]) AS d(person_id, field, part, digest, proven)
    WHERE d.person_id IN (SELECT person_id FROM owner)
    ON CONFLICT (digest) WHERE proven DO NOTHING
)
SELECT person_id FROM owner
"""


def ensure_consumer(
    *, facts: ConsumerFacts, actor: Actor, at: datetime, into: list[Draft] | None = None
) -> Ensured:
    """Find or make one consumer; see ``ensure_consumers``."""
    return ensure_consumers(facts=[facts], actor=actor, at=at, into=into)[0]


def ensure_consumers(
    *, facts: Sequence[ConsumerFacts], actor: Actor, at: datetime, into: list[Draft] | None = None
) -> list[Ensured]:
    """Find or make consumers: one round trip where all are known, two where some are made.

    ``into``: a list that takes the events instead of the journal; the caller writes it in the same
    transaction together with its own (otherwise two round trips more). What is given of somebody who is
    known already changes nothing; ``vault.store`` does that. Raises NotAllowed, Invalid.
    """
    require(actor, AccountPermission.CONSUMER_ENSURE)
    wanted = [_wanted(item) for item in facts]
    # no savepoint of its own inside a caller's transaction: that would be two round trips more
    with transaction.atomic(savepoint=False):
        known = _find(w.digest for w in wanted)
        new = {w.digest: w for w in wanted if w.digest not in known}
        made = _make(list(new.values()), at) if new else set()
        if len(made) < len(new):
            known |= _find(digest for digest, w in new.items() if w.person_id not in made)
        known |= {w.digest: w.person_id for w in new.values() if w.person_id in made}
        _tell(made, actor, at, into)
    return [Ensured(known[w.digest], known[w.digest] in made) for w in wanted]


@transaction.atomic
def represent(
    *,
    consumer_id: UUID,
    representative_id: UUID,
    basis: str,
    on: Resource,
    actor: Actor,
    at: datetime,
    case_id: UUID | None = None,
) -> Representation:
    """Register who acts for a consumer (guardian, proxy, lawyer, heir), in one case or in all."""
    require(actor, AccountPermission.CONSUMER_ENSURE, on)
    if basis not in BASES:
        raise Invalid("{basis} is no ground to represent somebody.", field="basis", basis=basis)
    if consumer_id == representative_id:
        raise Invalid("Nobody represents themselves.", field="representative_id")
    if locked_row(consumer_id).kind != ActorKind.CONSUMER:
        raise Invalid("Only consumers are represented.", field="consumer_id")
    if not Person.objects.filter(id=representative_id, state="active").exists():
        raise NotFound(kind="person", id=representative_id)
    running = Representation.objects.filter(
        in_force(at), consumer_id=consumer_id, representative_id=representative_id, case_id=case_id
    )
    if running.exists():
        raise Refusal("This person represents the consumer already.", code="accounts.representation")
    made = Representation.objects.create(
        consumer_id=consumer_id, representative_id=representative_id, basis=basis, case_id=case_id, from_at=at
    )
    event = Represented(
        representation_id=made.id, representative_id=representative_id, basis=basis, case_id=case_id
    )
    record(subject(consumer_id), event, actor=actor, at=at)
    return made


@transaction.atomic
def end_representation(*, representation_id: UUID, on: Resource, actor: Actor, at: datetime) -> None:
    """From now on the person acts for the consumer no more."""
    require(actor, AccountPermission.CONSUMER_ENSURE, on)
    row = Representation.objects.select_for_update().filter(in_force(at), id=representation_id).first()
    if row is None:
        raise NotFound(kind="representation", id=representation_id)
    Representation.objects.filter(id=row.id).update(until_at=at)
    event = RepresentationEnded(representation_id=row.id)
    record(subject(row.consumer_id), event, actor=actor, at=at)


def _wanted(facts: ConsumerFacts) -> _Wanted:
    given = {
        PersonalField.EXTERNAL_REF: facts.external_ref,
        PersonalField.PHONE: facts.phone,
        PersonalField.NAME: facts.name,
        PersonalField.ADDRESS: facts.address,
    }
    values = normals({name: value for name, value in given.items() if value})
    if facts.language not in ("zh-hans", "en"):
        raise Invalid(field="language", remedy="Choose zh-hans or en.")
    for known_by in (PersonalField.EXTERNAL_REF, PersonalField.PHONE):
        if known_by in values:
            return _Wanted(whole(known_by, values[known_by]), facts, values)
    raise Invalid(
        "A consumer is known by the marketplace's reference or by a phone number.",
        field="phone",
        remedy="Give one of the two.",
    )


def _find(digests_wanted: Any) -> dict[bytes, UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [list(digests_wanted)])
        return {bytes(digest): person_id for digest, person_id in cursor.fetchall()}


def _make(new: Sequence[_Wanted], at: datetime) -> set[UUID]:
    rows: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for item in new:
        _add(rows, item)
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, {**rows, "at": at, "password": NO_PASSWORD})
        return {row[0] for row in cursor.fetchall()}


_COLUMNS = (
    "owner_person",
    "owner_field",
    "owner_digest",
    "person",
    "pseudonym",
    "language",
    "wrapped",
    "data_id",
    "data_person",
    "data_field",
    "data_sealed",
    "index_person",
    "index_field",
    "index_part",
    "index_digest",
    "index_proven",
)


def _add(rows: dict[str, list[Any]], item: _Wanted) -> None:
    key, wrapped = new_person_key(item.person_id)
    _extend(
        rows,
        person=item.person_id,
        pseudonym=pseudonym(item.person_id),
        language=item.facts.language,
        wrapped=wrapped,
    )
    for name, value in item.values.items():
        row_id, sealed = sealed_row(key, item.person_id, name, value)
        _extend(rows, data_id=row_id, data_person=item.person_id, data_field=str(name), data_sealed=sealed)
        for part, digest in digests(name, value):
            if digest == item.digest:
                _extend(rows, owner_person=item.person_id, owner_field=str(name), owner_digest=digest)
                continue
            proven = part == "whole" and item.facts.phone_proven
            _extend(
                rows,
                index_person=item.person_id,
                index_field=str(name),
                index_part=part,
                index_digest=digest,
                index_proven=proven,
            )


def _extend(rows: dict[str, list[Any]], **values: Any) -> None:
    for name, value in values.items():
        rows[name].append(value)


def _tell(made: set[UUID], actor: Actor, at: datetime, into: list[Draft] | None) -> None:
    drafts = [
        Draft(
            subject=subject(person_id),
            event=PersonCreated(kind=str(ActorKind.CONSUMER), via=str(actor.kind)),
            actor=actor,
            occurred_at=at,
        )
        for person_id in sorted(made)
    ]
    if into is None:
        append(drafts)
    else:
        into.extend(drafts)
