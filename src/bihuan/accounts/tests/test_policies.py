"""Who needs a second factor, how long what is kept: set with a reason, weakened by two, held at the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from bihuan.accounts import actions, queries
from bihuan.accounts.models import Policy
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import policies
from bihuan.accounts.tests.factories import AT, acting, staff
from bihuan.accounts.tests.test_sign_in import sign_in
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    policies.forget_policies()
    yield
    policies.forget_policies()


@pytest.fixture
def one(demo: None) -> Actor:
    return acting(staff(Role.ADMINISTRATOR))


@pytest.fixture
def other(demo: None) -> Actor:
    return acting(staff(Role.ADMINISTRATOR))


def ask(actor: Actor, *, compulsory: bool = True, **given: object) -> Policy:
    data = {"role": "agent", "since_at": None, "why": "钓鱼邮件增多", "at": AT, **given}
    return actions.set_second_factor(compulsory=compulsory, actor=actor, **data)  # type: ignore[arg-type]


def test_asking_for_a_second_factor_holds_at_once_and_is_recorded(one: Actor) -> None:
    row = ask(one)
    assert queries.factor_roles(AT) == {"agent"}
    said = Entry.objects.get(event="policy.set").data
    assert (said["key"], said["value"], said["reason_id"]) == ("agent", 1, str(row.reason_id))


def test_a_deadline_warns_until_its_day(one: Actor) -> None:
    day = AT + timedelta(days=14)
    ask(one, since_at=day)
    assert queries.factor_roles(AT) == set()
    assert queries.factor_due(frozenset({"agent"}), AT) == day
    assert queries.factor_due(frozenset({"supervisor"}), AT) is None
    assert queries.factor_roles(day) == {"agent"}


def test_it_is_held_at_the_door(client: Client, one: Actor) -> None:
    sign_in(client, staff(Role.AGENT))
    assert client.get("/").status_code == 200
    ask(one)
    assert client.get("/").headers["Location"] == "/account/second-factor/add"


def test_letting_go_of_it_waits_for_a_second_person(one: Actor, other: Actor) -> None:
    ask(one)
    row = ask(one, compulsory=False)
    assert queries.factor_roles(AT) == {"agent"}
    with pytest.raises(NotAllowed):
        actions.agree_policy(policy_id=row.id, actor=one, at=AT)
    with pytest.raises(Refusal):
        ask(other, compulsory=False)
    later = AT + timedelta(hours=1)
    actions.agree_policy(policy_id=row.id, actor=other, at=later)
    assert (queries.factor_roles(AT), queries.factor_roles(later)) == ({"agent"}, set())


def test_the_second_person_may_say_no_and_says_why(one: Actor, other: Actor) -> None:
    ask(one)
    row = ask(one, compulsory=False)
    with pytest.raises(Invalid):
        actions.reject_policy(policy_id=row.id, why=" ", actor=other, at=AT)
    actions.reject_policy(policy_id=row.id, why="不放宽", actor=other, at=AT)
    assert queries.factor_roles(AT) == {"agent"}
    with pytest.raises(Refusal):
        actions.agree_policy(policy_id=row.id, actor=other, at=AT)


def test_nothing_is_set_without_reason_right_or_room_for_it(one: Actor, settings) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid):
        ask(one, why="")
    with pytest.raises(Invalid):
        ask(one, role="consumer")
    with pytest.raises(Refusal):
        ask(one, compulsory=False)
    with pytest.raises(NotAllowed):
        ask(acting(staff(Role.MANAGER)))
    settings.MFA_REQUIRED_ROLES = ["auditor"]
    with pytest.raises(Refusal):
        ask(one)
    assert not Policy.objects.exists()


def test_retention_goes_by_two_people_and_within_the_law(one: Actor, other: Actor) -> None:
    def retain(code: str, days: int) -> Policy:
        return actions.set_retention(code=code, days=days, why="减少留存", actor=one, at=AT)

    with pytest.raises(Refusal) as refused:
        retain("ended_cases", 365)
    assert refused.value.clause == "P-05"
    row = retain("drafts", 7)
    assert queries.kept_for("drafts", at=AT).days == 30
    actions.agree_policy(policy_id=row.id, actor=other, at=AT)
    assert queries.kept_for("drafts", at=AT).days == 7
    assert [r.days for r in queries.keeping_rules(one, at=AT)] == [1098, 7, 2]
