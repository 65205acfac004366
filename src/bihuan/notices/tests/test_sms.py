"""SMS through a gateway of our contract: nobody gets it twice, whatever goes wrong on the way."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from bihuan.engine.errors import Invalid
from bihuan.notices.errors import BadSignature
from bihuan.notices.ports import calls, choice
from bihuan.notices.ports.port import Accepted, Message, Refused, Unknown
from bihuan.notices.ports.signing import SIGNATURE, TIMESTAMP, sign
from bihuan.notices.ports.sms import HttpSmsPort
from bihuan.notices.ports.station import StationPort
from bihuan.notices.tests.factories import AT, consumer, deliver, queue
from bihuan.notices.tests.gateway import SECRET, Gateway


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "TIMEOUT", httpx.Timeout(1, connect=1))


@pytest.fixture
def port(gateway: Gateway) -> HttpSmsPort:
    return HttpSmsPort(gateway.url, SECRET)


def message(key: str = "k-1") -> Message:
    return Message(
        key, uuid4(), "acceptance", "sms", "13812345678", "zh-hans", "标题", "您的投诉已受理", {"number": "A"}
    )


def test_it_is_accepted_with_the_gateways_reference(port: HttpSmsPort, gateway: Gateway) -> None:
    assert port.send(message(), at=AT) == Accepted(ref="sms-1", at=None)
    assert gateway.sent["k-1"]["to"] == "13812345678"
    assert gateway.sent["k-1"]["text"] == "您的投诉已受理"


@pytest.mark.parametrize(
    ("how", "result"),
    [
        ("500", Unknown("http_500")),
        ("429", Refused("busy", lasting=False)),
        ("422", Refused("number.unknown", lasting=True)),
        ("redirect", Unknown("http_302")),
        ("malformed", Unknown("malformed_answer")),
        ("lose", Unknown("broken_answer")),
        ("slow", Unknown("timeout")),
    ],
)
def test_every_failure_is_told_apart(port: HttpSmsPort, gateway: Gateway, how: str, result: object) -> None:
    gateway.misbehave = [how]
    assert port.send(message(), at=AT) == result


def test_a_gateway_that_is_not_there_got_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert HttpSmsPort(address, SECRET).send(message(), at=AT) == Refused("unreachable", lasting=False)
    assert HttpSmsPort(address, SECRET).ask(message(), at=AT) == Unknown("unreachable")


def test_another_secret_is_refused(gateway: Gateway) -> None:
    assert HttpSmsPort(gateway.url, "wrong").send(message(), at=AT) == Refused("signature", lasting=True)
    assert gateway.sent == {}


@pytest.fixture
def real(port: HttpSmsPort) -> Iterator[None]:
    choice.install({"sms": port, "station": StationPort()})
    yield
    choice.install({})


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["lose", "slow", "malformed"])
def test_taken_but_the_answer_lost_one_message_and_told(gateway: Gateway, real: None, how: str) -> None:
    gateway.misbehave = [how]
    notice_id = queue(consumer())
    assert deliver(notice_id).state == "queued"
    notice = deliver(notice_id, at=AT + timedelta(minutes=1))
    assert (notice.state, notice.provider_ref, len(gateway.sent)) == ("accepted", "sms-1", 1)
    assert [method for method, _ in gateway.requests] == ["POST", "GET"]


@pytest.mark.django_db
def test_not_taken_it_is_sent_with_the_same_key(gateway: Gateway, real: None) -> None:
    gateway.misbehave = ["500"]
    notice_id = queue(consumer())
    deliver(notice_id)
    assert deliver(notice_id, at=AT + timedelta(minutes=1)).state == "accepted"
    assert [method for method, _ in gateway.requests] == ["POST", "GET", "POST"]
    assert len({key for _, key in gateway.requests}) == 1


@pytest.mark.django_db
def test_while_the_gateway_cannot_say_nothing_is_sent_again(gateway: Gateway, real: None) -> None:
    gateway.misbehave = ["lose", "500"]
    notice_id = queue(consumer())
    deliver(notice_id)
    assert deliver(notice_id, at=AT + timedelta(minutes=1)).state == "queued"
    assert deliver(notice_id, at=AT + timedelta(minutes=9)).state == "accepted"
    assert [method for method, _ in gateway.requests] == ["POST", "GET", "GET"]


def signed(body: bytes, *, late: int = 0, secret: str = SECRET) -> dict[str, str]:
    stamp = int(AT.timestamp()) - late
    return {TIMESTAMP.upper(): str(stamp), SIGNATURE: sign(secret.encode(), stamp, body)}


def test_a_signed_report_is_read() -> None:
    given = {
        "key": "k-1",
        "id": "sms-1",
        "status": "delivered",
        "at": "2026-09-30T10:00:01+08:00",
        "code": "有空格",
    }
    body = json.dumps({"reports": [given]}).encode()
    (report,) = HttpSmsPort("", SECRET).reports(signed(body), body, at=AT)
    assert (report.status, report.key, report.ref, report.code) == (
        "delivered",
        "k-1",
        "sms-1",
        "unspecified",
    )
    assert report.at == AT + timedelta(seconds=1)


def test_unsigned_forged_old_and_changed_reports_are_refused() -> None:
    body = b'{"reports": []}'
    wrong = [{}, signed(body, secret="x"), signed(body, late=301), signed(body, late=-301), signed(b"{}")]
    wrong += [{TIMESTAMP: "nan", SIGNATURE: "x"}, {TIMESTAMP: "9" * 30, SIGNATURE: ""}]
    for headers in wrong:
        with pytest.raises(BadSignature):
            HttpSmsPort("", SECRET).reports(headers, body, at=AT)
    with pytest.raises(BadSignature):
        HttpSmsPort("", "").reports(signed(body, secret=""), body, at=AT)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"reports": 1}',
        b'{"reports": [{"status": "eaten"}]}',
        b'{"reports": [1]}',
        b"\xff",
        b"[" * 5000,
    ],
)
def test_malformed_reports_are_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        HttpSmsPort("", SECRET).reports(signed(body), body, at=AT)
