"""What the doors of this module know about a request."""

from __future__ import annotations

from typing import cast

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from django.utils.translation import gettext

from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import Actor


class ActorRequest(HttpRequest):
    """A request after ``ActorMiddleware``."""

    actor: Actor | None


def actor_of(request: HttpRequest) -> Actor | None:
    """Who asks; None for somebody not signed in."""
    return cast("Actor | None", getattr(request, "actor", None))


def actor_asking(request: HttpRequest) -> Actor:
    """Who asks the API: what the operation's ``auth`` let in (a person's session or a key)."""
    return cast("Actor", request.auth)  # type: ignore[attr-defined]


def address_of(request: HttpRequest) -> str:
    """The client's address as the trusted proxies give it (ALLAUTH_TRUSTED_PROXY_COUNT)."""
    return get_client_ip(request) or "unknown"


def told(error: BihuanError) -> str:
    """An error and what would make it pass, in the language of the page."""
    parts = [gettext(msgid) for msgid in (error.msgid, error.remedy_msgid) if msgid]
    return " ".join(part.format_map(_Fields(error.data)) for part in parts)


class _Fields(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"
