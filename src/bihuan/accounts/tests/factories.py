"""People and things for tests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from bihuan.accounts import actions, queries
from bihuan.accounts.models import Organisation, Person
from bihuan.accounts.models.people import OrganisationKind
from bihuan.accounts.permissions import Resource, Role
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.models import Entry

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
PHONE = "13812345678"
_numbers = count(1)


def staff(*roles: Role, at: datetime = AT, joined: bool = True, **extra: Any) -> Person:
    return person(ActorKind.STAFF, *roles, at=at, joined=joined, **extra)


def merchant_user(shop: Organisation, *roles: Role, **extra: Any) -> Person:
    return person(ActorKind.MERCHANT, *roles, organisation_id=shop.id, **extra)


def person(kind: ActorKind, *roles: Role, at: datetime = AT, joined: bool = True, **extra: Any) -> Person:
    extra.setdefault("username", f"user{next(_numbers)}")
    made = actions.create_person(new=actions.NewPerson(kind=kind, **extra), actor=PROGRAM, at=at)
    for role in roles:
        actions.grant_role(person_id=made.id, role=role, actor=PROGRAM, at=at)
    if joined:
        invited = actions.invite(person_id=made.id, actor=PROGRAM, at=at)
        actions.accept_invitation(token=invited.token, password=PASSWORD, at=at)
    return Person.objects.get(id=made.id)


def acting(who: Person, at: datetime = AT) -> Actor:
    return queries.actor_for(who, at=at)


def organisation(kind: OrganisationKind = OrganisationKind.MERCHANT, name: str = "小店") -> Organisation:
    return actions.create_organisation(
        kind=kind, name=name, reference=f"ref-{next(_numbers)}", actor=PROGRAM, at=AT
    )


def consumer(phone: str = PHONE, **facts: Any) -> UUID:
    given = actions.ConsumerFacts(phone=phone, **facts)
    return actions.ensure_consumer(facts=given, actor=PROGRAM, at=AT).person_id


def case_of(*people: UUID) -> Resource:
    return Resource(person_ids=frozenset(people))


def events_of(subject_id: UUID) -> list[str]:
    return list(
        Entry.objects.filter(subject_id=subject_id).order_by("sequence").values_list("event", flat=True)
    )


def signed(
    claims: dict[str, Any],
    key: bytes,
    *,
    header: dict[str, Any] | None = None,
    signature: bytes | None = None,
) -> str:
    head = _part(json.dumps(header or {"alg": "HS256", "typ": "JWT"}).encode())
    body = _part(json.dumps(claims).encode())
    if signature is None:
        signature = hmac.digest(key, f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{_part(signature)}"


def claims(at: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "iss": "mall",
        "sub": "u-1001",
        "aud": "http://localhost:8000",
        "iat": at.timestamp(),
        "exp": (at + timedelta(minutes=5)).timestamp(),
        "jti": f"n-{next(_numbers)}",
        **changes,
    }


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
