"""Letters are placed many at a time, with their events; what goes elsewhere is left to be claimed."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.journal.actor import PROGRAM
from bihuan.journal.queue import TOGETHER
from bihuan.journal.subject import Subject
from bihuan.notices import actions
from bihuan.notices.models import Attempt, InboxLetter, Notice
from bihuan.notices.tests.factories import AT, CASE, FakePort, acting, consumer, queue, said

pytestmark = pytest.mark.django_db
LETTER = {"channels": ["station"]}


def many(count: int) -> list[actions.Order]:
    people = [consumer(f"138123{n:05d}") for n in range(count)]
    return [
        actions.Order(
            kind="acceptance", recipient=person, subject=Subject("case", CASE), key=f"k{n}",
            params={"number": f"TS-{n}"}, channels=["station"],
        )
        for n, person in enumerate(people)
    ]  # fmt: skip


def test_sixty_letters_are_two_jobs_and_few_statements() -> None:
    ids = actions.queue_many(orders=many(60), actor=PROGRAM, at=AT)
    found = ProcrastinateJob.objects.filter(task_name="notices.send").order_by("id")
    assert [len(job.args["notice_ids"]) for job in found] == [TOGETHER, 10]
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        assert actions.place(notice_ids=ids, at=AT) == []
    assert len([s for s in statements if "SAVEPOINT" not in s["sql"]]) <= 12
    assert InboxLetter.objects.filter(placed_at=AT).count() == Attempt.objects.count() == 60
    assert {(n.state, n.attempts, n.language, n.accepted_at) for n in Notice.objects.all()} == {
        ("accepted", 1, "zh-hans", AT)
    }
    assert {tuple(said(each)) for each in ids} == {("notice.accepted",)}


def test_what_goes_by_sms_is_left(sms: FakePort) -> None:
    person = consumer()
    letter, other = queue(person, **LETTER), queue(person, key="k2")
    assert actions.place(notice_ids=[letter, other], at=AT) == [other]
    assert (Notice.objects.get(id=other).state, sms.sent) == ("queued", [])


def test_the_wish_for_letters_is_followed(sms: FakePort) -> None:
    person = consumer()
    actions.set_preference(channels=["station"], actor=acting(person), at=AT)
    notice_id = queue(person)
    assert actions.place(notice_ids=[notice_id], at=AT) == []
    assert Notice.objects.get(id=notice_id).channel == "station"


def test_a_placed_letter_is_not_placed_again() -> None:
    notice_id = queue(consumer(), **LETTER)
    actions.place(notice_ids=[notice_id], at=AT)
    assert actions.place(notice_ids=[notice_id], at=AT) == [notice_id]
    assert actions.claim(notice_id=notice_id, at=AT) is None
    assert said(notice_id) == ["notice.accepted"]
