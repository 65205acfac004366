"""The REST API /api/v1: the routers of the modules, one form of error (problem+json)."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bihuan.accounts.keys import ApiKeyAuth, SessionAuth
from bihuan.accounts.requests import told
from bihuan.complaints.api import router as complaints
from bihuan.engine.errors import BihuanError
from bihuan.evidence.api import router as evidence
from bihuan.notices.api import router as notices

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"

api = NinjaAPI(
    title="Bihuan",
    version="1",
    description="Complaints, their clocks and their evidence. Amounts are fen, times carry their zone.",
    urls_namespace="api-v1",
    docs_url=None,
    auth=[ApiKeyAuth("complaint:*"), SessionAuth()],
)
api.add_router("/complaints", complaints)
api.add_router("/evidence", evidence)
api.add_router("/notices", notices)


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """RFC 9457, with ``code``, ``clause`` and ``remedy`` of our own."""
    body = {"type": f"urn:bihuan:{code}", "title": code, "status": status, "code": code, "detail": detail}
    body |= {name: value for name, value in more.items() if value}
    return JsonResponse(body, status=status, content_type=PROBLEM)


@api.exception_handler(BihuanError)
def refused(request: HttpRequest, error: BihuanError) -> HttpResponse:
    """What the program refuses, with its rule and what would make it pass."""
    if error.status >= 500:
        log.error("%s %s: %s", request.method, request.path, error, exc_info=error)
    return problem(
        error.status, error.error_code, told(error), clause=error.clause, field=error.data.get("field")
    )


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input without the form that the operation asks for; nothing of it is repeated."""
    found = [{"field": ".".join(map(str, e["loc"][1:])), "problem": e["msg"]} for e in error.errors]
    return problem(422, "invalid", _("The input does not have the form asked for."), errors=found)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No good key and no session."""
    answer = problem(401, "unauthenticated", _("Give a key (Authorization: Bearer …), or sign in."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Http404)
def absent(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing under this address."""
    return problem(404, "not_found", _("There is nothing under this address."))


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses: a body that is no JSON, a failed token check."""
    return problem(error.status_code, "bad_request", str(error))


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A defect: recorded in the log, not told to the caller."""
    log.error("%s %s", request.method, request.path, exc_info=error)
    return problem(500, "error", _("Something went wrong; it was recorded."))
