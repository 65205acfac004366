"""What the administrator's room reads: people by search, their roles over time, who cannot get in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Q, QuerySet

from bihuan.accounts.models import ApiKey, BlindIndex, Invitation, Organisation, Person, RoleGrant
from bihuan.accounts.models.people import OrganisationKind, PersonState
from bihuan.accounts.permissions import AccountPermission, Resource, allows, require
from bihuan.accounts.queries.people import PAGE, in_force, resource
from bihuan.accounts.vault.fields import PersonalField, normal, whole
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor, ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWanted:
    """What a search asks for; empty fields ask for nothing."""

    text: str = ""
    kind: str = ""
    role: str = ""
    state: str = ""
    department: str = ""
    team_id: UUID | None = None
    organisation_id: UUID | None = None


def search_people(
    actor: Actor,
    wanted: PeopleWanted,
    *,
    at: datetime,
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Person]:
    """Staff, merchant and partner people, the newest first; page on with the last one's (created_at, id)."""
    require(actor, AccountPermission.PERSON_READ)
    found = _matching(wanted, at).select_related("organisation", "team")
    if not allows(actor, AccountPermission.PERSON_READ, Resource()):
        found = found.filter(organisation_id__in=[actor.organisation_id] if actor.organisation_id else [])
    if after is not None:
        found = found.filter(Q(created_at__lt=after[0]) | Q(created_at=after[0], id__lt=after[1]))
    return list(found.order_by("-created_at", "-id")[:limit])


def _matching(wanted: PeopleWanted, at: datetime) -> QuerySet[Person]:
    found = Person.objects.exclude(kind="consumer")
    fields = {
        "kind": wanted.kind,
        "state": wanted.state,
        "team__department": wanted.department,
        "team_id": wanted.team_id,
        "organisation_id": wanted.organisation_id,
    }
    found = found.filter(**{name: value for name, value in fields.items() if value})
    if wanted.text:
        found = found.filter(Q(username__icontains=wanted.text) | Q(label__icontains=wanted.text))
    if wanted.role:
        found = found.filter(
            id__in=RoleGrant.objects.filter(in_force(at), role=wanted.role).values("person_id")
        )
    return found


def grants_of(actor: Actor, person_id: UUID) -> list[RoleGrant]:
    """Every role that a person had, has or will have; the latest first."""
    _readable(actor, person_id)
    return list(RoleGrant.objects.filter(person_id=person_id).order_by("-from_at", "role"))


def factors_of(person_ids: Iterable[UUID]) -> set[UUID]:
    """Who has an authenticator app set up."""
    found = Authenticator.objects.filter(user_id__in=list(person_ids), type=Authenticator.Type.TOTP)
    return set(found.values_list("user_id", flat=True))


def locked_out(usernames: Iterable[str], *, at: datetime) -> set[str]:
    """User names to which a door is closed now, after wrong passwords."""
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts = AccessAttempt.objects.filter(
        username__in=list(usernames),
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=since,
    )
    return {str(name) for name in attempts.values_list("username", flat=True)}


def open_invitation(person_id: UUID, *, at: datetime) -> Invitation | None:
    """The link that waits for the person, without its token."""
    found = Invitation.objects.filter(person_id=person_id, used_at=None, until_at__gt=at)
    return found.order_by("-created_at").first()


def second_factor_standing(roles: Collection[str], *, at: datetime) -> tuple[int, list[UUID]]:
    """Of active people with one of these roles: how many there are, and who has no second factor."""
    holders = RoleGrant.objects.filter(in_force(at), role__in=list(roles)).values("person_id")
    active = list(
        Person.objects.filter(id__in=holders, state=PersonState.ACTIVE)
        .order_by("created_at")
        .values_list("id", flat=True)
    )
    have = factors_of(active)
    return len(active), [person_id for person_id in active if person_id not in have]


def search_organisations(
    actor: Actor,
    *,
    text: str = "",
    kind: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int = PAGE,
) -> list[Organisation]:
    """Merchants, carriers, agencies and authorities in the order of pinyin, each with ``people`` counted."""
    require(actor, AccountPermission.ORGANISATION_READ)
    found = Organisation.objects.exclude(kind=OrganisationKind.PLATFORM)
    if not allows(actor, AccountPermission.ORGANISATION_READ, Resource()):
        found = found.filter(id__in=[actor.organisation_id] if actor.organisation_id else [])
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(reference=text))
    if after is not None:
        found = found.filter(Q(name_key__gt=after[0]) | Q(name_key=after[0], id__gt=after[1]))
    counted = Count("person", filter=Q(person__state__in=(PersonState.ACTIVE, PersonState.INVITED)))
    return list(found.annotate(people=counted).order_by("name_key", "id")[:limit])


def key_for(actor: Actor, key_id: UUID) -> ApiKey:
    """One key without its secret. Raises NotFound."""
    require(actor, AccountPermission.KEY_READ)
    found = ApiKey.objects.select_related("organisation").filter(id=key_id).first()
    if found is None:
        raise NotFound(kind="key", id=key_id)
    return found


def members_by_team() -> dict[UUID, int]:
    """How many active people each team has."""
    found = Person.objects.filter(state=PersonState.ACTIVE, team__isnull=False).values("team_id")
    return {row["team_id"]: row["n"] for row in found.annotate(n=Count("id"))}


def staff_by_mail(mail: str) -> Person | None:
    """The one active member of staff with this mail address; None for nobody or for several."""
    try:
        address = normal(PersonalField.EMAIL, mail)
    except Invalid:
        return None
    digest = whole(PersonalField.EMAIL, address.lower())
    owners = BlindIndex.objects.filter(digest=digest, field=PersonalField.EMAIL).values("person_id")
    found = Person.objects.filter(
        id__in=owners, kind=ActorKind.STAFF, state=PersonState.ACTIVE, restricted_at__isnull=True
    )
    people = list(found[:2])
    return people[0] if len(people) == 1 else None


def _readable(actor: Actor, person_id: UUID) -> None:
    person = Person.objects.filter(id=person_id).first()
    if person is None or not allows(actor, AccountPermission.PERSON_READ, resource(person)):
        raise NotFound(kind="person", id=person_id)
