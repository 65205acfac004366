"""Errors that a page raises, as a page: the sentence, the rule and what would make it pass."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bihuan.accounts.requests import told
from bihuan.engine.errors import BihuanError
from bihuan.project.api import problems

log = logging.getLogger(__name__)


class Errors:
    """Answers a BihuanError of a page with its own status; a part asked for by htmx gets a part."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, BihuanError) or request.path.startswith("/api/"):
            return None
        if error.status >= 500:
            log.error("%s %s: %s", request.method, request.path, error, exc_info=error)
        return page(request, error.status, told(error), error.clause or "")


def page(request: HttpRequest, status: int, sentence: str, clause: str = "") -> HttpResponse:
    """The page, or the part, that tells of an error."""
    part = request.headers.get("HX-Request") == "true"
    context = {"status": status, "heading": _heading(status), "sentence": sentence, "clause": clause}
    return render(request, "_error.html" if part else "error.html", context, status=status)


def _heading(status: int) -> str:
    headings = {
        400: _("The request could not be read"),
        403: _("You may not enter here"),
        404: _("There is nothing here"),
        409: _("This is not possible now"),
        422: _("Something is not right in what was entered"),
        429: _("Too many requests"),
        503: _("A part of the system does not answer"),
    }
    return headings.get(status, _("Something went wrong"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400."""
    return page(request, 400, _("Go back and try it again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403, the form without a valid token among it."""
    return page(request, 403, _("Load the page again and repeat; if it stays so, sign in again."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token."""
    return forbidden(request, PermissionError(reason))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404."""
    return page(request, 404, _("The address is wrong, or it is not yours to see."))


def broken(request: HttpRequest) -> HttpResponse:
    """Django's 500: without database, so that it also comes when that is what broke; then it is a 503."""
    away = isinstance(sys.exception(), (OperationalError, InterfaceError))
    status, headers = (503, {"Retry-After": str(problems.RETRY_SECONDS)}) if away else (500, {})
    if request.path.startswith("/api/"):
        return problems.bare(status, headers=headers)
    return HttpResponse(_BROKEN % (status, _AWAY if away else _FAILED), status=status, headers=headers)


_FAILED = """<h1 class="empty-title">系统出错了 / Something went wrong</h1>
<p class="empty-subtitle">已记录，请稍后重试。 / It was recorded. Please try again later.</p>"""
_AWAY = """<h1 class="empty-title">系统暂时没有响应 / The system does not answer at present</h1>
<p class="empty-subtitle">没有保存任何更改，请几秒后重试。 / Nothing was changed. Please try again
in a few seconds.</p>"""
_BROKEN = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>%d</title>
<link rel="stylesheet" href="/static/vendor/tabler.min.css"></head>
<body><div class="container-tight py-5"><div class="empty">
%s
<a class="btn btn-primary" href="/">返回首页 / To the front page</a></div></div></body></html>"""
