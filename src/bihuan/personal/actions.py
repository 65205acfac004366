"""Drafts, and requests of a person about their own data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.personal import events
from bihuan.personal.models import KINDS, Draft, ErasureRequest
from bihuan.personal.permissions import PersonalPermission
from bihuan.personal.queries import place

MOST_BYTES: Final = 64 * 1024
NOT_BEFORE: Final = timedelta(days=1)
"""How long a request to be erased can be taken back in any case."""
Body = Mapping[str, Sequence[str]]


def save_draft(*, kind: str, body: Body, actor: Actor, at: datetime) -> None:
    """Keep what was typed so far, sealed; the last one counts. Raises NotAllowed, Invalid."""
    _require(actor, PersonalPermission.DRAFT)
    if kind not in KINDS:
        raise Invalid(field="kind")
    plain = json.dumps({name: list(values) for name, values in body.items()}, ensure_ascii=False).encode()
    if len(plain) > MOST_BYTES:
        raise Invalid(
            "The draft is too long to be kept.", field="draft", remedy="Send it, or shorten what is written."
        )
    with transaction.atomic():
        sealed = accounts.seal_own(person_id=actor.id, plain=plain, place=place(kind))
        Draft.objects.update_or_create(
            person_id=actor.id, kind=kind, defaults={"sealed": sealed, "saved_at": at}
        )


def discard_draft(*, kind: str, actor: Actor, at: datetime) -> None:
    """Throw a draft away; none is no error."""
    del at
    _require(actor, PersonalPermission.DRAFT)
    Draft.objects.filter(person_id=actor.id, kind=kind).delete()


def sweep_drafts(*, actor: Actor, at: datetime) -> int:
    """Remove drafts that nobody touched for as long as drafts are kept. Returns how many."""
    require(actor, PersonalPermission.SWEEP)
    kept = accounts_queries.kept_for("drafts", at=at)
    return Draft.objects.filter(saved_at__lt=at - kept).delete()[0]


def ask_erasure(*, actor: Actor, at: datetime) -> ErasureRequest:
    """Ask to be erased as soon as nothing holds the data any more. Raises Refusal where it was asked."""
    _require(actor, PersonalPermission.DATA)
    try:
        with transaction.atomic():
            made = ErasureRequest.objects.create(person_id=actor.id, asked_at=at)
            held = sum(one.count for one in accounts.retentions(actor.id, at))
            _say(events.ErasureAsked(held=held), actor, at)
    except IntegrityError:
        raise Refusal(
            "You have asked for that already.",
            code="personal.asked",
            clause="D-06",
            remedy="It stands; you can take it back.",
        ) from None
    return made


@transaction.atomic
def withdraw_erasure(*, actor: Actor, at: datetime) -> None:
    """Take the request back. Raises Refusal where there is none."""
    _require(actor, PersonalPermission.DATA)
    waiting = ErasureRequest.objects.filter(person_id=actor.id, withdrawn_at=None, erased_at=None)
    if waiting.update(withdrawn_at=at) == 0:
        raise Refusal(
            "There is no request to be erased.",
            code="personal.not_asked",
            remedy="Nothing needs to be taken back.",
        )
    _say(events.ErasureWithdrawn(), actor, at)


@transaction.atomic
def note_export(*, form: str, actor: Actor, at: datetime) -> None:
    """Say that the person took their data away; ``form`` is json or page."""
    _require(actor, PersonalPermission.DATA)
    _say(events.DataExported(form=form), actor, at)


def erase_asked(*, actor: Actor, at: datetime) -> int:
    """Erase who asked for it and is held by nothing any more. Returns how many; safe to repeat."""
    require(actor, PersonalPermission.SWEEP)
    waiting = ErasureRequest.objects.filter(
        withdrawn_at=None, erased_at=None, asked_at__lte=at - NOT_BEFORE
    ).values_list("id", flat=True)
    return sum(_erase(request_id, at) for request_id in list(waiting))


def _erase(request_id: UUID, at: datetime) -> int:
    with transaction.atomic():
        row = (
            ErasureRequest.objects.select_for_update()
            .filter(id=request_id, withdrawn_at=None, erased_at=None)
            .first()
        )
        if row is None or accounts.retentions(row.person_id, at):
            return 0
        Draft.objects.filter(person_id=row.person_id).delete()
        accounts.erase_person(person_id=row.person_id, reason="asked", actor=PROGRAM, at=at)
        ErasureRequest.objects.filter(id=row.id).update(erased_at=at)
    return 1


def _require(actor: Actor, permission: PersonalPermission) -> None:
    """One's own only; a session of one case by number and code has no part in it."""
    require(actor, permission, Resource(person_ids=frozenset({actor.id})))


def _say(event: Event, actor: Actor, at: datetime) -> None:
    journal.append(
        [journal.Draft(subject=Subject("person", actor.id), event=event, actor=actor, occurred_at=at)]
    )
