"""Where providers report what became of a message."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bihuan.accounts.doors import public_page
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.time import now
from bihuan.notices import actions
from bihuan.notices.ports.choice import ports
from bihuan.notices.ports.port import Report

LARGEST: Final = 1024 * 1024


@public_page
@csrf_exempt
@require_POST
def report(request: HttpRequest, channel: str) -> HttpResponse:
    """A signed report of the channel's provider. Answered alike whether the message is ours or not."""
    at = now()
    try:
        adapter, reports = _read(request, channel)
        actions.take_reports(adapter=adapter, reports=reports, at=at)
    except BihuanError as error:
        return JsonResponse({"code": error.error_code, "msg": str(error)}, status=error.status)
    return JsonResponse({"code": 0, "msg": "ok"})


def _read(request: HttpRequest, channel: str) -> tuple[str, list[Report]]:
    port = ports().get(channel)
    if port is None:
        raise NotFound(kind="channel", id=channel)
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        raise NotFound(kind="report", id=channel)
    headers = dict(request.headers) | {"token": request.GET.get("token", "")}
    return port.name, port.reports(headers, request.body, at=now())
