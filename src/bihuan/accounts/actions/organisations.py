"""Organisations and teams."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from bihuan.accounts.actions.reasons import keep_why
from bihuan.accounts.actions.record import record
from bihuan.accounts.events import OrganisationClosed, OrganisationCreated, OrganisationReopened, TeamCreated
from bihuan.accounts.models import Organisation, Team
from bihuan.accounts.models.people import Department, OrganisationKind, OrganisationState
from bihuan.accounts.permissions import AccountPermission, require
from bihuan.accounts.pinyin import sort_key
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject


@transaction.atomic
def create_organisation(
    *, kind: OrganisationKind, name: str, actor: Actor, at: datetime, reference: str | None = None
) -> Organisation:
    """``reference`` is how others call it, such as the marketplace's merchant number; unique in its kind."""
    require(actor, AccountPermission.ORGANISATION_MANAGE)
    clean = _name(name, 120)
    if reference is not None and not 1 <= len(reference.strip()) <= 80:
        raise Invalid("The reference has 1 to 80 characters.", field="reference")
    made = Organisation(
        kind=kind,
        name=clean,
        name_key=sort_key(clean)[:400],
        created_at=at,
        reference=reference.strip() if reference else None,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "There is an organisation of kind {kind} with the reference {reference} already.",
            code="accounts.organisation",
            kind=str(kind),
            reference=str(reference),
            remedy="Use that one, or another reference.",
        ) from error
    record(Subject("organisation", made.id), OrganisationCreated(kind=str(kind)), actor=actor, at=at)
    return made


@transaction.atomic
def close_organisation(*, organisation_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """No new people, no new keys; what exists stays until it is locked."""
    require(actor, AccountPermission.ORGANISATION_MANAGE)
    active = Organisation.objects.filter(id=organisation_id, state=OrganisationState.ACTIVE)
    if not active.update(state=OrganisationState.CLOSED):
        raise Refusal("The organisation is not active.", code="accounts.state")
    subject = Subject("organisation", organisation_id)
    words = keep_why(why, subject=subject, actor=actor, at=at)
    record(subject, OrganisationClosed(reason_id=words), actor=actor, at=at)


@transaction.atomic
def reopen_organisation(*, organisation_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """A closed organisation is active again; its people and keys as they were left."""
    require(actor, AccountPermission.ORGANISATION_MANAGE)
    closed = Organisation.objects.filter(id=organisation_id, state=OrganisationState.CLOSED)
    if not closed.update(state=OrganisationState.ACTIVE):
        raise Refusal("The organisation is not closed.", code="accounts.state")
    subject = Subject("organisation", organisation_id)
    words = keep_why(why, subject=subject, actor=actor, at=at)
    record(subject, OrganisationReopened(reason_id=words), actor=actor, at=at)


@transaction.atomic
def create_team(*, department: Department, name: str, actor: Actor, at: datetime) -> Team:
    """Team names are unique."""
    require(actor, AccountPermission.ORGANISATION_MANAGE)
    clean = _name(name, 60)
    made = Team(department=department, name=clean, name_key=sort_key(clean)[:200], created_at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "There is a team named {name} already.",
            code="accounts.team",
            name=clean,
            remedy="Choose another name.",
        ) from error
    record(Subject("team", made.id), TeamCreated(department=str(department)), actor=actor, at=at)
    return made


def _name(name: str, most: int) -> str:
    clean = name.strip()
    if not clean or len(clean) > most or not clean.isprintable():
        raise Invalid("The name has 1 to {most} printable characters.", field="name", most=most)
    return clean
