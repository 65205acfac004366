"""Alibaba Cloud's SMS: the published signature, and its answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import pytest

from bihuan.engine.errors import Invalid
from bihuan.notices.errors import BadSignature
from bihuan.notices.ports.aliyun import AliyunSmsPort, signature
from bihuan.notices.ports.port import Accepted, Message, Refused, Result, Unknown
from bihuan.notices.tests.factories import AT

Service = tuple[AliyunSmsPort, list[dict[str, str]], list[Any]]


@pytest.fixture
def service() -> Iterator[Service]:
    """The port, the requests the service got, and the answers it gives next."""
    seen: list[dict[str, str]] = []
    answers: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            seen.append({name: values[0] for name, values in form.items()})
            body = json.dumps(answers.pop(0)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    templates = {"acceptance": {"zh": "SMS_1"}}
    port = AliyunSmsPort(
        key_id="testid", secret="testsecret", sign_name="闭环", templates=templates, token="t0ken",
        endpoint=f"http://127.0.0.1:{server.server_port}/",
    )  # fmt: skip
    yield port, seen, answers
    server.shutdown()
    server.server_close()


def message(kind: str = "acceptance") -> Message:
    return Message("key-1", uuid4(), kind, "sms", "13812345678", "zh-hans", "", "", {"number": "A*1"})


def test_the_signature_is_that_of_the_published_example() -> None:
    parameters = {
        "Timestamp": "2016-02-23T12:46:24Z", "Format": "XML", "AccessKeyId": "testid",
        "Action": "DescribeRegions", "SignatureMethod": "HMAC-SHA1", "Version": "2014-05-26",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf", "SignatureVersion": "1.0",
    }  # fmt: skip
    assert signature("GET", parameters, "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


def test_it_sends_the_template_with_its_key_and_a_valid_signature(service: Service) -> None:
    port, seen, answers = service
    answers.append({"Code": "OK", "BizId": "900^0"})
    assert port.send(message(), at=AT) == Accepted(ref="900%5E0")
    (got,) = seen
    assert (got["TemplateCode"], got["OutId"], got["SignatureNonce"]) == ("SMS_1", "key-1", "key-1")
    assert json.loads(got["TemplateParam"]) == {"number": "A*1"}
    assert got.pop("Signature") == signature("POST", got, "testsecret")


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", Refused("isv.MOBILE_NUMBER_ILLEGAL", lasting=True)),
        ("isv.BUSINESS_LIMIT_CONTROL", Refused("isv.BUSINESS_LIMIT_CONTROL", lasting=False)),
        ("SignatureNonceUsed", Unknown("sent_before")),
        ("一句话", Refused("unspecified", lasting=True)),
    ],
)
def test_its_codes(service: Service, code: str, result: Result) -> None:
    port, _, answers = service
    answers.append({"Code": code, "Message": "…"})
    assert port.send(message(), at=AT) == result


def test_a_kind_without_a_template_goes_another_way(service: Service) -> None:
    assert service[0].send(message("mention"), at=AT) == Refused("no_template", lasting=True)
    assert service[1] == []


@pytest.mark.parametrize(
    ("details", "result"),
    [
        ([], None),
        ([{"OutId": "other", "SendStatus": 3}], None),
        (
            [{"OutId": "key-1", "SendStatus": 1, "SendDate": "2026-09-30 10:00:00"}],
            Accepted(ref="key-1", at=AT),
        ),
        ([{"OutId": "key-1", "SendStatus": 2, "ErrCode": "MK:0001"}], Refused("MK:0001", lasting=True)),
    ],
)
def test_an_earlier_try_is_found_by_its_key(service: Service, details: list[Any], result: Any) -> None:
    port, seen, answers = service
    answers.append({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": details}})
    assert port.ask(message(), at=AT) == result
    assert (seen[0]["SendDate"], seen[0]["PhoneNumber"]) == ("20260930", "13812345678")


def test_its_reports_need_the_token(service: Service) -> None:
    port = service[0]
    body = json.dumps(
        [
            {
                "out_id": "key-1",
                "biz_id": "900",
                "success": False,
                "err_code": "ABSENT",
                "report_time": "2026-09-30 10:00:00",
            }
        ]
    ).encode()
    for headers in ({}, {"token": "guess"}, {"token": "字"}):
        with pytest.raises(BadSignature):
            port.reports(headers, body, at=AT)
    (report,) = port.reports({"token": "t0ken"}, body, at=AT)
    assert (report.status, report.key, report.code, report.at) == ("bounced", "key-1", "ABSENT", AT)
    for wrong in (b"{}x", b"[1]", b'[{"out_id": 1}]'):
        with pytest.raises(Invalid):
            port.reports({"token": "t0ken"}, wrong, at=AT)
