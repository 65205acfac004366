"""Bad input of every kind: a clear error each, nothing stored, nothing of others told."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.evidence import actions as evidence
from bihuan.journal.actor import PROGRAM

from .conftest import AT, Caller, complaint, key_of, rows, session_of
from .files import picture

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"
SECRETS = re.compile(rb"Traceback|psycopg|django\.|SELECT |site-packages|File \"")


def refused(answer: Any, *statuses: int, code: str = "") -> dict[str, Any]:
    """The problem in an answer, which has the form that every error has."""
    assert answer.status_code in statuses, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == PROBLEM
    assert not SECRETS.search(answer.content)
    found = json.loads(answer.content)
    assert found["status"] == answer.status_code
    assert all(found[name] for name in ("type", "title", "code", "detail"))
    assert not code or found["code"] == code
    return found


FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"matter": "x" * 20_001}, "matter"),
    ({"matter": ""}, "matter"),
    ({"matter": " \n\t "}, "matter_text"),
    ({"matter": "a\u0000b"}, "matter"),
    ({"matter": "付款\u202e成功"}, "matter"),
    ({"matter": "\ud800"}, "matter"),
    ({"matter": ["a"]}, "matter"),
    ({"matter": None}, "matter"),
    ({"demand_amount": -1}, "demand_amount"),
    ({"demand_amount": 10**12 + 1}, "demand_amount"),
    ({"demand_amount": 10**400}, "demand_amount"),
    ({"demand_amount": 1.5}, "demand_amount"),
    ({"demand_amount": "1e3"}, "demand_amount"),
    ({"happened_at": "2026-03-01T09:00:00"}, "happened_at"),
    ({"happened_at": "0001-01-01T00:00:00+14:00"}, "happened_at"),
    ({"happened_at": "9999-12-31T23:59:59-12:00"}, "happened_at"),
    ({"happened_at": "2026-02-30T00:00:00Z"}, "happened_at"),
    ({"happened_at": "2030-01-01T00:00:00Z"}, "happened_at"),
    ({"type": "everything"}, "type"),
    ({"demand": "money"}, "demand"),
    ({"channel": "' OR 1=1 --"}, "channel"),
    ({"party": "admin"}, "party"),
    ({"order_number": "9" * 65}, "order_number"),
    ({"transaction_record": "x" * 121}, "transaction_record"),
    ({"items": [{"matter": "quality", "demand": "refund"}] * 21}, "items"),
    ({"items": [{"matter": "quality"}]}, "items.0.demand"),
    ({"items": {"matter": "quality"}}, "items"),
    ({"evidence": ["not-an-id"]}, "evidence.0"),
    ({"evidence": [str(UUID(int=1))] * 21}, "evidence"),
    ({"concerns": "1"}, "concerns"),
    ({"consumer": {}}, "consumer"),
    ({"consumer": None}, "consumer"),
    ({"consumer": {"phone": "x" * 33}}, "consumer.phone"),
    ({"consumer": {"reference": "a" * 81}}, "consumer.reference"),
    ({"consumer": {"reference": "b\u0000"}}, "consumer.reference"),
    ({"state": "closed"}, "state"),
    ({"actor": "administrator"}, "actor"),
]


@pytest.mark.parametrize(("changes", "field"), FIELDS, ids=lambda v: str(v)[:40])
def test_a_bad_field_is_named_and_nothing_is_stored(played, platform, changes, field) -> None:
    before = rows()
    answer = platform.post("/complaints", raw=json.dumps(complaint(played, **changes)).encode())
    found = refused(answer, 422)
    assert found["field"] == field
    assert rows() == before


BODIES: list[tuple[bytes, int]] = [
    (b"", 415),
    (b"{", 400),
    (b"[]", 422),
    (b'"text"', 422),
    (b"null", 422),
    (b"7", 422),
    (b"[" * 20_000, 400),
    (b'{"a":' * 200 + b"1" + b"}" * 200, 400),
    (b'{"type": NaN}', 400),
    (b'{"type": "quality", "type": "other"}', 400),
    (b'{"matter": "\xff\xfe"}', 400),
    ('{"matter": "汤"}'.encode("gb18030"), 400),
    ('{"matter": "汤"}'.encode("utf-16"), 400),
    (b'\xef\xbb\xbf{"matter": "x"}', 400),
    (b"<xml/>", 400),
]


@pytest.mark.parametrize(("raw", "status"), BODIES, ids=lambda v: str(v)[:30])
def test_a_body_that_is_none_is_refused(played, platform, raw, status) -> None:
    before = rows()
    refused(platform.post("/complaints", raw=raw), status)
    assert rows() == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "x"]
)
def test_another_content_type_is_refused(played, platform, kind) -> None:
    before = rows()
    raw = json.dumps(complaint(played)).encode()
    refused(platform.post("/complaints", raw=raw, content_type=kind), 415, code="content_type")
    assert rows() == before


def test_a_body_that_is_too_large_is_refused(played, platform) -> None:
    body = json.dumps(complaint(played, matter="x" * 3_000_000)).encode()
    refused(platform.post("/complaints", raw=body), 413, code="too_large")
    refused(platform.post("/complaints", raw=b"{}", CONTENT_LENGTH="-5"), 400)


ADDRESSES = [
    "/nothing", "/complaints/1", "/complaints/%00", "/orders/%ff", "/orders/a%00b", "/complaints?after=%00",
    "/orders/%E2%80%AE", "/" + "x" * 9000,
]  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES, ids=lambda p: p[:20])
def test_an_address_that_leads_nowhere(platform, path) -> None:
    refused(platform.get(path), 400, 404, 422)


def test_a_method_that_there_is_not(platform) -> None:
    answer = platform.client.delete("/api/v1/complaints", headers=platform.headers)
    refused(answer, 405, code="method")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_errors_speak_the_callers_language(platform) -> None:
    english = refused(platform.get("/complaints", limit=0), 422)
    platform.headers["Accept-Language"] = "zh-CN"
    chinese = refused(platform.get("/complaints", limit=0), 422)
    assert english["code"] == chinese["code"]
    assert re.search("[\u4e00-\u9fff]", chinese["detail"] + chinese["title"])


def header(alg: str) -> str:
    import base64

    parts = ({"alg": alg, "typ": "JWT"}, {"sub": "administrator", "exp": 1})
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts)


TOKENS = [
    "bh_00000000_x", "bh_" + "\u00e9" * 8 + "_x", header("none") + ".", header("HS256") + ".x", "null",
    "bh_00000000_" + "x" * 7000, "' OR '1'='1",
]  # fmt: skip


@pytest.mark.parametrize("token", TOKENS, ids=lambda t: t[:20])
def test_a_forged_key_is_nobody(played, token) -> None:
    before = rows()
    caller = Caller("x")
    caller.headers["Authorization"] = "Bearer " + token.encode().decode("latin-1")
    for answer in (caller.get("/complaints"), caller.post("/complaints", complaint(played))):
        refused(answer, 401, code="unauthenticated")
        assert answer["WWW-Authenticate"] == "Bearer"
    assert rows() == before


def test_a_bad_key_does_not_fall_back_to_the_session(played) -> None:
    caller = session_of(played.people["supervisor"])
    assert caller.get("/complaints").status_code == 200
    caller.headers["Authorization"] = "Bearer bh_00000000_x"
    refused(caller.get("/complaints"), 401)


def test_a_forged_entry_token_opens_nothing(played) -> None:
    from django.test import Client

    before = rows()
    for token in (header("none") + ".", header("HS256") + ".AAAA", "x", "\x00", "é" * 50, "a.b.c" * 2000):
        answer = Client(raise_request_exception=False).get("/enter", {"token": token})
        assert answer.status_code in (400, 401, 403, 404, 422), answer.status_code
    assert rows() == before


def test_other_peoples_cases_are_not_there(played, platform) -> None:
    """Another merchant and another consumer get the very answer that they get for an id that is none."""
    case = platform.post("/complaints", complaint(played)).json()
    file = platform.form("/evidence", {"file": picture(), "party": "consumer"}).json()["id"]
    other_merchant = next(
        m for m in played.merchants.values() if m != played.people["merchant"].organisation_id
    )
    other_consumer = next(c for c in played.consumers.values() if c.id != played.people["consumer"].id)
    none = str(uuid4())
    callers = (key_of(other_merchant), session_of(other_consumer))
    before = rows()
    for caller in callers:
        for path in ("/complaints/{}", "/complaints/{}/steps", "/evidence/{}", "/evidence/{}/content"):
            theirs = case["id"] if path.startswith("/comp") else file
            found = refused(caller.get(path.format(theirs)), 404)
            assert json.dumps(found).replace(theirs, none) == json.dumps(
                refused(caller.get(path.format(none)), 404)
            )
        for step in ("withdraw", "write", "add_evidence", "offer", "accept_offer", "close", "redact"):
            answer = caller.post(f"/complaints/{case['id']}/steps/{step}", {})
            refused(answer, 403, 404, 422)
            assert case["number"].encode() not in answer.content
    assert rows() == before


def test_a_file_of_somebody_else_is_not_attached(played, platform) -> None:
    secret = evidence.upload(actor=PROGRAM, at=AT, content=picture().read(), name="a.jpg", party="platform")
    before = rows()
    refused(platform.post("/complaints", complaint(played, evidence=[str(secret.id)])), 404, 409, 422)
    assert rows() == before


HTML = b"<!doctype html><script>alert(1)</script>"
FILES: list[tuple[str, bytes, str]] = [
    ("empty.jpg", b"", "image/jpeg"),
    ("page.html", HTML, "text/html"),
    ("page.jpg", HTML, "image/jpeg"),
    ("gif.html", b"GIF89a/*" + HTML, "image/gif"),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
    ("program.exe", b"MZ\x90\x00" + bytes(500), "image/png"),
    ("archive.zip", b"PK\x03\x04" + bytes(100), "application/zip"),
    ("cut.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
    ("cut.jpg", b"\xff\xd8\xff\xe0" + bytes(100), "image/jpeg"),
    ("not.pdf", b"%PDF-1.7\n" + b"\x00" * 50, "application/pdf"),
]


@pytest.mark.parametrize(("name", "content", "kind"), FILES, ids=lambda v: str(v)[:12])
def test_a_file_of_a_wrong_kind_is_refused(played, platform, name, content, kind) -> None:
    before = rows()
    file = SimpleUploadedFile(name, content, kind)
    refused(platform.form("/evidence", {"file": file, "party": "consumer"}), 400, 409, 413, 415, 422)
    assert rows() == before


def test_a_file_larger_than_any_is_refused(played, platform) -> None:
    from bihuan.evidence.uploads import MOST

    before = rows()
    answer = platform.post("/evidence", raw=b"x", content_type="multipart/form-data; boundary=b",
                           CONTENT_LENGTH=str(MOST + 1))  # fmt: skip
    refused(answer, 413)
    assert rows() == before


def test_odd_names_and_fields_of_a_file(played, platform) -> None:
    before = rows()
    for fields in ({"party": "admin"}, {"case_id": "x"}, {"case_id": str(uuid4())}, {"party": "\u0000"}, {}):
        body = {"file": picture()} | fields if fields else {"party": "consumer"}
        refused(platform.form("/evidence", body), 404, 422)
    assert rows() == before
    file = SimpleUploadedFile("../../etc/\u202egpj.exe\r\nX: 1.jpg", picture(33).read(), "image/jpeg")
    name = platform.form("/evidence", {"file": file, "party": "consumer"}).json()["name"]
    assert not re.search("[/\\\\\r\n\u202e\x00]", name)


def test_a_session_needs_the_token_of_the_form(played) -> None:
    from django.test import Client

    caller = session_of(played.people["consumer"])
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = caller.client.cookies
    refused(Caller(client=strict).post("/complaints", complaint(played, consumer=None)), 403)


def test_a_lost_database_and_a_defect_tell_nothing(played, platform, monkeypatch) -> None:
    from django.db import OperationalError

    from bihuan.cases import queries

    def away(*args: Any, **named: Any) -> None:
        raise OperationalError("server closed the connection: host=secret")

    monkeypatch.setattr(queries, "by_receipt", away)
    answer = platform.get("/complaints")
    refused(answer, 503)
    assert (answer["Retry-After"], b"secret" in answer.content) == ("5", False)
    monkeypatch.setattr(queries, "by_receipt", lambda *a, **k: 1 / 0)
    refused(platform.get("/complaints"), 500)
