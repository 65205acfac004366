"""What the administrator of a merchant does: colleagues let in and taken out; and exports noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewPerson
from bihuan.accounts.permissions import AccountPermission, Resource, Role, require
from bihuan.accounts.queries import PersonalField
from bihuan.complaints import events
from bihuan.complaints.permissions import P
from bihuan.engine.errors import NotAllowed, NotFound
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.subject import Subject
from bihuan.notices import actions as notices

INVITATION: Final = "invitation"
OPERATOR: Final[Mapping[ActorKind, Role]] = {
    ActorKind.MERCHANT: Role.MERCHANT_OPERATOR,
    ActorKind.PARTNER: Role.PARTNER_OPERATOR,
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody invited. The token is shown this once; ``told``: it also goes out by mail or SMS."""

    person_id: UUID
    token: str
    until_at: datetime
    told: bool


@transaction.atomic
def invite_colleague(
    *, username: str, label: str, phone: str, email: str, actor: Actor, at: datetime
) -> Colleague:
    """An operator of the actor's own organisation: account, role, invitation, all or nothing.

    Phone and mail go to the vault; without either no notice reaches the person outside the inbox here.
    """
    _require_head(actor)
    given = {PersonalField.PHONE: phone.strip(), PersonalField.EMAIL: email.strip()}
    new = NewPerson(
        kind=actor.kind,
        username=username.strip(),
        label=label.strip(),
        organisation_id=actor.organisation_id,
        values={name: value for name, value in given.items() if value},
    )
    person = accounts.create_person(new=new, actor=actor, at=at)
    accounts.grant_role(person_id=person.id, role=OPERATOR[actor.kind], actor=actor, at=at)
    return _invited(person.id, actor, at)


@transaction.atomic
def invite_again(*, person_id: UUID, actor: Actor, at: datetime) -> Colleague:
    """A new link; the earlier one dies."""
    colleague(actor, person_id)
    return _invited(person_id, actor, at)


@transaction.atomic
def deactivate_colleague(*, person_id: UUID, actor: Actor, at: datetime) -> None:
    """The person signs in no more, and the sessions end; what was done stays."""
    colleague(actor, person_id)
    accounts.lock(person_id=person_id, reason=str(actor.kind), actor=actor, at=at)


@transaction.atomic
def reactivate_colleague(*, person_id: UUID, actor: Actor, at: datetime) -> None:
    colleague(actor, person_id)
    accounts.unlock(person_id=person_id, actor=actor, at=at)


@transaction.atomic
def set_operator(*, person_id: UUID, on: bool, actor: Actor, at: datetime) -> None:
    """Give or take the operator's role; without a role a person sees nothing."""
    colleague(actor, person_id)
    change = accounts.grant_role if on else accounts.revoke_role
    change(person_id=person_id, role=OPERATOR[actor.kind], actor=actor, at=at)


@transaction.atomic
def note_export(*, form: str, shown: str, filters: int, actor: Actor, at: datetime) -> None:
    """An organisation took its cases away; ``form`` is csv or jsonl."""
    require(actor, P.READ)
    if actor.organisation_id is None:
        raise NotFound(kind="organisation", id="—")
    append(
        [
            Draft(
                subject=Subject("organisation", actor.organisation_id),
                event=events.CasesExported(form=form, shown=shown, filters=filters),
                actor=actor,
                occurred_at=at,
            )
        ]
    )


def colleague(actor: Actor, person_id: UUID) -> None:
    """Raises NotFound for a person of another organisation, NotAllowed for oneself."""
    _require_head(actor)
    found = accounts_queries.get_for(actor, person_id)
    if found.organisation_id != actor.organisation_id:
        raise NotFound(kind="person", id=person_id)
    if person_id == actor.id:
        raise NotAllowed(
            "Nobody changes the own account here.",
            permission=str(AccountPermission.PERSON_MANAGE),
            remedy="Ask another administrator of your organisation, or the platform's.",
        )


def _require_head(actor: Actor) -> None:
    if actor.kind not in OPERATOR:
        raise NotFound(kind="organisation", id="—")
    own = Resource(organisation_ids=frozenset({actor.organisation_id} if actor.organisation_id else ()))
    require(actor, AccountPermission.PERSON_MANAGE, own, clause="PCN-1.2")


def _invited(person_id: UUID, actor: Actor, at: datetime) -> Colleague:
    made = accounts.invite(person_id=person_id, actor=actor, at=at)
    reachable = accounts_queries.contact(person_id, [PersonalField.PHONE, PersonalField.EMAIL])
    if reachable:
        notices.queue(
            kind="invitation",
            recipient=person_id,
            subject=Subject(INVITATION, person_id),
            params={"token": made.token, "until_at": made.until_at},
            key=f"invitation:{person_id}:{int(at.timestamp())}",
            actor=actor,
            at=at,
        )
    return Colleague(person_id, made.token, made.until_at, bool(reachable))
