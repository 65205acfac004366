from datetime import timedelta

import pytest

from bihuan.accounts import actions, jobs
from bihuan.accounts.models import ConsumerCode, Erasure
from bihuan.accounts.tests.factories import PHONE, consumer
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now

pytestmark = pytest.mark.django_db


def test_what_is_past_is_cleared_away_and_the_rest_stays() -> None:
    actions.register_code_sender(lambda *_: None)
    actions.request_code(phone=PHONE, language="en", at=now() - timedelta(hours=1))
    actions.request_code(phone="13912345678", language="en", at=now())
    jobs.purge()
    jobs.purge()
    assert ConsumerCode.objects.count() == 1


def test_erasures_are_listed_after_a_crash() -> None:
    who = consumer()
    actions.erase_person(person_id=who, reason="asked", actor=PROGRAM, at=now())
    jobs.list_waiting_erasures()
    assert Erasure.objects.get(person_id=who).listed
