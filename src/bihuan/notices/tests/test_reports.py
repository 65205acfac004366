"""What providers report later: delivered, came back, after all accepted. Each counts once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import NotAllowed, Refusal
from bihuan.journal.queries import entries_of
from bihuan.notices import actions, queries
from bihuan.notices.models import Attempt, InboxLetter, Notice
from bihuan.notices.ports.port import Refused, Report, Unknown
from bihuan.notices.tests.factories import AT, CASE, FakePort, consumer, deliver, queue, said, staff

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=10)
REF = {"ref": "ref-1"}


def reported(status: str, at: object = LATER, **how: str) -> int:
    report = Report(status=status, at=at, code="absent", **(how or REF))  # type: ignore[arg-type]
    return actions.take_reports(adapter="fake", reports=[report], at=LATER + timedelta(minutes=1))


def test_delivered_is_recorded_once_and_changes_not_when_it_was_told(sms: FakePort) -> None:
    notice = deliver(queue(consumer()))
    assert [reported("delivered"), reported("delivered"), reported("accepted")] == [1, 1, 1]
    after = Notice.objects.get()
    assert (after.state, after.delivered_at, after.accepted_at) == ("delivered", LATER, notice.accepted_at)
    assert said(notice.id) == ["notice.accepted", "notice.delivered"]


def test_a_bounce_reopens_the_duty_and_the_letter_follows(sms: FakePort) -> None:
    notice_id = queue(consumer())
    deliver(notice_id)
    assert [reported("bounced"), reported("bounced")] == [1, 1]
    bounced = entries_of(notice_id)[-1]
    assert (bounced.event, bounced.data["next_channel"]) == ("notice.bounced", "push")
    assert (bounced.data["code"], bounced.data["case_id"]) == ("absent", str(CASE))
    assert queries.told(CASE) == []
    notice = deliver(notice_id, at=LATER + timedelta(minutes=2))
    assert (notice.state, notice.channel) == ("accepted", "station")
    assert said(notice_id) == ["notice.accepted", "notice.bounced", "notice.accepted"]
    assert InboxLetter.objects.count() == 1


def test_a_bounce_on_the_last_channel_stays_open_for_the_administrator(sms: FakePort) -> None:
    notice = deliver(queue(consumer(), channels=["sms"]))
    reported("bounced")
    assert Notice.objects.get().state == "bounced"
    assert [n.id for n in queries.failed(staff(Role.ADMINISTRATOR))] == [notice.id]
    assert "next_channel" not in entries_of(notice.id)[-1].data


def test_a_bounce_of_one_channel_after_another_told_changes_nothing(sms: FakePort) -> None:
    sms.answers = [Unknown("timeout")] * 6
    notice_id = queue(consumer())
    for n in range(8):
        deliver(notice_id, at=AT + n * timedelta(hours=2))
    key = sms.sent[0].key
    report = Report(status="bounced", at=None, key=key, code="absent")
    actions.take_reports(adapter="fake", reports=[report], at=AT + timedelta(days=1))
    assert (Notice.objects.get().channel, said(notice_id)) == ("station", ["notice.accepted"])


def test_a_message_given_up_was_accepted_after_all(sms: FakePort) -> None:
    sms.answers = [Unknown("timeout")]
    notice_id = queue(consumer())
    deliver(notice_id)
    key = sms.sent[0].key
    assert reported("accepted", key=key) == 1
    assert deliver(notice_id, at=LATER).state == "accepted"
    assert (len(sms.sent), said(notice_id)) == (1, ["notice.accepted"])
    assert entries_of(notice_id)[0].proven is True


def test_a_bounce_while_the_answer_is_unknown_goes_on_with_the_next_channel(sms: FakePort) -> None:
    sms.answers = [Unknown("timeout")]
    notice_id = queue(consumer())
    deliver(notice_id)
    reported("bounced", key=sms.sent[0].key)
    assert deliver(notice_id, at=LATER + timedelta(minutes=2)).channel == "station"


@pytest.mark.parametrize("how", [{"ref": "other"}, {"key": "other"}, {"ref": ""}])
def test_reports_about_messages_of_others_change_nothing(sms: FakePort, how: dict[str, str]) -> None:
    deliver(queue(consumer()))
    assert reported("bounced", **how) == 0
    assert Notice.objects.get().state == "accepted"


def test_another_adapters_reference_is_not_mistaken_for_ours(sms: FakePort) -> None:
    deliver(queue(consumer()))
    report = Report(status="bounced", at=LATER, ref="ref-1")
    assert actions.take_reports(adapter="http", reports=[report], at=LATER) == 0


def failed_notice(sms: FakePort) -> UUID:
    sms.answers = [Refused("number.unknown", lasting=True)]
    return deliver(queue(consumer(), channels=["sms"])).id


def test_the_administrator_sends_again_as_a_new_message(sms: FakePort) -> None:
    notice_id = failed_notice(sms)
    actions.retry(notice_id=notice_id, actor=staff(Role.ADMINISTRATOR), at=LATER)
    notice = deliver(notice_id, at=LATER)
    assert (notice.state, notice.channel) == ("accepted", "sms")
    assert sms.sent[0].key != sms.sent[1].key
    assert said(notice_id) == ["notice.failed", "notice.retried", "notice.accepted"]


def test_others_may_not_and_what_was_told_is_not_sent_again(sms: FakePort) -> None:
    notice_id = failed_notice(sms)
    with pytest.raises(NotAllowed):
        actions.retry(notice_id=notice_id, actor=staff(Role.AGENT), at=LATER)
    assert Notice.objects.get().state == "failed"
    told = deliver(queue(consumer(), key="k2"))
    with pytest.raises(Refusal, match="accepted"):
        actions.retry(notice_id=told.id, actor=staff(Role.ADMINISTRATOR), at=LATER)


def test_the_failed_list_is_not_for_everybody_and_shows_no_words(sms: FakePort) -> None:
    failed_notice(sms)
    with pytest.raises(NotAllowed):
        queries.failed(staff(Role.AGENT))
    (shown,) = queries.failed(staff(Role.ADMINISTRATOR))
    assert {"sealed", "params"} <= shown.get_deferred_fields()
    assert Attempt.objects.get().code == "number.unknown"
