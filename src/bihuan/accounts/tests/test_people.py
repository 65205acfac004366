from datetime import timedelta

import pytest

from bihuan.accounts import actions, queries
from bihuan.accounts.models import Organisation, Person, RoleGrant
from bihuan.accounts.models.people import Department, OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import (
    AT,
    PASSWORD,
    acting,
    consumer,
    events_of,
    merchant_user,
    organisation,
    staff,
)
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.actor import PROGRAM, ActorKind

pytestmark = pytest.mark.django_db


def new(**changes):
    return actions.NewPerson(**{"kind": ActorKind.STAFF, "username": "agent.wang", **changes})


def test_a_person_is_invited_joins_and_has_roles() -> None:
    who = staff(Role.AGENT, Role.SUPERVISOR)
    actor = acting(who)
    assert (actor.kind, actor.roles) == (ActorKind.STAFF, {"agent", "supervisor"})
    assert events_of(who.id) == [
        "person.created",
        "person.role_granted",
        "person.role_granted",
        "person.invited",
        "person.joined",
    ]


def test_what_others_see_is_a_pseudonym_or_a_working_name() -> None:
    buyer = Person.objects.get(id=consumer())
    assert buyer.display() == f"消费者 #{buyer.pseudonym}"
    assert buyer.display("en") == f"Consumer #{buyer.pseudonym}"
    agent = staff(label="客服小林")
    assert queries.labels([agent.id]) == {agent.id: "客服小林"}


@pytest.mark.parametrize(
    "changes",
    [
        {"username": None},
        {"username": "13812345678"},
        {"username": "a@b.cn"},
        {"username": "x"},
        {"label": "打13812345678"},
        {"label": "a\x00b"},
        {"label": "长" * 41},
        {"language": "fr"},
        {"kind": ActorKind.PROGRAM},
        {"kind": ActorKind.MERCHANT},
        {"kind": ActorKind.CONSUMER},
    ],
)
def test_bad_people_are_refused(changes) -> None:
    with pytest.raises(Invalid):
        actions.create_person(new=new(**changes), actor=PROGRAM, at=AT)
    assert not Person.objects.exists()


def test_a_user_name_is_taken_once() -> None:
    staff(username="agent.wang")
    with pytest.raises(Refusal):
        actions.create_person(new=new(), actor=PROGRAM, at=AT)
    assert Person.objects.count() == 1


def test_only_administrators_make_people_and_a_shops_only_its_own() -> None:
    shop, other = organisation(), organisation()
    boss = acting(merchant_user(shop, Role.MERCHANT_ADMIN))
    clerk = new(kind=ActorKind.MERCHANT, username="clerk", organisation_id=shop.id)
    assert actions.create_person(new=clerk, actor=boss, at=AT).organisation_id == shop.id
    for actor, refused in [
        (boss, new(kind=ActorKind.MERCHANT, username="clerk2", organisation_id=other.id)),
        (boss, new(username="inside")),
        (acting(staff(Role.MANAGER)), new(username="inside")),
        (acting(staff(Role.AUDITOR)), new(username="inside")),
    ]:
        with pytest.raises(NotAllowed):
            actions.create_person(new=refused, actor=actor, at=AT)
    assert not Person.objects.filter(username__in=["clerk2", "inside"]).exists()


def test_nobody_raises_the_own_role() -> None:
    admin, agent = staff(Role.ADMINISTRATOR), staff(Role.AGENT)
    with pytest.raises(NotAllowed):
        actions.grant_role(person_id=admin.id, role=Role.MANAGER, actor=acting(admin), at=AT)
    with pytest.raises(NotAllowed):
        actions.grant_role(person_id=agent.id, role=Role.SUPERVISOR, actor=acting(agent), at=AT)
    assert acting(admin).roles == {"administrator"}
    assert acting(agent).roles == {"agent"}


def test_a_shops_administrator_makes_operators_only() -> None:
    shop = organisation()
    boss, clerk = merchant_user(shop, Role.MERCHANT_ADMIN), merchant_user(shop)
    with pytest.raises(NotAllowed):
        actions.grant_role(person_id=clerk.id, role=Role.MERCHANT_ADMIN, actor=acting(boss), at=AT)
    actions.grant_role(person_id=clerk.id, role=Role.MERCHANT_OPERATOR, actor=acting(boss), at=AT)
    stranger = merchant_user(organisation())
    with pytest.raises(NotAllowed):
        actions.grant_role(person_id=stranger.id, role=Role.MERCHANT_OPERATOR, actor=acting(boss), at=AT)
    assert acting(clerk).roles == {"merchant_operator"}


@pytest.mark.parametrize("role", [Role.CONSUMER, Role.MERCHANT_ADMIN, Role.PROGRAM, Role.SYSTEM])
def test_roles_fit_the_kind_of_person(role: Role) -> None:
    who = staff()
    with pytest.raises(Invalid):
        actions.grant_role(person_id=who.id, role=role, actor=PROGRAM, at=AT)
    assert not RoleGrant.objects.exists()


def test_an_auditor_has_no_other_role() -> None:
    auditor, agent = staff(Role.AUDITOR), staff(Role.AGENT)
    for person, role in [(auditor, Role.AGENT), (agent, Role.AUDITOR)]:
        with pytest.raises(Refusal):
            actions.grant_role(person_id=person.id, role=role, actor=PROGRAM, at=AT)


def test_roles_begin_and_end_at_their_instants() -> None:
    who, later = staff(), AT + timedelta(days=1)
    actions.grant_role(person_id=who.id, role=Role.AGENT, actor=PROGRAM, at=AT, until_at=later)
    who = Person.objects.get(id=who.id)
    assert acting(who, AT - timedelta(seconds=1)).roles == set()
    assert acting(who, later - timedelta(microseconds=1)).roles == {"agent"}
    assert acting(who, later).roles == set()


def test_the_last_administrator_stays() -> None:
    admin, second = staff(Role.ADMINISTRATOR), staff(Role.ADMINISTRATOR)
    actions.lock(person_id=second.id, reason="test", actor=acting(admin), why="停用", at=AT)
    for act in (
        lambda: actions.lock(person_id=admin.id, reason="test", actor=PROGRAM, at=AT),
        lambda: actions.leave(person_id=admin.id, actor=PROGRAM, at=AT),
        lambda: actions.revoke_role(person_id=admin.id, role=Role.ADMINISTRATOR, actor=PROGRAM, at=AT),
        lambda: actions.erase_person(person_id=admin.id, reason="asked", actor=PROGRAM, at=AT),
    ):
        with pytest.raises(Refusal, match="last administrator"):
            act()
    assert Person.objects.get(id=admin.id).state == "active"
    assert acting(admin).roles == {"administrator"}


def test_locked_unlocked_left() -> None:
    who = staff(Role.AGENT)
    actions.lock(person_id=who.id, reason="inquiry", actor=PROGRAM, at=AT)
    assert acting(Person.objects.get(id=who.id)).roles == set()
    with pytest.raises(Refusal):
        actions.lock(person_id=who.id, reason="inquiry", actor=PROGRAM, at=AT)
    actions.unlock(person_id=who.id, actor=PROGRAM, at=AT)
    actions.leave(person_id=who.id, actor=PROGRAM, at=AT)
    gone = Person.objects.get(id=who.id)
    assert (gone.state, gone.has_usable_password()) == ("left", False)
    assert queries.roles_of([who.id], at=AT) == {who.id: set()}
    assert events_of(who.id)[-3:] == ["person.locked", "person.unlocked", "person.left"]


def test_a_reason_is_a_code() -> None:
    who = staff()
    with pytest.raises(Invalid):
        actions.lock(person_id=who.id, reason="他说了13812345678", actor=PROGRAM, at=AT)
    assert Person.objects.get(id=who.id).state == "active"


def test_people_are_read_by_those_who_may() -> None:
    shop = organisation()
    boss, clerk, agent = merchant_user(shop, Role.MERCHANT_ADMIN), merchant_user(shop), staff(Role.AGENT)
    admin = acting(staff(Role.ADMINISTRATOR))
    assert {p.id for p in queries.people_for(acting(boss))} == {boss.id, clerk.id}
    assert len(queries.people_for(admin)) == 4
    assert queries.get_for(acting(clerk), clerk.id).id == clerk.id
    for actor, wanted in [(acting(clerk), boss.id), (acting(boss), agent.id)]:
        with pytest.raises(NotFound):
            queries.get_for(actor, wanted)
    with pytest.raises(NotAllowed):
        queries.people_for(acting(clerk))


def test_people_are_paged_without_skipping() -> None:
    made = [staff(at=AT + timedelta(minutes=n // 2)) for n in range(5)]
    first = queries.people_for(PROGRAM, limit=3)
    second = queries.people_for(PROGRAM, after=(first[-1].created_at, first[-1].id), limit=3)
    assert {p.id for p in first + second} == {p.id for p in made}
    assert len(first + second) == 5


def test_organisations_sort_by_pinyin_and_have_one_reference() -> None:
    for name in ("西安店", "阿里店", "重庆店", "Apple"):
        organisation(name=name)
    names = [o.name for o in queries.organisations(OrganisationKind.MERCHANT)]
    assert names == ["阿里店", "Apple", "重庆店", "西安店"]
    known = Organisation.objects.first()
    with pytest.raises(Refusal):
        actions.create_organisation(
            kind=OrganisationKind.MERCHANT, name="x", reference=known.reference, actor=PROGRAM, at=AT
        )
    assert queries.organisations_by_reference(OrganisationKind.MERCHANT, [known.reference, "?"]) == {
        known.reference: known.id
    }


def test_the_only_carrier_is_known_where_all_name_the_same() -> None:
    known, other = organisation(OrganisationKind.CARRIER), organisation(OrganisationKind.CARRIER)
    assert queries.only_carrier([known.reference, known.reference]) == known.id
    for named in ([known.reference, other.reference], [known.reference, "?"], ["?"], []):
        assert queries.only_carrier(named) is None
    assert queries.only_carrier([organisation().reference]) is None


def test_teams_have_a_department() -> None:
    team = actions.create_team(department=Department.LEGAL, name="法务一组", actor=PROGRAM, at=AT)
    who = staff(Role.OFFICER_LEGAL)
    actions.move(person_id=who.id, team_id=team.id, actor=PROGRAM, at=AT)
    assert acting(Person.objects.get(id=who.id)).team_id == team.id
    with pytest.raises(Refusal):
        actions.create_team(department=Department.LEGAL, name="法务一组", actor=PROGRAM, at=AT)


def test_people_with_a_role_now() -> None:
    legal, _ = staff(Role.OFFICER_LEGAL), staff(Role.AGENT)
    gone = staff(Role.OFFICER_LEGAL)
    actions.leave(person_id=gone.id, actor=PROGRAM, at=AT)
    assert queries.people_with_role(Role.OFFICER_LEGAL, at=AT) == [legal.id]


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "x" * 9])
def test_weak_passwords_are_refused_and_the_link_stays_good(password: str) -> None:
    who = staff(joined=False)
    token = actions.invite(person_id=who.id, actor=PROGRAM, at=AT).token
    with pytest.raises(Invalid):
        actions.accept_invitation(token=token, password=password, at=AT)
    assert actions.accept_invitation(token=token, password=PASSWORD, at=AT).is_active


def test_an_invitation_is_good_once_for_a_week_and_only_the_newest() -> None:
    from bihuan.accounts.errors import SignInFailed

    who = staff(joined=False)
    old = actions.invite(person_id=who.id, actor=PROGRAM, at=AT).token
    new_ = actions.invite(person_id=who.id, actor=PROGRAM, at=AT).token
    for token, at in [(old, AT), (new_, AT + timedelta(days=7)), ("guess", AT)]:
        with pytest.raises(SignInFailed):
            actions.accept_invitation(token=token, password=PASSWORD, at=at)
    actions.accept_invitation(token=new_, password=PASSWORD, at=AT)
    with pytest.raises(SignInFailed):
        actions.accept_invitation(token=new_, password=PASSWORD, at=AT)


def test_representatives_act_for_a_consumer_in_one_case_or_all() -> None:
    from uuid import uuid4

    child, mother, lawyer, case = consumer(), consumer("13912345678"), consumer("13712345678"), uuid4()
    given = {"on": queries.resource(Person.objects.get(id=child)), "actor": PROGRAM, "at": AT}
    made = actions.represent(consumer_id=child, representative_id=mother, basis="guardian", **given)
    actions.represent(consumer_id=child, representative_id=lawyer, basis="lawyer", case_id=case, **given)
    assert queries.representatives(child, at=AT) == [mother]
    assert set(queries.representatives(child, at=AT, case_id=case)) == {mother, lawyer}
    with pytest.raises(Refusal):
        actions.represent(consumer_id=child, representative_id=mother, basis="guardian", **given)
    with pytest.raises(Invalid):
        actions.represent(consumer_id=child, representative_id=child, basis="proxy", **given)
    actions.end_representation(representation_id=made.id, **given)
    assert queries.representatives(child, at=AT) == []
    assert queries.represented_by(lawyer, at=AT)[0].case_id == case
