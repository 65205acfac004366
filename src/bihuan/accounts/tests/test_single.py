"""Single sign-on against a provider on loopback: who gets in, who does not, and that nothing is kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from bihuan.accounts.actions import lock, set_contact
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField
from bihuan.accounts.tests.factories import AT, events_of, staff
from bihuan.journal.actor import PROGRAM
from bihuan.project import sign_on

pytestmark = pytest.mark.django_db
MAIL = "Li.Wang@corp.example"


class Provider:
    """Answers discovery, token and userinfo; ``says`` is what it says of whoever comes."""

    def __init__(self) -> None:
        self.says: dict[str, Any] = {"sub": "u1", "email": MAIL.lower(), "email_verified": True}
        self.token: dict[str, Any] = {}
        self.asked: list[dict[str, list[str]]] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                config = {"issuer": provider.issuer} | {
                    name: f"{provider.issuer}/{path}"
                    for name, path in (
                        ("authorization_endpoint", "authorize"), ("token_endpoint", "token"),
                        ("userinfo_endpoint", "userinfo"), ("jwks_uri", "keys"),
                    )
                }  # fmt: skip
                self.answer(provider.says if self.path == "/userinfo" else config)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.asked.append(parse_qs(body))
                claims = {
                    "iss": provider.issuer, "aud": "bihuan", "sub": "u1",
                    "exp": int(timezone.now().timestamp()) + 300, **provider.token,
                }  # fmt: skip
                signed = jwt.encode(claims, "x" * 32, algorithm="HS256")
                self.answer({"access_token": "a", "token_type": "Bearer", "id_token": signed})

            def answer(self, body: Any) -> None:
                raw = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    made = Provider()
    given = {"ISSUER": made.issuer, "CLIENT_ID": "bihuan", "SECRET": "s3cret", "NAME": "Corp"}
    settings.SINGLE_SIGN_ON = sign_on.provider(given)
    settings.SOCIALACCOUNT_PROVIDERS = sign_on.providers(settings.SINGLE_SIGN_ON, "s3cret")
    settings.MFA_REQUIRED_ROLES = []
    yield made
    made.server.shutdown()
    made.server.server_close()


def come(client: Client, **query: str) -> Any:
    """There and back again, as a browser goes; the answer of the way back."""
    there = client.get("/sign-in/with/sso", query)
    assert there.status_code == 302, there.content.decode()[:500]
    asked = parse_qs(urlsplit(there.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/sign-in/with/sso/back"]
    return client.get("/sign-in/with/sso/back", {"code": "c", "state": asked["state"][0]})


def reached(**more: Any) -> Any:
    who = staff(Role.AGENT, **more)
    set_contact(person_id=who.id, values={PersonalField.EMAIL: MAIL}, actor=PROGRAM, at=AT)
    return who


def browser() -> Client:
    return Client(REMOTE_ADDR="127.0.0.1")


def test_staff_with_the_verified_address_get_in_and_nothing_is_kept(provider: Provider) -> None:
    who, client = reached(), browser()
    assert "Corp" in client.get("/sign-in").content.decode()
    answer = come(client, next="/keys")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/keys")
    assert client.get("/").json()["actor"] == str(who.id)
    assert events_of(who.id)[-1] == "person.signed_in"
    assert (SocialAccount.objects.count(), SocialToken.objects.count()) == (0, 0)
    assert provider.asked[0]["code_verifier"]


@pytest.mark.parametrize(
    "says",
    [{"email_verified": False}, {"email_verified": None}, {"email": "other@corp.example"}, {"email": ""},
     {"sub": "somebody else"}],
)  # fmt: skip
def test_others_do_not(provider: Provider, says: dict[str, Any]) -> None:
    reached()
    provider.says |= says
    client = browser()
    assert come(client).status_code == 403
    assert client.get("/").json() == {"actor": None}


def test_a_locked_account_and_an_address_of_two_open_nothing(provider: Provider) -> None:
    who = reached()
    lock(person_id=who.id, reason="other", actor=PROGRAM, at=AT)
    assert come(browser()).status_code == 403
    reached(), reached()
    assert come(browser()).status_code == 403


@pytest.mark.parametrize("token", [{"iss": "https://elsewhere.example"}, {"aud": "another"}, {"exp": 1}])
def test_a_token_of_somebody_else_is_refused(provider: Provider, token: dict[str, Any]) -> None:
    reached()
    provider.token = token
    client = browser()
    assert come(client).status_code == 401
    assert client.get("/").json() == {"actor": None}


def test_a_state_that_was_not_given_is_refused(provider: Provider) -> None:
    reached()
    assert browser().get("/sign-in/with/sso/back", {"code": "c", "state": "x"}).status_code == 401


def test_a_next_page_elsewhere_is_not_followed(provider: Provider) -> None:
    reached()
    assert come(browser(), next="https://evil.example/").headers["Location"] == "/"


def test_without_the_setting_there_is_no_door(settings: Any) -> None:
    settings.SINGLE_SIGN_ON, settings.SOCIALACCOUNT_PROVIDERS = None, {}
    assert "sign-in/with" not in browser().get("/sign-in").content.decode()
    assert browser().get("/sign-in/with/sso").status_code == 404


@pytest.mark.parametrize(
    "given", [{"ISSUER": "https://x"}, {"ISSUER": "http://x.example", "CLIENT_ID": "a", "SECRET": "b"}]
)
def test_half_a_setting_or_one_without_tls_does_not_start(given: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        sign_on.provider(given)
    assert sign_on.provider({}) is None
