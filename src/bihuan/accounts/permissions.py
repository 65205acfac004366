"""Roles, scopes and the one check that every action makes.

A module declares its table once, when it is imported::

    class CasePermission(StrEnum):
        READ = "case:read"

    declare({CasePermission.READ: {Role.AGENT: Scope.OWN, Role.SUPERVISOR: Scope.ALL}})

and an action calls ``require(actor, CasePermission.READ, on)``. An undeclared permission is an
error when the program starts to use it, not a silent yes or no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import Actor


class Role(StrEnum):
    """What a person does here. A person may have several roles."""

    CONSUMER = "consumer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OFFICER_SERVICE = "officer_service"
    OFFICER_TECHNICAL = "officer_technical"
    OFFICER_LEGAL = "officer_legal"
    OFFICER_PRODUCT = "officer_product"
    OFFICER_MARKETING = "officer_marketing"
    MERCHANT_OPERATOR = "merchant_operator"
    MERCHANT_ADMIN = "merchant_admin"
    PARTNER_OPERATOR = "partner_operator"
    PARTNER_ADMIN = "partner_admin"
    """Manages the people of a carrier or an agency; works on cases by the operator's role beside it."""
    COUNSEL = "counsel"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PROGRAM = "program"
    SYSTEM = "system"


OFFICERS = frozenset(r for r in Role if r.startswith("officer_"))
MERCHANT_ROLES = frozenset({Role.MERCHANT_OPERATOR, Role.MERCHANT_ADMIN})
OPERATORS = frozenset({Role.MERCHANT_OPERATOR, Role.PARTNER_OPERATOR})
"""What administrators of organisations outside may give to their own people."""
DESK_ROLES = frozenset({Role.AGENT, Role.SUPERVISOR, Role.COUNSEL, Role.MANAGER, *OFFICERS})


class Scope(StrEnum):
    """How far a permission reaches, from narrow to wide."""

    OWN = "own"
    """The consumer's own case, or a case or task assigned to the person."""
    TEAM = "team"
    ORGANISATION = "organisation"
    """Cases in which the person's organisation is a party."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Resource:
    """What the permission is asked for: the people, team and organisations that a thing belongs to."""

    person_ids: frozenset[UUID] = frozenset()
    team_id: UUID | None = None
    organisation_ids: frozenset[UUID] = frozenset()
    case_id: UUID | None = None


Table = Mapping[StrEnum, Mapping[Role, Scope]]
_DECLARED: dict[str, Mapping[Role, Scope]] = {}


def declare(table: Table) -> None:
    """Add a module's table. Declaring a permission twice with another meaning is an error."""
    for permission, roles in table.items():
        known = _DECLARED.get(str(permission))
        if known is not None and dict(known) != dict(roles):
            raise RuntimeError(f"permission {permission} is declared twice")
        _DECLARED[str(permission)] = roles


def declared() -> Mapping[str, Mapping[Role, Scope]]:
    """The whole matrix, for the test that compares it with the committed one and for the admin's page."""
    return dict(_DECLARED)


def allows(actor: Actor, permission: str, on: Resource | None = None) -> bool:
    """Whether one of the actor's roles gives this permission on this thing.

    ``on=None`` asks whether the actor has the permission at all. The program itself may do what
    its row says, or everything where no row of the permission names it.
    """
    roles = _DECLARED[str(permission)]
    if actor.has(Role.PROGRAM):
        return True
    scopes = [roles[role] for role in map(Role, actor.roles) if role in roles]
    return any(_covers(scope, actor, on) for scope in scopes)


def require(actor: Actor, permission: str, on: Resource | None = None, *, clause: str | None = None) -> None:
    """Raise NotAllowed unless ``allows``; the clause is the rule the permission rests on."""
    if not allows(actor, permission, on):
        raise NotAllowed(
            permission=str(permission),
            clause=clause,
            remedy="Ask a person whose role covers it, or the administrator to change yours.",
        )


def _covers(scope: Scope, actor: Actor, on: Resource | None) -> bool:
    if on is None or scope is Scope.ALL:
        return True
    if scope is Scope.OWN:
        if actor.case_id is not None:
            return actor.case_id == on.case_id
        return actor.id in on.person_ids
    if scope is Scope.TEAM:
        return actor.id in on.person_ids or (actor.team_id is not None and actor.team_id == on.team_id)
    return actor.organisation_id is not None and actor.organisation_id in on.organisation_ids


class AccountPermission(StrEnum):
    """What may be done to people, organisations, keys and personal data."""

    PERSON_READ = "person:read"
    PERSON_MANAGE = "person:manage"
    PERSON_ERASE = "person:erase"
    ROLE_GRANT = "role:grant"
    CONSUMER_ENSURE = "consumer:ensure"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_MANAGE = "organisation:manage"
    KEY_READ = "key:read"
    KEY_MANAGE = "key:manage"
    VAULT_STORE = "vault:store"
    VAULT_FIND = "vault:find"
    VAULT_REVEAL = "vault:reveal"
    TEXT_REDACT = "text:redact"
    POLICY_READ = "policy:read"
    """See who needs a second factor and how long what is kept."""
    POLICY_SET = "policy:set"


_DESK_OWN = {role: Scope.OWN for role in DESK_ROLES}
_DESK_ALL = {role: Scope.ALL for role in DESK_ROLES}

declare(
    {
        AccountPermission.PERSON_READ: {
            Role.ADMINISTRATOR: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
            Role.MANAGER: Scope.ALL,
            Role.SUPERVISOR: Scope.ALL,
            Role.AGENT: Scope.ALL,
            Role.MERCHANT_ADMIN: Scope.ORGANISATION,
            Role.PARTNER_ADMIN: Scope.ORGANISATION,
        },
        AccountPermission.PERSON_MANAGE: {
            Role.ADMINISTRATOR: Scope.ALL,
            Role.MERCHANT_ADMIN: Scope.ORGANISATION,
            Role.PARTNER_ADMIN: Scope.ORGANISATION,
        },
        AccountPermission.PERSON_ERASE: {Role.ADMINISTRATOR: Scope.ALL},
        AccountPermission.ROLE_GRANT: {
            Role.ADMINISTRATOR: Scope.ALL,
            Role.MERCHANT_ADMIN: Scope.ORGANISATION,
            Role.PARTNER_ADMIN: Scope.ORGANISATION,
        },
        AccountPermission.CONSUMER_ENSURE: {
            **_DESK_ALL,
            Role.CONSUMER: Scope.OWN,
            Role.SYSTEM: Scope.ALL,
        },
        AccountPermission.ORGANISATION_READ: {
            **_DESK_ALL,
            Role.ADMINISTRATOR: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
            Role.SYSTEM: Scope.ALL,
            Role.MERCHANT_ADMIN: Scope.ORGANISATION,
            Role.MERCHANT_OPERATOR: Scope.ORGANISATION,
            Role.PARTNER_OPERATOR: Scope.ORGANISATION,
            Role.PARTNER_ADMIN: Scope.ORGANISATION,
        },
        AccountPermission.ORGANISATION_MANAGE: {Role.ADMINISTRATOR: Scope.ALL, Role.SYSTEM: Scope.ALL},
        AccountPermission.KEY_READ: {Role.ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL},
        AccountPermission.KEY_MANAGE: {Role.ADMINISTRATOR: Scope.ALL},
        AccountPermission.VAULT_STORE: {**_DESK_ALL, Role.CONSUMER: Scope.OWN, Role.SYSTEM: Scope.ALL},
        AccountPermission.VAULT_FIND: {
            Role.AGENT: Scope.ALL,
            Role.SUPERVISOR: Scope.ALL,
            Role.OFFICER_SERVICE: Scope.ALL,
        },
        AccountPermission.VAULT_REVEAL: {
            **_DESK_OWN,
            Role.SUPERVISOR: Scope.ALL,
            Role.CONSUMER: Scope.OWN,
        },
        AccountPermission.TEXT_REDACT: {
            **_DESK_OWN,
            Role.SUPERVISOR: Scope.ALL,
            Role.COUNSEL: Scope.ALL,
            Role.ADMINISTRATOR: Scope.ALL,
        },
        AccountPermission.POLICY_READ: {Role.ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL},
        AccountPermission.POLICY_SET: {Role.ADMINISTRATOR: Scope.ALL},
    }
)
