"""The supervisor's board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.desk import queries
from bihuan.desk.pages.listing import language
from bihuan.desk.permissions import D
from bihuan.journal.time import now


@page_permission(D.BOARD)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every number is a link to its rows."""
    at = now()
    shown = queries.board(signed_in(request), at=at, language="en" if language() == "en" else "zh-hans")
    return render(request, "desk/board.html", {"board": shown, "now": at, "cap": queries.CAP})
