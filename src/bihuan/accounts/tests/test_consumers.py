import pytest

from bihuan.accounts import actions, queries
from bihuan.accounts.models import BlindIndex, Person, PersonKey
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField as F
from bihuan.accounts.tests.factories import AT, PHONE, acting, events_of, merchant_user, organisation, staff
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.journal.actions import append
from bihuan.journal.actor import PROGRAM

pytestmark = pytest.mark.django_db


def ensure(*facts, **given):
    return actions.ensure_consumers(facts=list(facts), actor=PROGRAM, at=AT, **given)


def test_a_consumer_is_made_once_and_found_again() -> None:
    first = ensure(actions.ConsumerFacts(phone=PHONE, name="王小明"))[0]
    again = ensure(actions.ConsumerFacts(phone="+86 138 1234 5678"))[0]
    assert (first.created, again.created, first.person_id) == (True, False, again.person_id)
    assert events_of(first.person_id) == ["person.created"]
    assert queries.masked(first.person_id, F.NAME) == "王**"


def test_finding_takes_one_round_trip_and_making_two(django_assert_num_queries) -> None:
    facts = [actions.ConsumerFacts(phone=f"138{n:08d}", name="某某") for n in range(100)]
    drafts = []
    with django_assert_num_queries(2):
        made = ensure(*facts, into=drafts)
    assert (len(drafts), sum(m.created for m in made)) == (100, 100)
    append(drafts)
    with django_assert_num_queries(1):
        assert [m.person_id for m in ensure(*facts)] == [m.person_id for m in made]
    assert PersonKey.objects.count() == 100


def test_the_same_consumer_twice_in_one_batch_is_one_person() -> None:
    made = ensure(actions.ConsumerFacts(phone=PHONE), actions.ConsumerFacts(phone=PHONE))
    assert made[0].person_id == made[1].person_id
    assert Person.objects.count() == 1


def test_the_marketplaces_reference_goes_before_the_phone() -> None:
    by_phone = ensure(actions.ConsumerFacts(phone=PHONE))[0].person_id
    by_ref = ensure(actions.ConsumerFacts(external_ref="mall:1", phone=PHONE))[0].person_id
    assert by_ref != by_phone
    assert ensure(actions.ConsumerFacts(external_ref="mall:1"))[0].person_id == by_ref


def test_a_number_that_somebody_only_wrote_down_opens_no_account() -> None:
    ensure(actions.ConsumerFacts(external_ref="mall:1", phone=PHONE))
    owner = ensure(actions.ConsumerFacts(phone=PHONE))[0]
    assert owner.created


def test_a_proven_number_opens_the_account_and_only_one() -> None:
    first, second = ensure(
        actions.ConsumerFacts(external_ref="mall:1", phone=PHONE, phone_proven=True),
        actions.ConsumerFacts(external_ref="mall:2", phone=PHONE, phone_proven=True),
    )
    opened = ensure(actions.ConsumerFacts(phone=PHONE))[0]
    assert opened.person_id in (first.person_id, second.person_id)
    assert BlindIndex.objects.filter(field="phone", part="whole", proven=True).count() == 1


@pytest.mark.parametrize("facts", [{}, {"name": "王"}, {"phone": "12"}, {"phone": PHONE, "language": "fr"}])
def test_bad_facts_are_refused_and_nothing_is_made(facts) -> None:
    with pytest.raises(Invalid):
        ensure(actions.ConsumerFacts(phone="13912345678"), actions.ConsumerFacts(**facts))
    assert not Person.objects.exists()


def test_merchants_and_auditors_make_no_consumers() -> None:
    shop = organisation()
    for who in (merchant_user(shop, Role.MERCHANT_ADMIN), staff(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            actions.ensure_consumer(facts=actions.ConsumerFacts(phone=PHONE), actor=acting(who), at=AT)
    assert not Person.objects.filter(kind="consumer").exists()
