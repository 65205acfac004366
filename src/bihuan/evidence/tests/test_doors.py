"""Over HTTP: upload with the token of the page, show with headers that let nothing run, pieces of a film."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as configured
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.accounts import actions as accounts
from bihuan.accounts.models import Person
from bihuan.evidence import pieces, uploads
from bihuan.evidence.models import Access, Incoming, Item
from bihuan.evidence.tests.factories import AT, pdf, picture, video
from bihuan.journal.actor import PROGRAM

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.evidence.tests.urls")]
PERSON_BACKEND = "bihuan.accounts.backends.PersonBackend"


def signed_in(phone: str) -> Client:
    """A browser in which the consumer with this phone is signed in."""
    facts = accounts.ConsumerFacts(phone=phone)
    person = Person.objects.get(id=accounts.ensure_consumer(facts=facts, actor=PROGRAM, at=AT).person_id)
    made = Client()
    session = made.session
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.id), PERSON_BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    made.cookies[configured.SESSION_COOKIE_NAME] = session.session_key or ""
    return made


@pytest.fixture
def browser() -> Client:
    return signed_in("13800138000")


def send(browser: Client, content: bytes, **extra: Any) -> Any:
    return browser.post("/evidence/", {"file": SimpleUploadedFile("a.bin", content), **extra})


def uploaded(browser: Client, content: bytes) -> UUID:
    return UUID(send(browser, content).json()["id"])


def test_a_consumer_uploads_and_sees_the_picture(browser: Client) -> None:
    answer = send(browser, picture(), party="platform")
    assert answer.status_code == 201
    item = Item.objects.get(id=answer.json()["id"])
    assert (item.party, answer.json()["name"]) == ("consumer", "a.jpg")
    shown = browser.get(f"/evidence/{item.id}")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Content-Disposition"] == 'inline; filename="a.jpg"'
    assert shown["Cache-Control"] == "private, no-store"
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")


def test_anything_but_a_picture_is_saved_not_opened(browser: Client) -> None:
    shown = browser.get(f"/evidence/{uploaded(browser, pdf())}")
    assert shown["Content-Disposition"].startswith("attachment")


def test_a_refused_file_is_told_as_a_problem(browser: Client) -> None:
    answer = send(browser, b"MZ" + bytes(100))
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")
    assert answer.json()["code"] == "evidence.type"
    assert Item.objects.count() == 0


@pytest.mark.parametrize(
    ("header", "status", "length", "where"),
    [
        ("bytes=0-9", 206, 10, "bytes 0-9/{size}"),
        ("bytes=100-", 206, None, "bytes 100-{last}/{size}"),
        ("bytes=-5", 206, 5, "bytes {size5}-{last}/{size}"),
        ("bytes=0-1,5-6", 200, None, None),
        ("bytes=-", 200, None, None),
        ("lines=1-2", 200, None, None),
        ("bytes=9999999-", 416, None, "bytes */{size}"),
        ("bytes=-0", 416, None, "bytes */{size}"),
    ],
)
def test_pieces_of_a_film(
    browser: Client, header: str, status: int, length: int | None, where: str | None
) -> None:
    size = len(video())
    answer = browser.get(f"/evidence/{uploaded(browser, video())}", headers={"Range": header})
    assert answer.status_code == status
    if length is not None:
        assert answer["Content-Length"] == str(length)
        assert len(b"".join(answer.streaming_content)) == length
    wanted = where.format(size=size, last=size - 1, size5=size - 5) if where else None
    assert answer.get("Content-Range") == wanted


def test_head_reads_nothing(browser: Client) -> None:
    answer = browser.head(f"/evidence/{uploaded(browser, pdf())}")
    assert (answer.content, answer["Content-Length"]) == (b"", str(len(pdf())))


def test_others_files_do_not_exist(browser: Client) -> None:
    item_id = uploaded(browser, pdf())
    other = signed_in("13900139000")
    for asked in (item_id, uuid4()):
        assert other.get(f"/evidence/{asked}").status_code == 404
    assert Access.objects.count() == 0


def test_nobody_signed_in_is_sent_to_sign_in() -> None:
    assert Client().get(f"/evidence/{uuid4()}").status_code == 302
    assert send(Client(), pdf()).status_code == 302


def test_without_the_pages_token_nothing_is_stored(browser: Client, settings: Any) -> None:
    settings.CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"  # the project's needs all its pages
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert send(strict, pdf()).status_code == 403
    assert Item.objects.count() == 0


def test_a_request_larger_than_any_file_is_cut_off(browser: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(uploads, "MOST", 1000)
    answer = send(browser, b"%PDF-1.7" + b" " * 5000)
    assert (answer.status_code, answer.json()["code"]) == (413, "evidence.too_big")
    assert Item.objects.count() == 0


def test_a_post_without_a_file_says_so(browser: Client) -> None:
    assert browser.post("/evidence/", {"case": "nonsense"}).status_code == 422
    assert send(browser, pdf(), case="nonsense").status_code == 422
    assert browser.get("/evidence/").status_code == 405


@pytest.fixture
def key() -> str:
    made = accounts.create_api_key(
        name="shop", scopes=["evidence:write", "evidence:read"], actor=PROGRAM, at=AT
    )
    return made.secret


def test_a_program_uploads_and_fetches(key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    file = SimpleUploadedFile("发票.pdf", pdf())
    answer = Client().post("/api/evidence", {"file": file, "party": "consumer"}, headers=headers)
    assert answer.status_code == 201, answer.content
    item = answer.json()
    assert (item["name"], item["party"]) == ("发票.pdf", "consumer")
    assert Item.objects.get().source == "api"
    assert Client().get(f"/api/evidence/{item['id']}", headers=headers).json() == item
    content = Client().get(f"/api/evidence/{item['id']}/content", headers=headers)
    assert b"".join(content.streaming_content) == pdf()  # type: ignore[attr-defined]


def test_the_api_asks_for_a_key() -> None:
    assert Client().post("/api/evidence", {"file": SimpleUploadedFile("a", pdf())}).status_code == 401


def begun(browser: Client, size: int, **extra: Any) -> Any:
    return browser.post("/evidence/pieces", {"name": "a.mp4", "size": size, "mark": "abcdefgh", **extra})


def put(browser: Client, made: Any, offset: Any, content: bytes, digest: str | None = None) -> Any:
    sha256 = digest or hashlib.sha256(content).hexdigest()
    return browser.put(
        f"/evidence/pieces/{made['id']}?offset={offset}",
        content,
        content_type="application/octet-stream",
        headers={"X-Content-SHA256": sha256},
    )


def test_a_film_comes_in_pieces_over_http(browser: Client) -> None:
    body = video()
    made = begun(browser, len(body)).json()
    assert put(browser, made, 0, body[:300]).json()["received"] == 300
    lost = put(browser, made, 0, body[:300])
    assert (lost.status_code, lost.json()["received"]) == (409, 300)
    assert put(browser, made, 300, body[300:], "0" * 64).status_code == 422
    assert browser.get(f"/evidence/pieces/{made['id']}").json()["received"] == 300
    put(browser, made, 300, body[300:])
    answer = browser.post(f"/evidence/pieces/{made['id']}/finish")
    assert answer.status_code == 201
    assert Item.objects.get().id == UUID(answer.json()["id"])


def test_pieces_that_make_no_sense_are_refused(browser: Client) -> None:
    assert begun(browser, 0).status_code == 422
    assert browser.post("/evidence/pieces", {"name": "a", "size": "x", "mark": "abcdefgh"}).status_code == 422
    assert begun(browser, 100, mark="短").status_code == 422
    assert begun(browser, 600 * 1024 * 1024).status_code == 413
    made = begun(browser, 5_000_000).json()
    assert put(browser, made, "x", b"a").status_code == 422
    assert put(browser, made, 0, bytes(1024 * 1024 + 1)).status_code == 422
    assert not Item.objects.exists()


def test_somebody_elses_pieces_are_not_there(browser: Client) -> None:
    made = begun(browser, 100).json()
    other = signed_in("13912345678")
    assert put(other, made, 0, b"a").status_code == 404
    assert other.delete(f"/evidence/pieces/{made['id']}").status_code == 404
    assert browser.delete(f"/evidence/pieces/{made['id']}").status_code == 204
    assert browser.get(f"/evidence/pieces/{made['id']}").status_code == 404


def test_nobody_sends_pieces_without_signing_in(client: Client) -> None:
    assert begun(client, 100).status_code == 302
    assert not Incoming.objects.exists()


def test_a_program_sends_a_file_in_pieces_and_goes_on_after_a_break(key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    film = video(padding=pieces.PIECE) if "padding" in video.__code__.co_varnames else pdf()
    said = {"name": "film.mp4", "size": len(film), "mark": "abcdefgh", "party": "consumer"}
    made = (
        Client().post("/api/evidence/pieces", said, content_type="application/json", headers=headers).json()
    )
    path = f"/api/evidence/pieces/{made['id']}"
    for start in range(0, len(film), pieces.PIECE):
        again = Client().post("/api/evidence/pieces", said, content_type="application/json", headers=headers)
        assert again.json()["received"] == start
        part = film[start : start + pieces.PIECE]
        digest = {"X-Content-SHA256": hashlib.sha256(part).hexdigest()}
        sent = Client().put(
            f"{path}?offset={start}", part, content_type="application/octet-stream", headers=headers | digest
        )
        assert (sent.status_code, sent.json()["received"]) == (200, start + len(part))
    first, second = (Client().post(f"{path}/finish", headers=headers) for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    assert Item.objects.get().blob_id == hashlib.sha256(film).hexdigest()
    assert Client().get(path, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_program_gives_an_unfinished_file_up(key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    said = {"name": "a.pdf", "size": 9, "mark": "abcdefgh", "party": "consumer"}
    made = (
        Client().post("/api/evidence/pieces", said, content_type="application/json", headers=headers).json()
    )
    assert Client().delete(f"/api/evidence/pieces/{made['id']}", headers=headers).status_code == 204
    assert not Incoming.objects.exists()
