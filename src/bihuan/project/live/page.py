"""What a page needs to listen: where its stream is, and the position from which on it has to hear.

The position is read before the page's own queries, so that nothing falls between page and stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from bihuan.accounts.requests import actor_of
from bihuan.journal.queries import newest_position


@dataclass(frozen=True, slots=True)
class Live:
    """``origin`` is empty where the stream comes from the page's own."""

    origin: str
    position: str

    @property
    def url(self) -> str:
        return f"{self.origin}/live/stream"


class LiveMiddleware:
    """Sets ``request.live`` for whole pages of people who are signed in, and lets them reach the stream."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.LIVE_PORT is None or not _is_page(request):
            return self.get_response(request)
        live = Live(origin_of(request), str(newest_position()))
        request.live = live  # type: ignore[attr-defined]
        response = self.get_response(request)
        if live.origin:
            update: dict[str, Any] = {**getattr(response, "_csp_update", {})}
            update["connect-src"] = [*update.get("connect-src", []), live.origin]
            response._csp_update = update  # type: ignore[attr-defined]
        return response


def origin_of(request: HttpRequest) -> str:
    """The live port on the host that the browser asked."""
    if not settings.LIVE_PORT:
        return ""
    host = split_domain_port(request.get_host())[0]
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}"


def _is_page(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and actor_of(request) is not None
        and "HX-Request" not in request.headers
        and "text/html" in request.headers.get("Accept", "")
    )
