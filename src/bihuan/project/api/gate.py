"""Before and after every request under /api/: size, signs in the address, and errors in one form.

Whatever answers with an error (the framework's 404, a failed host check, another middleware) leaves here
as problem+json. An address with NUL is refused for the whole site, as no database keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from bihuan.evidence.uploads import MOST
from bihuan.project.api import problems
from bihuan.project.api.parsing import BadText, check

PREFIX: Final = "/api/"
LONGEST_ADDRESS: Final = 8_000
_KEPT_HEADERS: Final = ("Allow", "Retry-After", "WWW-Authenticate", "Vary", "Content-Language")


class Gate:
    """Middleware; stands behind LocaleMiddleware so that its answers speak the caller's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = request.path.startswith(PREFIX)
        if "\0" in unquote(request.META.get("QUERY_STRING", "")) or "\0" in request.path:
            return problems.bare(400) if ours else HttpResponseBadRequest("NUL")
        if not ours:
            return self.get_response(request)
        refused = _refused(request)
        return refused or _in_our_form(self.get_response(request))


def _refused(request: HttpRequest) -> HttpResponse | None:
    if len(request.get_full_path()) > LONGEST_ADDRESS:
        return problems.bare(400)
    try:
        check("address", unquote(request.get_full_path(), errors="replace"))
    except BadText as error:
        return problems.of(error)
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit():
        return problems.bare(400)
    form = request.content_type == "multipart/form-data"
    return (
        problems.bare(413) if int(size) > (MOST if form else settings.DATA_UPLOAD_MAX_MEMORY_SIZE) else None
    )


def _in_our_form(answer: HttpResponse) -> HttpResponse:
    if answer.status_code < 400 or answer.headers.get("Content-Type", "").startswith(problems.PROBLEM):
        return answer
    kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    return problems.bare(answer.status_code, headers=kept)
