"""People: made, locked, unlocked, leaving; their password, team and language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from bihuan.accounts.actions.reasons import keep_why
from bihuan.accounts.actions.record import code, record
from bihuan.accounts.actions.record import person as subject
from bihuan.accounts.errors import SignInFailed
from bihuan.accounts.events import (
    LanguageSet,
    PasswordChanged,
    PersonCreated,
    PersonLeft,
    PersonLocked,
    PersonMoved,
    PersonUnlocked,
    SecondFactorChanged,
    SignedIn,
)
from bihuan.accounts.models import Organisation, Person, RoleGrant, Team
from bihuan.accounts.models.people import OrganisationKind, OrganisationState, PersonState
from bihuan.accounts.permissions import AccountPermission, Resource, Role, require
from bihuan.accounts.queries.people import in_force, resource
from bihuan.accounts.vault.scan import scan
from bihuan.accounts.vault.store import Values, normals, put
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal.actor import Actor, ActorKind

USERNAME = re.compile(r"[a-z][a-z0-9._\-]{2,31}\Z")
LANGUAGES = ("zh-hans", "en")
NO_PASSWORD = "!"  # noqa: S105 (Django's sign for an account without password)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HOMES: dict[ActorKind, set[OrganisationKind | None]] = {
    ActorKind.STAFF: {OrganisationKind.PLATFORM, None},
    ActorKind.MERCHANT: {OrganisationKind.MERCHANT},
    ActorKind.PARTNER: {OrganisationKind.AGENCY, OrganisationKind.CARRIER, OrganisationKind.AUTHORITY},
    ActorKind.CONSUMER: {None},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """``label`` is a working name without personal data; ``values`` go to the vault."""

    kind: ActorKind
    username: str | None = None
    label: str = ""
    language: str = "zh-hans"
    organisation_id: UUID | None = None
    team_id: UUID | None = None
    values: Values | None = None


@transaction.atomic
def create_person(*, new: NewPerson, actor: Actor, at: datetime) -> Person:
    """A person without password: staff, merchant and partner people are then invited.

    Raises NotAllowed, Invalid, Refusal (user name taken).
    """
    organisations = frozenset({new.organisation_id} if new.organisation_id else ())
    require(actor, AccountPermission.PERSON_MANAGE, Resource(frozenset(), new.team_id, organisations))
    _check(new)
    person_id = uuid4()
    person = Person(
        id=person_id,
        kind=str(new.kind),
        username=new.username,
        label=new.label.strip(),
        pseudonym=pseudonym(person_id),
        language=new.language,
        password=NO_PASSWORD,
        state=PersonState.ACTIVE if new.kind is ActorKind.CONSUMER else PersonState.INVITED,
        organisation_id=new.organisation_id,
        team_id=new.team_id,
        created_at=at,
    )
    _insert(person)
    if new.values:
        put(person_id, normals(new.values), at=at)
    created = PersonCreated(kind=str(new.kind), organisation_id=new.organisation_id, team_id=new.team_id)
    record(subject(person_id), created, actor=actor, at=at)
    return person


@transaction.atomic
def lock(*, person_id: UUID, reason: str, actor: Actor, at: datetime, why: str = "") -> None:
    """Stop a person from signing in and end the sessions; ``reason`` is a code, ``why`` its words."""
    person = _managed(person_id, actor)
    _be(person, PersonState.ACTIVE, PersonState.INVITED)
    refuse_last_administrator(person_id, at=at)
    _become(person, PersonState.LOCKED)
    words = keep_why(why, subject=subject(person_id), actor=actor, at=at)
    record(subject(person_id), PersonLocked(reason=code(reason), reason_id=words), actor=actor, at=at)


@transaction.atomic
def unlock(*, person_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """Let a locked person sign in again (after an invitation where there is no password yet)."""
    person = _managed(person_id, actor)
    _be(person, PersonState.LOCKED)
    has_password = person.has_usable_password() or person.kind == ActorKind.CONSUMER
    _become(person, PersonState.ACTIVE if has_password else PersonState.INVITED)
    words = keep_why(why, subject=subject(person_id), actor=actor, at=at)
    record(subject(person_id), PersonUnlocked(reason_id=words), actor=actor, at=at)


@transaction.atomic
def leave(*, person_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """A person goes for good: sessions end, roles end, the password is destroyed; history stays."""
    person = _managed(person_id, actor)
    _be(person, PersonState.ACTIVE, PersonState.INVITED, PersonState.LOCKED)
    refuse_last_administrator(person_id, at=at)
    RoleGrant.objects.filter(in_force(at), person_id=person_id).update(until_at=at)
    RoleGrant.objects.filter(person_id=person_id, from_at__gt=at).delete()
    _become(person, PersonState.LEFT)
    Person.objects.filter(id=person_id).update(password=NO_PASSWORD)
    words = keep_why(why, subject=subject(person_id), actor=actor, at=at)
    record(subject(person_id), PersonLeft(reason_id=words), actor=actor, at=at)


@transaction.atomic
def move(*, person_id: UUID, team_id: UUID | None, actor: Actor, at: datetime, why: str = "") -> None:
    """Put a person into another team, or into none. Raises NotFound for a team that is not there."""
    person = _managed(person_id, actor)
    if person.kind != ActorKind.STAFF:
        raise Invalid("Only staff belong to a team.", field="team_id")
    if team_id is not None and not Team.objects.filter(id=team_id).exists():
        raise NotFound(kind="team", id=team_id)
    Person.objects.filter(id=person_id).update(team_id=team_id, session_epoch=F("session_epoch") + 1)
    words = keep_why(why, subject=subject(person_id), actor=actor, at=at)
    record(subject(person_id), PersonMoved(team_id=team_id, reason_id=words), actor=actor, at=at)


@transaction.atomic
def change_password(*, old: str, new: str, actor: Actor, at: datetime) -> Person:
    """A person's own password; all sessions end. Raises SignInFailed, Invalid."""
    person = locked_row(actor.id)
    if not person.is_active or not person.check_password(old):
        raise SignInFailed
    set_password(person, new)
    record(subject(person.id), PasswordChanged(), actor=actor, at=at)
    return person


@transaction.atomic
def set_language(*, language: str, actor: Actor, at: datetime) -> None:
    """The language of a person's pages and messages."""
    if language not in LANGUAGES:
        raise Invalid(field="language", remedy="Choose zh-hans or en.")
    if Person.objects.filter(id=actor.id).exclude(language=language).update(language=language):
        record(subject(actor.id), LanguageSet(language=language), actor=actor, at=at)


@transaction.atomic
def note_sign_in(*, via: str, actor: Actor, at: datetime) -> None:
    """Said by the doors when a session was opened; ``via``: password, second_factor, token, code."""
    record(subject(actor.id), SignedIn(via=via), actor=actor, at=at)


@transaction.atomic
def note_second_factor(*, change: str, actor: Actor, at: datetime) -> None:
    """Said by the doors: ``added``, ``removed``, ``codes_made``."""
    record(subject(actor.id), SecondFactorChanged(change=change), actor=actor, at=at)


def pseudonym(person_id: UUID) -> str:
    """Six characters that tell people apart on a page; says nothing about the person."""
    number = person_id.int >> 98
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(25, -1, -5))


def locked_row(person_id: UUID) -> Person:
    """The person's row, locked until the end of the transaction. Raises NotFound."""
    person = Person.objects.select_for_update(of=("self",)).filter(id=person_id).first()
    if person is None:
        raise NotFound(kind="person", id=person_id)
    return person


def set_password(person: Person, password: str) -> None:
    """Raises Invalid with what the password lacks."""
    try:
        validate_password(password, user=person)
    except ValidationError as error:
        raise Invalid(
            "The password is not good enough: {why}",
            code="password",
            field="password",
            why=" ".join(error.messages),
        ) from error
    person.password = make_password(password)
    person.session_epoch += 1
    person.save(update_fields=["password", "session_epoch"])


def refuse_last_administrator(person_id: UUID, *, at: datetime) -> None:
    """Somebody must be able to administer. Locks the grants, so that two leaving at once are seen."""
    grants = RoleGrant.objects.select_for_update().filter(in_force(at), role=Role.ADMINISTRATOR)
    holders = {grant.person_id for grant in grants}
    active = Person.objects.filter(id__in=holders, state=PersonState.ACTIVE)
    if person_id in holders and not active.exclude(id=person_id).exists():
        raise Refusal(
            "This is the last administrator.",
            code="accounts.last_administrator",
            remedy="Make another active person administrator first.",
        )


def _managed(person_id: UUID, actor: Actor) -> Person:
    person = locked_row(person_id)
    require(actor, AccountPermission.PERSON_MANAGE, resource(person))
    return person


def _be(person: Person, *states: PersonState) -> None:
    if person.state not in states:
        raise Refusal(
            "The account is {state}.",
            code="accounts.state",
            state=str(person.state),
            remedy="This needs an account that is {states}.",
            states=", ".join(states),
        )


def _become(person: Person, state: PersonState) -> None:
    person.state = state
    Person.objects.filter(id=person.id).update(state=state, session_epoch=F("session_epoch") + 1)


def _check(new: NewPerson) -> None:
    if new.kind not in _HOMES:
        raise Invalid("{kind} is not a kind of person.", field="kind", kind=str(new.kind))
    if new.language not in LANGUAGES:
        raise Invalid(field="language", remedy="Choose zh-hans or en.")
    _check_names(new)
    kind = None
    if new.organisation_id is not None:
        found = Organisation.objects.filter(id=new.organisation_id, state=OrganisationState.ACTIVE).first()
        if found is None:
            raise NotFound(kind="organisation", id=new.organisation_id)
        kind = OrganisationKind(found.kind)
    if kind not in _HOMES[new.kind]:
        raise Invalid(
            "A person of kind {kind} does not belong to an organisation of kind {home}.",
            field="organisation_id",
            kind=str(new.kind),
            home=str(kind),
            remedy="Choose an organisation of the right kind.",
        )
    if new.team_id is not None and new.kind is not ActorKind.STAFF:
        raise Invalid("Only staff belong to a team.", field="team_id")


def _check_names(new: NewPerson) -> None:
    if new.kind is ActorKind.CONSUMER:
        if new.username is not None:
            raise Invalid("Consumers have no user name.", field="username")
    elif new.username is None or not USERNAME.match(new.username):
        raise Invalid(
            "The user name is not valid.",
            field="username",
            remedy="Use 3 to 32 characters: small letters, digits, . _ - with a letter first.",
        )
    check_label(new.label)


def check_label(label: str) -> None:
    """Raises Invalid for a working name that is too long or holds personal data."""
    if len(label) > 40 or scan(label).findings or not (label.isprintable() or not label):
        raise Invalid(
            "The working name is too long or holds personal data.",
            field="label",
            remedy="Use up to 40 characters without numbers of telephones or the like.",
        )


def _insert(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        if "username" not in str(error):
            raise
        raise Refusal(
            "The user name {username} is taken.",
            code="accounts.username",
            username=person.username,
            remedy="Choose another user name.",
        ) from error
