"""From order to told: once, by the best channel, with the provider's stamp."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.journal.actor import PROGRAM
from bihuan.journal.queries import entries_of
from bihuan.journal.subject import Subject
from bihuan.notices import actions, queries
from bihuan.notices.models import Attempt, InboxLetter, Notice
from bihuan.notices.ports.port import Accepted, Refused, Unknown
from bihuan.notices.tests.factories import AT, CASE, FakePort, acting, consumer, deliver, queue, said
from bihuan.notices.workflow import LATE, LEASE, TRIES

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def jobs() -> list[str]:
    found = ProcrastinateJob.objects.filter(task_name="notices.send").order_by("id")
    return [each for job in found for each in job.args["notice_ids"]]


def test_many_are_queued_with_their_jobs_in_two_round_trips() -> None:
    person = consumer()
    orders = [
        actions.Order(
            kind="acceptance", recipient=person, subject=Subject("case", uuid4()), key=f"k{n}",
            params={"number": f"TS-{n}"},
        )
        for n in range(50)
    ]  # fmt: skip
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        ids = actions.queue_many(orders=orders, actor=PROGRAM, at=AT)
    assert len([s for s in statements if "SAVEPOINT" not in s["sql"]]) == 2
    assert ids == [order.id for order in orders]
    assert (Notice.objects.count(), sorted(jobs())) == (50, sorted(map(str, ids)))


def test_the_same_key_is_queued_once() -> None:
    person = consumer()
    assert queue(person) == queue(person, kind="progress") == actions.notice_id("k1")
    assert (Notice.objects.get().kind, len(jobs())) == ("acceptance", 1)


def test_what_rolls_back_is_not_sent() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        queue(consumer())
        raise ZeroDivisionError
    assert (Notice.objects.count(), jobs()) == (0, [])


def test_sms_accepted_is_told_with_proof(sms: FakePort) -> None:
    person = consumer()
    stamp = AT + timedelta(milliseconds=500)
    sms.answers = [Accepted(ref="sms-7", at=stamp)]
    notice = deliver(queue(person))
    assert (notice.state, notice.channel, notice.accepted_at) == ("accepted", "sms", stamp)
    (message,) = sms.sent
    assert message.address == "13812345678"
    (entry,) = entries_of(notice.id)
    assert (entry.event, entry.occurred_at, entry.proven) == ("notice.accepted", stamp, True)
    assert entry.data == {
        "kind": "acceptance",
        "channel": "sms",
        "adapter": "fake",
        "key": "k1",
        "provider_ref": "sms-7",
        "accepted_at": "2026-09-30T02:00:00.500000Z",
        "case_id": str(CASE),
        "recipient_id": str(person),
    }
    (told,) = queries.told(CASE, "acceptance")
    assert (told.channel, told.told_at, told.provider_ref) == ("sms", stamp, "sms-7")


@pytest.mark.parametrize("off", [timedelta(days=-3), timedelta(hours=2)])
def test_a_stamp_that_cannot_be_true_is_no_proof(sms: FakePort, off: timedelta) -> None:
    sms.answers = [Accepted(ref="x", at=AT + off)]
    notice = deliver(queue(consumer()))
    (entry,) = entries_of(notice.id)
    assert (notice.accepted_at, entry.proven) == (AT + timedelta(seconds=1), False)


def test_a_job_that_runs_again_does_nothing(sms: FakePort) -> None:
    notice_id = queue(consumer())
    for _ in range(3):
        deliver(notice_id)
    assert (len(sms.sent), said(notice_id)) == (1, ["notice.accepted"])


def test_without_phone_the_letter_is_placed(sms: FakePort) -> None:
    notice = deliver(queue(consumer(phone=None)))
    assert (notice.state, notice.channel, sms.sent) == ("accepted", "station", [])
    assert InboxLetter.objects.get().placed_at == AT + timedelta(seconds=1)
    outcomes = [(t.channel, t.outcome, t.code) for t in queries.tries_of(notice.id)]
    assert outcomes == [
        ("sms", "skipped", "no_address"),
        ("push", "skipped", "no_adapter"),
        ("mail", "skipped", "no_adapter"),
        ("station", "accepted", ""),
    ]


def test_a_lasting_refusal_falls_back_at_once(sms: FakePort) -> None:
    sms.answers = [Refused("number.unknown", lasting=True)]
    notice_id = queue(consumer())
    assert deliver(notice_id).state == "queued"
    notice = deliver(notice_id, at=AT + MINUTE)
    assert (notice.state, notice.channel) == ("accepted", "station")


def test_a_busy_provider_is_tried_again_with_the_same_key(sms: FakePort) -> None:
    sms.answers = [Refused("http_503", lasting=False)]
    notice_id = queue(consumer())
    first = deliver(notice_id)
    assert (first.state, first.code, first.next_try_at) == ("queued", "http_503", AT + timedelta(seconds=21))
    assert deliver(notice_id, at=AT + timedelta(seconds=5)).state == "queued"
    assert deliver(notice_id, at=AT + MINUTE).state == "accepted"
    assert len(sms.sent) == 2
    assert sms.sent[0].key == sms.sent[1].key


def test_after_the_last_try_the_next_channel_has_its_turn(sms: FakePort) -> None:
    sms.answers = [Refused("http_503", lasting=False)] * TRIES
    notice_id = queue(consumer())
    for n in range(TRIES + 1):
        notice = deliver(notice_id, at=AT + n * timedelta(hours=2))
    assert (len(sms.sent), notice.channel, notice.state) == (TRIES, "station", "accepted")


def test_when_no_channel_is_left_it_fails_and_says_so(sms: FakePort) -> None:
    sms.answers = [Refused("number.unknown", lasting=True)]
    notice = deliver(queue(consumer(), channels=["sms"]))
    assert (notice.state, notice.code) == ("failed", "number.unknown")
    assert said(notice.id) == ["notice.failed"]
    assert queries.told(CASE) == []


def test_an_answer_that_got_lost_is_asked_for_before_anything_is_sent_again(sms: FakePort) -> None:
    sms.answers = [Unknown("timeout")]
    notice_id = queue(consumer())
    assert deliver(notice_id).state == "queued"
    sms.known = Accepted(ref="sms-1", at=AT)
    notice = deliver(notice_id, at=AT + MINUTE)
    assert (notice.state, notice.provider_ref, len(sms.sent)) == ("accepted", "sms-1", 1)


def test_a_message_that_never_arrived_is_sent_with_the_same_key(sms: FakePort) -> None:
    sms.answers = [Unknown("timeout")]
    notice_id = queue(consumer())
    deliver(notice_id)
    deliver(notice_id, at=AT + MINUTE)
    assert [m.key for m in sms.sent] == [sms.sent[0].key] * 2
    assert len(sms.asked) == 1


def test_killed_between_call_and_record_somebody_else_asks_and_takes_over(sms: FakePort) -> None:
    notice_id = queue(consumer())
    taken = actions.claim(notice_id=notice_id, at=AT)
    assert taken is not None
    actions.make(taken, at=AT)  # and then the process is killed
    assert deliver(notice_id, at=AT + LEASE - MINUTE).state == "sending"
    sms.known = Accepted(ref="sms-1")
    notice = deliver(notice_id, at=AT + LEASE + MINUTE)
    assert (notice.state, len(sms.sent), said(notice_id)) == ("accepted", 1, ["notice.accepted"])
    assert [t.code for t in queries.tries_of(notice_id)] == ["killed", ""]


def test_a_slow_process_and_its_successor_tell_once(sms: FakePort) -> None:
    notice_id = queue(consumer())
    slow = actions.claim(notice_id=notice_id, at=AT)
    assert slow is not None
    deliver(notice_id, at=AT + LEASE + MINUTE)
    actions.record(taken=slow, result=Accepted(ref="late"), at=AT + LEASE + 2 * MINUTE)
    assert said(notice_id) == ["notice.accepted"]


def test_a_slow_process_that_failed_changes_nothing(sms: FakePort) -> None:
    notice_id = queue(consumer())
    slow = actions.claim(notice_id=notice_id, at=AT)
    assert slow is not None
    deliver(notice_id, at=AT + LEASE + MINUTE)
    actions.record(taken=slow, result=Refused("x", lasting=True), at=AT + LEASE + 2 * MINUTE)
    assert Notice.objects.get().state == "accepted"


def test_one_poisoned_notice_does_not_stop_the_rest(sms: FakePort) -> None:
    person = consumer()
    sms.answers = [RuntimeError("boom")]  # type: ignore[list-item]
    poisoned, good = queue(person), queue(person, key="k2")
    assert (deliver(poisoned).code, deliver(good).state) == ("program_error", "accepted")


def test_the_sweep_gives_a_lost_notice_its_job_back_once(sms: FakePort) -> None:
    notice_id = queue(consumer())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert actions.requeue_due(at=AT + LATE) == 0
    assert [actions.requeue_due(at=AT + MINUTE) for _ in range(2)] == [1, 0]
    assert jobs() == [str(notice_id)] * 2


def test_preferences_reorder_but_drop_nothing(sms: FakePort) -> None:
    person = consumer()
    actions.set_preference(channels=["station", "webhook"], actor=acting(person), at=AT)
    notice = deliver(queue(person))
    assert (notice.channel, notice.later) == ("station", ["sms", "push", "mail"])
    assert deliver(queue(person, key="k2", channels=["sms"])).channel == "sms"


def test_another_case_asks_for_its_own(sms: FakePort) -> None:
    other: UUID = uuid4()
    deliver(queue(consumer(), case_id=other))
    assert (queries.told(CASE), len(queries.told(other))) == ([], 1)
    assert Attempt.objects.count() == 1
