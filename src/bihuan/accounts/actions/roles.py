"""Giving and taking roles. Nobody changes the own ones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from bihuan.accounts.actions.people import locked_row, refuse_last_administrator
from bihuan.accounts.actions.reasons import keep_why
from bihuan.accounts.actions.record import person as subject
from bihuan.accounts.actions.record import record
from bihuan.accounts.events import RoleGranted, RoleRevoked
from bihuan.accounts.models import Person, RoleGrant
from bihuan.accounts.models.people import PersonState
from bihuan.accounts.permissions import (
    DESK_ROLES,
    MERCHANT_ROLES,
    OPERATORS,
    AccountPermission,
    Role,
    require,
)
from bihuan.accounts.queries.people import in_force, resource
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.journal.actor import Actor, ActorKind

GRANTABLE: dict[ActorKind, frozenset[Role]] = {
    ActorKind.STAFF: frozenset({*DESK_ROLES, Role.AUDITOR, Role.ADMINISTRATOR}),
    ActorKind.MERCHANT: MERCHANT_ROLES,
    ActorKind.PARTNER: frozenset({Role.PARTNER_OPERATOR, Role.PARTNER_ADMIN, Role.COUNSEL, Role.AUDITOR}),
    ActorKind.CONSUMER: frozenset(),
}
"""Consumers have their role by their kind; programs have theirs by their key."""


@transaction.atomic
def grant_role(
    *,
    person_id: UUID,
    role: Role,
    actor: Actor,
    at: datetime,
    until_at: datetime | None = None,
    from_at: datetime | None = None,
    why: str = "",
) -> None:
    """Give a role from now on, or from a later instant; the sessions end, so that it is seen at once.

    An administrator may give any; one of a merchant or partner only the operator's, in the own organisation.
    """
    person = _changeable(person_id, role, actor)
    if role not in GRANTABLE[ActorKind(person.kind)]:
        raise Invalid(
            "A person of kind {kind} cannot have the role {role}.",
            field="role",
            kind=person.kind,
            role=str(role),
        )
    start = max(from_at or at, at)
    if until_at is not None and until_at <= start:
        raise Invalid("The role would end before it begins.", field="until_at")
    _refuse_unfit(person, role, at)
    RoleGrant.objects.create(person=person, role=role, from_at=start, until_at=until_at, granted_by=actor.id)
    _end_sessions(person_id)
    words = keep_why(why, subject=subject(person_id), actor=actor, at=at)
    later = start if start > at else None
    said = RoleGranted(role=str(role), until_at=until_at, from_at=later, reason_id=words)
    record(subject(person_id), said, actor=actor, at=at)


@transaction.atomic
def revoke_role(*, person_id: UUID, role: Role, actor: Actor, at: datetime, why: str = "") -> None:
    """Take a role away now, or one that would only begin later; sessions end."""
    _changeable(person_id, role, actor)
    if role is Role.ADMINISTRATOR:
        refuse_last_administrator(person_id, at=at)
    grants = RoleGrant.objects.filter(person_id=person_id, role=role)
    ended = grants.filter(in_force(at)).update(until_at=at)
    if not ended + grants.filter(from_at__gt=at).delete()[0]:
        raise Refusal("The person does not have the role {role}.", code="accounts.role", role=str(role))
    _end_sessions(person_id)
    words = keep_why(why, subject=subject(person_id), actor=actor, at=at)
    record(subject(person_id), RoleRevoked(role=str(role), reason_id=words), actor=actor, at=at)


def _changeable(person_id: UUID, role: Role, actor: Actor) -> Person:
    person = locked_row(person_id)
    require(actor, AccountPermission.ROLE_GRANT, resource(person))
    if actor.id == person_id:
        raise NotAllowed(
            "Nobody changes the own roles.",
            permission=str(AccountPermission.ROLE_GRANT),
            remedy="Ask another administrator.",
        )
    if not actor.has(Role.ADMINISTRATOR, Role.PROGRAM) and role not in OPERATORS:
        raise NotAllowed(
            permission=str(AccountPermission.ROLE_GRANT), remedy="Ask the platform's administrator."
        )
    return person


def _refuse_unfit(person: Person, role: Role, at: datetime) -> None:
    if person.state in (PersonState.LEFT, PersonState.ERASED):
        raise Refusal("The account is {state}.", code="accounts.state", state=person.state)
    # a role that begins later counts, too: it must not meet another one then
    lasting = RoleGrant.objects.filter(in_force(at) | Q(from_at__gt=at), person=person)
    held = set(lasting.values_list("role", flat=True))
    if role in held:
        raise Refusal("The person has the role {role} already.", code="accounts.role", role=str(role))
    if held and (role is Role.AUDITOR or Role.AUDITOR in held):
        raise Refusal(
            "An auditor has no other role.",
            code="accounts.auditor",
            remedy="Revoke the other roles first, or use an account of its own.",
        )


def _end_sessions(person_id: UUID) -> None:
    Person.objects.filter(id=person_id).update(session_epoch=F("session_epoch") + 1)
