"""``sees`` says of each person what ``visible`` says."""

from __future__ import annotations

from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts.models.people import Department
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import AT, consumer, organisation, staff
from bihuan.cases import queries
from bihuan.cases.audience import audiences, sees
from bihuan.cases.models import Case, Participant
from bihuan.journal.actor import PROGRAM, Actor, ActorKind

pytestmark = pytest.mark.django_db


def make(**more: Any) -> UUID:
    given: dict[str, Any] = {
        "number": uuid4().hex[:20], "flow": "complaint", "state": "received", "channel": "site",
        "received_at": AT, "next_step": "accept", "next_step_at": AT, **more,
    }  # fmt: skip
    return Case.objects.create(**given).id


def test_the_two_agree_for_every_role_and_relation() -> None:
    buyer, friend = consumer("13812345671"), consumer("13812345672")
    shop, carrier = organisation(), organisation()
    team = accounts.create_team(department=Department.SERVICE, name="一组", actor=PROGRAM, at=AT)
    owner, officer = staff(Role.AGENT), staff(Role.OFFICER_TECHNICAL)
    cases = [
        make(consumer_id=c, owner=o, team=t, merchant=m, is_open=open_)
        for c, o, t, m, open_ in product(
            (buyer, friend), (None, owner), (None, team), (None, shop), (True, False)
        )
    ]
    cases.append(make(consumer_id=buyer, representative_id=friend, partner=carrier, owner=owner))
    Participant.objects.create(case_id=cases[0], person=officer, role="officer", joined_at=AT)
    Participant.objects.create(case_id=cases[1], person=officer, role="officer", joined_at=AT, left_at=AT)
    known = audiences(cases)
    people = [buyer, friend, owner.id, officer.id, uuid4()]
    places = [(None, None), (None, team.id), (shop.id, None), (carrier.id, None), (uuid4(), uuid4())]
    for person, role, (where, group), case_id in product(people, Role, places, (None, cases[2])):
        actor = Actor(person, ActorKind.STAFF, frozenset({str(role)}), where, group, case_id)
        visible = set(queries.visible(actor).values_list("id", flat=True))
        assert {c for c in cases if sees(actor, known[c])} == visible, actor
