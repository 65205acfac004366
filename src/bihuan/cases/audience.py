"""Who may know of a case, for many people at once: what ``queries.visible`` says, asked without the database.

Live updates ask it for every open stream; a test holds it against ``visible`` for every kind of person.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from bihuan.accounts.permissions import DESK_ROLES, MERCHANT_ROLES, Role
from bihuan.cases.models import Case, Participant
from bihuan.journal.actor import Actor

_FIELDS = (
    "id",
    "is_open",
    "consumer_id",
    "representative_id",
    "owner_id",
    "team_id",
    "merchant_id",
    "partner_id",
)


@dataclass(frozen=True, slots=True)
class Audience:
    """The people, team and organisations of a case as they are now."""

    case_id: UUID
    is_open: bool
    consumer_id: UUID
    representative_id: UUID | None
    owner_id: UUID | None
    team_id: UUID | None
    merchant_id: UUID | None
    partner_id: UUID | None
    participants: frozenset[UUID] = frozenset()


def audiences(case_ids: Collection[UUID]) -> dict[UUID, Audience]:
    """By case, for those that exist; two round trips."""
    if not case_ids:
        return {}
    beside: dict[UUID, set[UUID]] = {}
    present = Participant.objects.filter(case_id__in=case_ids, left_at=None)
    for case_id, person_id in present.values_list("case_id", "person_id"):
        beside.setdefault(case_id, set()).add(person_id)
    found = Case.objects.filter(id__in=case_ids).only(*_FIELDS)
    return {case.id: _audience(case, frozenset(beside.get(case.id, ()))) for case in found}


def _audience(case: Case, participants: frozenset[UUID]) -> Audience:
    return Audience(
        case_id=case.id,
        is_open=case.is_open,
        consumer_id=case.consumer_id,
        representative_id=case.representative_id,
        owner_id=case.owner_id,
        team_id=case.team_id,
        merchant_id=case.merchant_id,
        partner_id=case.partner_id,
        participants=participants,
    )


def sees(actor: Actor, audience: Audience) -> bool:
    """Whether ``queries.visible(actor)`` would hold the case."""
    if actor.has(Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.PROGRAM, Role.SYSTEM):
        return True
    if actor.case_id is not None:
        return actor.case_id == audience.case_id
    if actor.id in (audience.consumer_id, audience.representative_id):
        return True
    return _works_on(actor, audience) or _is_party(actor, audience)


def _works_on(actor: Actor, audience: Audience) -> bool:
    if not actor.has(*DESK_ROLES):
        return False
    if actor.id == audience.owner_id or actor.id in audience.participants:
        return True
    free = audience.owner_id is None and audience.is_open
    same_team = actor.team_id is not None and actor.team_id == audience.team_id
    return actor.has(Role.AGENT) and (free or same_team)


def _is_party(actor: Actor, audience: Audience) -> bool:
    if actor.organisation_id is None or not actor.has(*MERCHANT_ROLES, Role.PARTNER_OPERATOR):
        return False
    return actor.organisation_id in (audience.merchant_id, audience.partner_id)
