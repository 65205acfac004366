"""Reading what belongs to a person alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as people
from bihuan.accounts.actions import Retention
from bihuan.accounts.permissions import Resource, require
from bihuan.journal.actor import Actor
from bihuan.personal.models import Draft, ErasureRequest
from bihuan.personal.permissions import PersonalPermission


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft, opened."""

    body: dict[str, list[str]]
    saved_at: datetime


def place(kind: str) -> str:
    """What a sealed draft belongs to, authenticated with it."""
    return f"draft|{kind}"


def draft(actor: Actor, kind: str) -> Kept | None:
    """The actor's own draft of this kind. Raises NotAllowed."""
    require(actor, PersonalPermission.DRAFT, Resource(person_ids=frozenset({actor.id})))
    row = Draft.objects.filter(person_id=actor.id, kind=kind).first()
    if row is None:
        return None
    plain = people.unseal_own(person_id=actor.id, sealed=bytes(row.sealed), place=place(kind))
    return Kept(json.loads(plain), row.saved_at)


def request(actor: Actor) -> ErasureRequest | None:
    """The open request to be erased. Raises NotAllowed."""
    require(actor, PersonalPermission.DATA, Resource(person_ids=frozenset({actor.id})))
    return ErasureRequest.objects.filter(person_id=actor.id, withdrawn_at=None, erased_at=None).first()


def held(actor: Actor, at: datetime) -> list[Retention]:
    """What the law still keeps of the actor's data, why and until when. Raises NotAllowed."""
    require(actor, PersonalPermission.DATA, Resource(person_ids=frozenset({actor.id})))
    return accounts.retentions(actor.id, at)
