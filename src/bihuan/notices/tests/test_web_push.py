"""Web Push: the standard's own example, a local push service, browsers that are gone, trusted hosts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import NewPerson
from bihuan.engine.errors import Invalid, Refusal
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.notices import actions
from bihuan.notices.browsers import Subscription, allowed
from bihuan.notices.models import Browser
from bihuan.notices.ports import choice
from bihuan.notices.ports.browser import HOSTS, BrowserPort, encrypted, packed, unpacked
from bihuan.notices.ports.port import Accepted, Message, Refused
from bihuan.notices.tests.factories import AT

pytestmark = pytest.mark.django_db


class Service:
    """A push service on this machine; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.status, self.taken = 201, []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.taken.append((dict(self.headers), body))
                self.send_response(service.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def port(service: Service) -> Iterator[BrowserPort]:
    made = BrowserPort(packed(b"\x07" * 32), "mailto:it@example.cn", [service.url])
    choice.install({"browser": made})
    yield made
    choice.install({})


@pytest.fixture
def who() -> Actor:
    person = accounts.create_person(
        new=NewPerson(kind=ActorKind.STAFF, username="push"), actor=PROGRAM, at=AT
    )
    return Actor(person.id, ActorKind.STAFF, frozenset({"agent"}))


THEIRS = ec.derive_private_key(77, ec.SECP256R1())
POINT = THEIRS.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
AUTH = b"0123456789abcdef"


def browser_of(who: Actor, url: str) -> Browser:
    keys = {"p256dh": packed(POINT), "auth": packed(AUTH)}
    return actions.add_browser(endpoint=f"{url}/send/1", **keys, actor=who, at=AT)


def message(who: Actor) -> Message:
    return Message(
        key="k-browser-0", notice_id=uuid4(), kind="mention", channel="browser", address="", language="en",
        title="You were mentioned: BH1", body="In a note.", values={"link": "http://x/desk"},
        recipient_id=who.id,
    )  # fmt: skip


def opened(record: bytes) -> bytes:
    """What the browser does with a record."""
    salt, length = record[:16], record[20]
    sender, sealed = record[21 : 21 + length], record[21 + length :]
    shared = THEIRS.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    secret = HKDF(hashes.SHA256(), 32, AUTH, b"WebPush: info\0" + POINT + sender).derive(shared)
    key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
    return AESGCM(key).decrypt(nonce, sealed, None).removesuffix(b"\x02")


def test_the_example_of_rfc_8291() -> None:
    own = ec.derive_private_key(
        int.from_bytes(unpacked("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    to = Subscription(
        "https://push.example.net/",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    plain = b"When I grow up, I want to be a watermelon"
    made = encrypted(plain, to, own=own, salt=unpacked("DGv6ra1nlYgDCS1FRnbzlw"))
    assert packed(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_message_is_sealed_for_the_browser_and_vouched_for(
    service: Service, port: BrowserPort, who: Actor
) -> None:
    browser_of(who, service.url)
    assert port.send(message(who), at=AT) == Accepted()
    headers, body = service.taken[0]
    said = json.loads(opened(body))
    assert (said["title"], said["link"]) == ("You were mentioned: BH1", "http://x/desk")
    assert (headers["Content-Encoding"], headers["TTL"]) == ("aes128gcm", "86400")
    token = headers["Authorization"].removeprefix("vapid t=").split(",")[0]
    head, claims, signature = token.split(".")
    raw = unpacked(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    port.key.public_key().verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(unpacked(claims))["aud"] == service.url


def test_a_browser_that_is_gone_is_forgotten(service: Service, port: BrowserPort, who: Actor) -> None:
    browser_of(who, service.url)
    service.status = 503
    assert port.send(message(who), at=AT) == Refused("http_503", lasting=False)
    assert Browser.objects.count() == 1
    service.status = 410
    assert port.send(message(who), at=AT) == Refused("no_browser", lasting=True)
    assert not Browser.objects.exists()


def test_only_trusted_push_services_are_called(port: BrowserPort, who: Actor) -> None:
    with pytest.raises(Invalid):
        browser_of(who, "http://169.254.169.254")
    assert not Browser.objects.exists()
    assert allowed("https://updates.push.services.mozilla.com/wpush/v2/x", HOSTS)
    for wrong in (
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.example/x", "https://x@fcm.googleapis.com/",
        "https://fcm.googleapis.com:8443/x", "https://evil-push.apple.com.cn/", "ftp://push.apple.com",
    ):  # fmt: skip
        assert not allowed(wrong, HOSTS), wrong


def test_it_is_off_until_it_is_set_up(who: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    choice.install({})
    monkeypatch.setattr(choice, "deployment_kind", lambda: "production")
    monkeypatch.delenv("BIHUAN_WEB_PUSH_KEY", raising=False)
    assert "browser" not in choice.ports()
    with pytest.raises(Refusal):
        browser_of(who, "https://push.apple.com")
    monkeypatch.setenv("BIHUAN_WEB_PUSH_KEY", packed(b"\x07" * 32))
    monkeypatch.setenv("BIHUAN_WEB_PUSH_CONTACT", "mailto:it@example.cn")
    assert isinstance(choice.ports()["browser"], BrowserPort)


def test_one_browser_belongs_to_who_signed_in_last(service: Service, port: BrowserPort, who: Actor) -> None:
    first = browser_of(who, service.url)
    assert browser_of(who, service.url).id == first.id
    person = accounts.create_person(
        new=NewPerson(kind=ActorKind.STAFF, username="other"), actor=PROGRAM, at=AT
    )
    other = Actor(person.id, ActorKind.STAFF, frozenset({"agent"}))
    browser_of(other, service.url)
    assert [row.person_id for row in Browser.objects.all()] == [other.id]
