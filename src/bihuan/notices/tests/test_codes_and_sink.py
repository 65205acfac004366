"""Sign-in codes: sealed, short-lived, shown nowhere. And where the messages of a demo or drill end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import NotAllowed, Refusal, Unavailable
from bihuan.journal.queries import entries_of
from bihuan.journal.time import mark_deployment
from bihuan.notices import actions, queries
from bihuan.notices.models import Notice, Sunk
from bihuan.notices.ports import choice
from bihuan.notices.ports.port import Accepted, Refused, Unknown
from bihuan.notices.ports.sink import HIDDEN, SinkPort
from bihuan.notices.ports.station import StationPort
from bihuan.notices.tests.factories import AT, FakePort, acting, consumer, deliver, queue, staff

pytestmark = pytest.mark.django_db
PHONE, CODE = "13987654321", "493817"


def everything() -> str:
    """All rows of notices and jobs as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(n::text, ' ') FROM notices_notice n), (SELECT string_agg(a::text, ' ')"
            " FROM notices_attempt a), (SELECT string_agg(j::text, ' ') FROM procrastinate_jobs j),"
            " (SELECT string_agg(convert_from(e.canonical, 'UTF8'), ' ') FROM journal_entry e)"
        )
        return " ".join(part or "" for part in cursor.fetchone())


def code(sms: Any = None) -> Any:
    return actions.queue_code(phone=PHONE, code=CODE, language="zh-hans", at=AT)


def test_a_code_stands_nowhere_in_clear_and_goes_when_sent(sms: FakePort) -> None:
    notice_id = code()
    assert PHONE not in everything()
    assert CODE not in everything()
    notice = deliver(notice_id)
    (message,) = sms.sent
    assert (message.address, CODE in message.body) == (PHONE, True)
    assert (notice.state, notice.sealed) == ("accepted", None)
    assert CODE not in everything()
    assert PHONE not in everything()


def test_a_code_is_not_sent_when_it_is_past(sms: FakePort) -> None:
    notice = deliver(code(), at=AT + timedelta(minutes=6))
    assert (notice.state, notice.code, notice.sealed, sms.sent) == ("failed", "expired", None, [])
    with pytest.raises(Refusal):
        actions.retry(notice_id=notice.id, actor=staff(Role.ADMINISTRATOR), at=AT)


def test_a_code_whose_answer_got_lost_is_asked_for_while_it_is_good(sms: FakePort) -> None:
    sms.answers = [Unknown("timeout")]
    notice_id = code()
    deliver(notice_id)
    sms.known = Accepted(ref="s1")
    assert deliver(notice_id, at=AT + timedelta(minutes=1)).state == "accepted"
    assert len(sms.sent) == 1


def test_without_sms_the_door_is_told_at_once() -> None:
    choice.install({"station": StationPort()})
    with pytest.raises(Unavailable):
        code()
    choice.install({})
    assert Notice.objects.count() == 0


def test_a_cases_code_goes_with_the_message_and_not_into_the_parameters(sms: FakePort) -> None:
    notice_id = queue(consumer(), code="K7Q2")
    assert "K7Q2" not in everything()
    assert Notice.objects.get().params == {"number": "TS-2026-000123"}
    deliver(notice_id)
    assert "查询码K7Q2。" in sms.sent[0].body
    assert "K7Q2" not in everything()


def test_a_letter_of_the_station_keeps_the_cases_code_sealed_for_its_reader(sms: FakePort) -> None:
    person = consumer(phone=None)
    deliver(queue(person, code="K7Q2"))
    assert "K7Q2" not in everything()
    (letter,) = queries.inbox(acting(person))
    assert "查询码：K7Q2" in letter.body


@pytest.fixture
def sink() -> SinkPort:
    port = SinkPort(choice.FIELDS["sms"])
    choice.install({"sms": port, "station": StationPort()})
    yield port
    choice.install({})


def test_a_demo_shows_what_would_have_been_sent(sink: SinkPort) -> None:
    mark_deployment("demo")
    notice = deliver(code())
    (kept,) = queries.sunk(staff(Role.ADMINISTRATOR))
    assert (notice.state, kept.address, CODE in kept.body) == ("accepted", PHONE, True)
    with pytest.raises(NotAllowed):
        queries.sunk(staff(Role.AGENT))


def test_a_drill_hides_codes(sink: SinkPort) -> None:
    mark_deployment("drill")
    deliver(code())
    assert HIDDEN in Sunk.objects.get().body
    assert CODE not in Sunk.objects.get().body


def test_in_production_the_sink_takes_nothing(sink: SinkPort) -> None:
    mark_deployment("production")
    notice = deliver(queue(consumer(), channels=["sms"]))
    assert (notice.state, notice.code, Sunk.objects.count()) == ("failed", "sink_in_production", 0)


def test_the_sink_takes_a_message_once(sink: SinkPort) -> None:
    mark_deployment("demo")
    taken = actions.claim(notice_id=queue(consumer()), at=AT)
    assert taken is not None
    results = [actions.make(taken, at=AT) for _ in range(2)]
    assert (results[0], Sunk.objects.count()) == (results[1], 1)


@pytest.mark.parametrize("kind", ["demo", "drill"])
def test_a_demo_or_drill_reaches_nobody_whatever_the_settings_say(kind: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("BIHUAN_SMS", "http")
    monkeypatch.setenv("BIHUAN_SMTP_URL", "smtp://mail.example.cn")
    mark_deployment(kind)
    names = {channel: port.name for channel, port in choice.ports().items()}
    assert names == {
        "station": "station",
        **dict.fromkeys(("sms", "mail", "push", "webhook", "browser"), "sink"),
    }


def test_ports_are_chosen_by_the_environment(monkeypatch: Any) -> None:
    mark_deployment("production")
    assert {c: p.name for c, p in choice.ports().items()} == {"station": "station"}
    for name, value in {
        "BIHUAN_SMS": "http", "BIHUAN_SMS_URL": "https://sms.example.cn", "BIHUAN_SMS_SECRET": "s",
        "BIHUAN_SMTP_URL": "smtp://mail.example.cn", "BIHUAN_PUSH_URL": "https://app.example.cn/push",
        "BIHUAN_PUSH_SECRET": "whsec_AAAA",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert {c: p.name for c, p in choice.ports().items()} == {
        "station": "station", "sms": "http", "mail": "smtp", "push": "webhook",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [("BIHUAN_SMS", "pigeon"), ("BIHUAN_SMS", "http"), ("BIHUAN_SMS", "aliyun"), ("BIHUAN_PUSH_URL", "x")],
)
def test_a_wrong_setting_is_named(name: str, value: str, monkeypatch: Any) -> None:
    mark_deployment("production")
    monkeypatch.setenv(name, value)
    with pytest.raises(Unavailable, match="BIHUAN_"):
        choice.ports()


def test_a_refusal_of_a_code_is_no_reason_to_keep_it(sms: FakePort) -> None:
    sms.answers = [Refused("number.unknown", lasting=True)]
    notice = deliver(code())
    assert (notice.state, notice.sealed) == ("failed", None)
    assert entries_of(notice.id)[-1].data["code"] == "number.unknown"
