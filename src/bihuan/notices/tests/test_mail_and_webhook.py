"""Mail and webhooks: what goes out, and how failures are told apart."""

from __future__ import annotations

import base64
import json
import smtplib
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail.backends.smtp import EmailBackend

from bihuan.notices.ports.mail import SmtpPort
from bihuan.notices.ports.port import Accepted, Message, Refused, Result, Unknown
from bihuan.notices.ports.signing import webhook_signature
from bihuan.notices.ports.webhook import WebhookPort
from bihuan.notices.tests.factories import AT

URL = "smtp://us%40er:pass@mail.example.cn:2525/?from=service@example.cn&tls=none"


def message(title: str = "投诉已受理") -> Message:
    return Message("key-1", uuid4(), "acceptance", "mail", "li@example.cn", "zh-hans", title, "您好", {})


class Smtp:
    """Stands for smtplib's connection; keeps what it is given or fails as told."""

    failure: Exception | None = None
    sent: list[tuple[list[str], bytes]] = []

    def __init__(self, host: str, port: int, **_: Any) -> None:
        if isinstance(Smtp.failure, OSError) and not isinstance(Smtp.failure, smtplib.SMTPException):
            raise Smtp.failure

    def login(self, user: str, password: str) -> None:
        assert (user, password) == ("us@er", "pass")

    def sendmail(self, _: str, to: list[str], content: bytes) -> None:
        if Smtp.failure is not None:
            raise Smtp.failure
        Smtp.sent.append((to, content))

    def quit(self) -> None:
        pass


@pytest.fixture
def smtp(monkeypatch: pytest.MonkeyPatch) -> type[Smtp]:
    Smtp.failure, Smtp.sent = None, []
    monkeypatch.setattr(EmailBackend, "connection_class", Smtp)
    return Smtp


def test_a_mail_carries_the_key_as_its_id(smtp: type[Smtp]) -> None:
    assert SmtpPort(URL).send(message(), at=AT) == Accepted(ref="key-1@example.cn")
    ((to, content),) = smtp.sent
    mail = message_from_bytes(content)
    assert (to, mail["Message-ID"], mail["From"]) == (
        ["li@example.cn"],
        "<key-1@example.cn>",
        "service@example.cn",
    )
    assert str(make_header(decode_header(mail["Subject"]))) == "投诉已受理"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("failure", "result"),
    [
        (
            smtplib.SMTPRecipientsRefused({"li@example.cn": (550, b"no such user")}),
            Refused("smtp_550", lasting=True),
        ),
        (
            smtplib.SMTPRecipientsRefused({"li@example.cn": (450, b"later")}),
            Refused("smtp_450", lasting=False),
        ),
        (smtplib.SMTPDataError(554, b"spam"), Refused("smtp_554", lasting=True)),
        (smtplib.SMTPServerDisconnected("gone"), Unknown("disconnected")),
        (ConnectionRefusedError(), Refused("unreachable", lasting=False)),
    ],
)
def test_failures_of_mail(smtp: type[Smtp], failure: Exception, result: Result) -> None:
    smtp.failure = failure
    assert SmtpPort(URL).send(message(), at=AT) == result


def test_a_line_break_in_the_title_is_no_second_header(smtp: type[Smtp]) -> None:
    assert SmtpPort(URL).send(message("a\nBcc: x@y.z"), at=AT) == Refused("bad_message", lasting=True)
    assert smtp.sent == []


def test_the_webhook_signature_is_that_of_the_published_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signature = webhook_signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]], list[int]]]:
    seen: list[tuple[dict[str, str], bytes]] = []
    statuses: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((dict(self.headers), body))
            self.send_response(statuses.pop(0) if statuses else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", seen, statuses
    server.shutdown()
    server.server_close()


SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()


def test_a_webhook_is_signed_and_repeats_its_id(receiver: Any) -> None:
    url, seen, _ = receiver
    port = WebhookPort(url, SECRET, None)
    assert port.send(message(), at=AT) == Accepted()
    port.send(message(), at=AT)
    headers, body = seen[0]
    signed = webhook_signature(SECRET, "key-1", int(AT.timestamp()), body)
    assert headers["webhook-signature"] == signed
    assert [h["webhook-id"] for h, _ in seen] == ["key-1", "key-1"]
    assert json.loads(body)["type"] == "notice.acceptance"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (410, Refused("http_410", lasting=True)), (429, Refused("http_429", lasting=False)),
        (503, Refused("http_503", lasting=False)), (500, Unknown("http_500")), (301, Unknown("http_301")),
    ],
)  # fmt: skip
def test_answers_of_a_webhook(receiver: Any, status: int, result: Result) -> None:
    receiver[2].append(status)
    assert WebhookPort(receiver[0], SECRET, None).send(message(), at=AT) == result
