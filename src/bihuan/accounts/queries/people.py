"""Reading people, organisations, teams, roles and keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from bihuan.accounts.models import ApiKey, Organisation, Person, Representation, RoleGrant, Team, TokenIssuer
from bihuan.accounts.models.people import OrganisationKind, PersonState
from bihuan.accounts.permissions import AccountPermission, Resource, Role, allows, require
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind

PAGE = 100


def get_for(actor: Actor, person_id: UUID) -> Person:
    """A person that the actor may read. Raises NotFound, also where the actor may not know."""
    person = Person.objects.select_related("organisation", "team").filter(id=person_id).first()
    if person is None or not may_read(actor, person):
        raise NotFound(kind="person", id=person_id)
    return person


def may_read(actor: Actor, person: Person) -> bool:
    return actor.id == person.id or allows(actor, AccountPermission.PERSON_READ, resource(person))


def resource(person: Person) -> Resource:
    """The person as the thing a permission is asked for."""
    organisations = frozenset({person.organisation_id} if person.organisation_id else ())
    return Resource(frozenset({person.id}), person.team_id, organisations)


def person_by_id(person_id: UUID) -> Person:
    """A person without a check, for code that has its own. Raises NotFound."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise NotFound(kind="person", id=person_id)
    return person


def labels(person_ids: Iterable[UUID], language: str = "zh-hans") -> dict[UUID, str]:
    """What people are called on pages: working name or pseudonym; never their real name."""
    found = Person.objects.filter(id__in=list(person_ids)).only("id", "kind", "label", "pseudonym")
    return {person.id: person.display(language) for person in found}


def languages(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """In which language each is written to."""
    return dict(Person.objects.filter(id__in=list(person_ids)).values_list("id", "language"))


def actor_for(person: Person, *, at: datetime, case_id: UUID | None = None) -> Actor:
    """The person as an actor, with the roles in force at ``at``; one round trip, none for a consumer."""
    kind = ActorKind(person.kind)
    roles = {str(Role.CONSUMER)} if kind is ActorKind.CONSUMER else roles_of([person.id], at=at)[person.id]
    return Actor(
        id=person.id,
        kind=kind,
        roles=frozenset(roles) if person.is_active else frozenset(),
        organisation_id=None if kind is ActorKind.STAFF else person.organisation_id,
        team_id=person.team_id,
        case_id=case_id,
    )


def actor_by_id(person_id: UUID, *, at: datetime) -> Actor:
    """The same from an id, for jobs that act in somebody's name. Raises NotFound."""
    return actor_for(person_by_id(person_id), at=at)


def roles_of(person_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, set[str]]:
    """Granted roles in force at ``at``, by person."""
    wanted = list(person_ids)
    found: dict[UUID, set[str]] = {person_id: set() for person_id in wanted}
    for grant in RoleGrant.objects.filter(in_force(at), person_id__in=wanted):
        found[grant.person_id].add(grant.role)
    return found


def in_force(at: datetime) -> Q:
    """Periods (from inclusive, until exclusive) that hold at ``at``."""
    return Q(from_at__lte=at) & (Q(until_at__isnull=True) | Q(until_at__gt=at))


def people_with_role(role: Role, *, at: datetime, team_id: UUID | None = None) -> list[UUID]:
    """Active people who have the role, in one team or in all."""
    holders = RoleGrant.objects.filter(in_force(at), role=role).values("person_id")
    found = Person.objects.filter(state=PersonState.ACTIVE, id__in=holders).order_by("created_at")
    if team_id is not None:
        found = found.filter(team_id=team_id)
    return list(found.values_list("id", flat=True))


def staff(*, at: datetime) -> list[Actor]:
    """Active people of the platform with the roles in force at ``at``; two round trips."""
    found = list(Person.objects.filter(state=PersonState.ACTIVE, kind=ActorKind.STAFF).order_by("created_at"))
    roles = roles_of([person.id for person in found], at=at)
    return [
        Actor(id=p.id, kind=ActorKind.STAFF, roles=frozenset(roles[p.id]), team_id=p.team_id) for p in found
    ]


def members_of(organisation_id: UUID) -> list[UUID]:
    """Active people of a merchant, agency or carrier: whom a message to the organisation reaches."""
    found = Person.objects.filter(state=PersonState.ACTIVE, organisation_id=organisation_id)
    return list(found.order_by("created_at").values_list("id", flat=True))


def people_for(
    actor: Actor, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[Person]:
    """Staff, merchant and partner people by time of creation; page on with the last one's key."""
    require(actor, AccountPermission.PERSON_READ)
    found = Person.objects.exclude(kind="consumer").select_related("organisation", "team")
    if not allows(actor, AccountPermission.PERSON_READ, Resource()):
        if actor.organisation_id is None:
            return []
        found = found.filter(organisation_id=actor.organisation_id)
    if after is not None:
        found = found.filter(Q(created_at__gt=after[0]) | Q(created_at=after[0], id__gt=after[1]))
    return list(found.order_by("created_at", "id")[:limit])


def organisation_for(actor: Actor, organisation_id: UUID) -> Organisation:
    """Raises NotFound, also where the actor may not know."""
    found = Organisation.objects.filter(id=organisation_id).first()
    on = Resource(organisation_ids=frozenset({organisation_id}))
    if found is None or not allows(actor, AccountPermission.ORGANISATION_READ, on):
        raise NotFound(kind="organisation", id=organisation_id)
    return found


def organisations(
    kind: OrganisationKind, *, after: tuple[str, UUID] | None = None, limit: int = PAGE
) -> list[Organisation]:
    """Organisations of one kind in the order of pinyin; page on with the last one's (name_key, id)."""
    found = Organisation.objects.filter(kind=kind)
    if after is not None:
        found = found.filter(Q(name_key__gt=after[0]) | Q(name_key=after[0], id__gt=after[1]))
    return list(found.order_by("name_key", "id")[:limit])


def organisations_by_reference(kind: OrganisationKind, references: Iterable[str]) -> dict[str, UUID]:
    """Which of these outside references are known, and under which id."""
    found = Organisation.objects.filter(kind=kind, reference__in=list(references))
    return {str(reference): pk for reference, pk in found.values_list("reference", "id")}


def only_carrier(references: Iterable[str]) -> UUID | None:
    """The organisation of the one carrier that all of these references name; None where they name several,
    or one that is no organisation here. A carrier's reference is what the marketplace calls it."""
    named = set(references)
    known = organisations_by_reference(OrganisationKind.CARRIER, named) if len(named) == 1 else {}
    return next(iter(known.values()), None)


def organisation_names(organisation_ids: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Organisation.objects.filter(id__in=list(organisation_ids)).values_list("id", "name"))


def teams() -> list[Team]:
    return list(Team.objects.order_by("name_key", "id"))


def representatives(consumer_id: UUID, *, at: datetime, case_id: UUID | None = None) -> list[UUID]:
    """Who may act for the consumer, in this case or in all."""
    found = Representation.objects.filter(in_force(at), consumer_id=consumer_id)
    return list(
        found.filter(Q(case_id=case_id) | Q(case_id=None)).values_list("representative_id", flat=True)
    )


def represented_by(representative_id: UUID, *, at: datetime) -> list[Representation]:
    """For whom a person may act now."""
    return list(Representation.objects.filter(in_force(at), representative_id=representative_id))


def keys_for(actor: Actor) -> list[ApiKey]:
    """API keys without their secrets, the newest first."""
    require(actor, AccountPermission.KEY_READ)
    return list(ApiKey.objects.select_related("organisation").order_by("-created_at"))


def issuers_for(actor: Actor) -> list[TokenIssuer]:
    """Registered signers of entry tokens; the keys are left out."""
    require(actor, AccountPermission.KEY_READ)
    return list(TokenIssuer.objects.defer("key").order_by("name"))
