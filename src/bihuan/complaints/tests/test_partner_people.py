"""A carrier's own administrator manages its people as a merchant's does, and reaches nobody else."""

from __future__ import annotations

from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewPerson
from bihuan.accounts.models import Person
from bihuan.accounts.models.people import OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.complaints import stage
from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import PROGRAM, Actor, ActorKind

from .conftest import AT
from .test_pages_consumer import signed_in


def someone(organisation_id: UUID, name: str, *roles: Role) -> Actor:
    new = NewPerson(kind=ActorKind.PARTNER, username=name, organisation_id=organisation_id)
    made = accounts.create_person(new=new, actor=PROGRAM, at=AT)
    Person.objects.filter(id=made.id).update(state="active")
    for role in roles:
        accounts.grant_role(person_id=made.id, role=role, actor=PROGRAM, at=AT)
    return accounts_queries.actor_by_id(made.id, at=AT)


def carrier(name: str) -> UUID:
    made = accounts.create_organisation(
        kind=OrganisationKind.CARRIER, name=name, reference=name, actor=PROGRAM, at=AT
    )
    return made.id


@pytest.fixture
def boss(played: stage.Stage) -> Actor:
    return someone(carrier("快运甲"), "boss1", Role.PARTNER_ADMIN, Role.PARTNER_OPERATOR)


def test_a_carrier_invites_an_operator_of_its_own(boss: Actor) -> None:
    form = {"username": "driver2", "label": "快运 客服", "phone": "", "email": ""}
    page = signed_in(boss).post("/partner/people", form).content.decode()
    made = Person.objects.get(username="driver2")
    assert (made.kind, made.organisation_id) == ("partner", boss.organisation_id)
    assert accounts_queries.roles_of([made.id], at=AT)[made.id] == {"partner_operator"}
    assert "/account/invitation/" in page


def test_it_takes_and_gives_the_operators_role_and_the_door(boss: Actor) -> None:
    clerk, client = (
        someone(boss.organisation_id or carrier("-"), "clerk1", Role.PARTNER_OPERATOR),
        signed_in(boss),
    )
    client.post(f"/partner/people/{clerk.id}/no-operator")
    assert accounts_queries.roles_of([clerk.id], at=AT)[clerk.id] == set()
    client.post(f"/partner/people/{clerk.id}/operator")
    client.post(f"/partner/people/{clerk.id}/deactivate")
    assert Person.objects.get(id=clerk.id).state == "locked"
    client.post(f"/partner/people/{clerk.id}/reactivate")
    assert Person.objects.get(id=clerk.id).state == "invited"  # no password was ever chosen


def test_it_reaches_nobody_else_and_gives_no_other_role(boss: Actor) -> None:
    stranger = someone(carrier("快运乙"), "stranger1", Role.PARTNER_OPERATOR)
    own = someone(boss.organisation_id or carrier("-"), "clerk1", Role.PARTNER_OPERATOR)
    for name in ("deactivate", "invite", "operator", "no-operator"):
        assert signed_in(boss).post(f"/partner/people/{stranger.id}/{name}").status_code == 404
    assert signed_in(own).get("/partner/people").status_code == 403
    with pytest.raises(NotAllowed):
        accounts.grant_role(person_id=own.id, role=Role.PARTNER_ADMIN, actor=boss, at=AT)
    assert Person.objects.get(id=stranger.id).is_active
