"""What a page is told of its stream, and what its policy lets it reach."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import staff
from bihuan.journal.queries import Position
from bihuan.project.live.door import allowed_origin
from bihuan.project.tests.listening import session_of

pytestmark = pytest.mark.django_db
HTML = {"Accept": "text/html"}


@pytest.fixture
def client() -> Client:
    found = Client()
    found.cookies[settings.SESSION_COOKIE_NAME] = session_of(staff(Role.AGENT))
    return found


def connect(answer: Any) -> str:
    parts = answer["Content-Security-Policy"].split("; ")
    return next(part for part in parts if part.startswith("connect-src"))


def test_the_live_port_of_this_host_may_be_reached(client: Client, settings: Any) -> None:
    settings.LIVE_PORT = "8001"
    answer = client.get("/rules", headers=HTML)
    assert connect(answer) == "connect-src 'self' http://testserver:8001"
    page = answer.content.decode()
    assert 'data-bh-live="http://testserver:8001/live/stream"' in page
    assert Position.parse(page.split('data-bh-live-from="')[1].split('"')[0]).txid > 0


def test_without_a_live_process_there_is_no_stream(client: Client, settings: Any) -> None:
    settings.LIVE_PORT = None
    assert "data-bh-live=" not in client.get("/rules", headers=HTML).content.decode()


def test_behind_a_proxy_it_is_the_page_s_own_origin(client: Client, settings: Any) -> None:
    settings.LIVE_PORT = ""
    answer = client.get("/rules", headers=HTML)
    assert connect(answer) == "connect-src 'self'"
    assert 'data-bh-live="/live/stream"' in answer.content.decode()


def test_somebody_not_signed_in_has_no_stream(settings: Any) -> None:
    settings.LIVE_PORT = "8001"
    answer = Client().get("/rules", headers=HTML)
    assert "data-bh-live" not in answer.content.decode()
    assert connect(answer) == "connect-src 'self'"


def test_only_the_pages_of_this_host_may_read(settings: Any) -> None:
    settings.LIVE_PORT = "8001"
    assert allowed_origin({"host": "10.0.0.5:8001", "origin": "http://10.0.0.5:8000"})
    assert allowed_origin({"host": "10.0.0.5:8001", "origin": "http://10.0.0.5:9000"}) is None
    assert allowed_origin({"host": "10.0.0.5:8001", "origin": "http://10.0.0.6:8000"}) is None
    assert allowed_origin({"host": "10.0.0.5:8001"}) == {}
