"""One form of error for the whole API: RFC 9457 with ``code``, ``clause`` and ``remedy`` of our own.

Nothing of what was sent is repeated, except names of fields and what a refusal names itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bihuan.engine.errors import BihuanError

log = logging.getLogger(__name__)
PROBLEM: Final = "application/problem+json"
RETRY_SECONDS: Final = 5
"""What a caller is told to wait when the database is away."""

_TITLES: Final[Mapping[int, str]] = {
    400: gettext_noop("The request cannot be read"),
    401: gettext_noop("Nobody is known to ask"),
    403: gettext_noop("Not allowed"),
    404: gettext_noop("Not found"),
    405: gettext_noop("The method does not exist here"),
    409: gettext_noop("Refused"),
    413: gettext_noop("Too large"),
    415: gettext_noop("The content type is not taken"),
    416: gettext_noop("The piece asked for does not exist"),
    422: gettext_noop("The input is not valid"),
    429: gettext_noop("Too many requests"),
    503: gettext_noop("Not available at present"),
}
_BARE: Final[Mapping[int, tuple[str, str]]] = {
    400: ("bad_request", gettext_noop("The request cannot be read.")),
    403: ("not_allowed", gettext_noop("This request is not allowed; a session needs its CSRF token.")),
    404: ("not_found", gettext_noop("There is nothing under this address.")),
    405: ("method", gettext_noop("This address does not know the method; see the Allow header.")),
    413: ("too_large", gettext_noop("The request is larger than this operation takes.")),
    415: ("content_type", gettext_noop("Send the content type that the operation names.")),
    503: ("unavailable", gettext_noop("A part of the system does not answer; nothing was changed.")),
}
_FORMS: Final[Mapping[str, str]] = {
    "missing": gettext_noop("This field is needed."),
    "extra_forbidden": gettext_noop("There is no such field."),
    "string_type": gettext_noop("A text is needed."),
    "string_too_long": gettext_noop("At most {max_length} characters."),
    "string_too_short": gettext_noop("At least {min_length} characters."),
    "string_pattern_mismatch": gettext_noop("It does not have the form {pattern}."),
    "int_type": gettext_noop("A whole number is needed."),
    "int_parsing": gettext_noop("A whole number is needed."),
    "int_from_float": gettext_noop("A whole number is needed."),
    "bool_parsing": gettext_noop("true or false is needed."),
    "bool_type": gettext_noop("true or false is needed."),
    "greater_than_equal": gettext_noop("At least {ge}."),
    "less_than_equal": gettext_noop("At most {le}."),
    "uuid_parsing": gettext_noop("An id (UUID) is needed."),
    "uuid_type": gettext_noop("An id (UUID) is needed."),
    "timezone_aware": gettext_noop("The time needs its zone, as in 2026-03-01T09:00:00+08:00."),
    "datetime_from_date_parsing": gettext_noop("A time is needed, as in 2026-03-01T09:00:00+08:00."),
    "datetime_parsing": gettext_noop("A time is needed, as in 2026-03-01T09:00:00+08:00."),
    "datetime_type": gettext_noop("A time is needed, as in 2026-03-01T09:00:00+08:00."),
    "date_from_datetime_parsing": gettext_noop("A date is needed, as in 2026-03-01."),
    "literal_error": gettext_noop("One of {expected} is needed."),
    "enum": gettext_noop("One of {expected} is needed."),
    "too_long": gettext_noop("At most {max_length} entries."),
    "too_short": gettext_noop("At least {min_length} entries."),
    "list_type": gettext_noop("A list is needed."),
    "tuple_type": gettext_noop("A list is needed."),
    "dict_type": gettext_noop("An object is needed."),
    "mapping_type": gettext_noop("An object is needed."),
    "model_attributes_type": gettext_noop("An object is needed."),
    "model_type": gettext_noop("An object is needed."),
}
"""Sentences for the kinds of error that pydantic knows; others are told in its own words."""


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """An answer that tells of an error; what is empty in ``more`` is left out."""
    body = {"type": f"urn:bihuan:{code}", "title": _title(status), "status": status, "code": code}
    body |= {"detail": detail} | {name: value for name, value in more.items() if value}
    readable = {"ensure_ascii": False}
    return JsonResponse(
        body, status=status, content_type=PROBLEM, headers=headers, json_dumps_params=readable
    )


def bare(status: int, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An error of which nothing more is known than its status."""
    code, detail = _BARE.get(status, ("error" if status >= 500 else "bad_request", _TITLES.get(status, "")))
    if status >= 500 and status != HTTPStatus.SERVICE_UNAVAILABLE:
        detail = gettext_noop("Something went wrong; it was recorded.")
    return problem(status, code, _(detail) if detail else "", headers=headers)


def of(error: BihuanError) -> HttpResponse:
    """A refusal of the program: the sentence, its rule and what would make it pass."""
    wait = error.data.get("seconds")
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        wait = wait or RETRY_SECONDS
    headers = {"Retry-After": str(wait)} if wait else None
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Bearer"}
    return problem(
        error.status,
        error.error_code,
        _said(error.msgid, error.data),
        headers=headers,
        clause=error.clause,
        remedy=_said(error.remedy_msgid, error.data),
        field=error.data.get("field"),
    )


def install(api: NinjaAPI) -> None:
    """Put the handlers into an API."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)  # type: ignore[arg-type]


def _refused(request: HttpRequest, error: BihuanError) -> HttpResponse:
    if error.status >= 500:
        log.error("%s %s: %s", request.method, request.path, error, exc_info=error)
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return bare(500)
    return of(error)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = [{"field": _place(each["loc"]), "problem": _told(each)} for each in error.errors[:50]]
    return problem(
        422,
        "invalid",
        _("The input does not have the form asked for."),
        field=found[0]["field"] if found else None,
        remedy=_("Correct the fields named and send it again."),
        errors=found,
    )


def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(
        401,
        "unauthenticated",
        _("The request has no key that is in force, and no session."),
        headers={"WWW-Authenticate": "Bearer"},
        remedy=_("Send Authorization: Bearer with a key, or sign in."),
    )


def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return bare(404)


def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, BihuanError):
        return of(cause)
    if isinstance(cause, RequestDataTooBig):
        return bare(413)
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return problem(400, "json", _("The body is not JSON in UTF-8."), remedy=_("Send an object as JSON."))
    return bare(error.status_code)


def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return bare(413)


def _out_of_range(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("%s %s: %s", request.method, request.path, type(error).__name__, exc_info=error)
    return problem(422, "invalid", _("A value lies outside what can be kept."))


def _clashed(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    log.warning("%s %s: %s", request.method, request.path, type(error).__name__, exc_info=error)
    return problem(
        409,
        "conflict",
        _("This does not go together with what is stored."),
        remedy=_("Read it again and repeat the request if it is still needed."),
    )


def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return bare(503, headers={"Retry-After": str(RETRY_SECONDS)})


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return bare(500)


_HANDLERS: Final = {
    BihuanError: _refused,
    ValidationError: _invalid,
    AuthenticationError: _unknown,
    Http404: _absent,
    HttpError: _other,
    RequestDataTooBig: _too_large,
    DataError: _out_of_range,
    OverflowError: _out_of_range,
    IntegrityError: _clashed,
    OperationalError: _away,
    InterfaceError: _away,
    Exception: _broken,
}


def _title(status: int) -> str:
    return _(_TITLES.get(status) or gettext_noop("Something went wrong"))


def _said(msgid: str, data: Mapping[str, Any]) -> str:
    return _(msgid).format_map(_Fields(data)) if msgid else ""


def _place(loc: tuple[Any, ...]) -> str:
    """``body.consumer.phone`` without where it came from and without the operation's own names."""
    return ".".join(str(part) for part in loc[1:] if part != "body") or str(loc[0])


def _told(error: Mapping[str, Any]) -> str:
    msgid = _FORMS.get(str(error["type"]))
    return _said(msgid, error.get("ctx", {})) if msgid else str(error["msg"])


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
