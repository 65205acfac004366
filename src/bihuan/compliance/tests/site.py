"""Visiting pages as somebody, and reading what stands on them."""

from __future__ import annotations

import html
import re
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from bihuan.accounts.models import Person
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import staff

_LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>([^<]*)</a>')


def visitor(who: Person, language: str = "en") -> Client:
    """A browser in which the person is signed in."""
    client = Client(REMOTE_ADDR="127.0.0.1")
    session = client.session
    session[SESSION_KEY] = str(who.pk)
    session[BACKEND_SESSION_KEY] = "bihuan.accounts.backends.PersonBackend"
    session[HASH_SESSION_KEY] = who.get_session_auth_hash()
    session.save()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def as_role(*roles: Role, language: str = "en", **extra: Any) -> Client:
    """A browser of a new member of staff."""
    return visitor(staff(*roles, **extra), language)


def text_of(client: Client, path: str, status: int = 200) -> str:
    """The page, with the status that is expected."""
    page = client.get(path)
    assert page.status_code == status, (path, page.status_code, page.content.decode()[:400])
    return page.content.decode()


def links(text: str, start: str) -> list[tuple[str, str]]:
    """(address, words) of the links whose address begins so."""
    found = [(html.unescape(path), words.strip()) for path, words in _LINK.findall(text)]
    return [(path, words) for path, words in found if path.startswith(start)]


def clock_ids(text: str) -> list[str]:
    """The clocks listed on a page."""
    return re.findall(r'href="/oversight/clocks/([0-9a-f-]{36})"', text)
