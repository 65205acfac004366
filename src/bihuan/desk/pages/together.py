"""One step for the ticked rows, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.cases import queries as cases
from bihuan.desk import actions
from bihuan.desk.actions import Done
from bihuan.desk.filters import is_id
from bihuan.desk.pages import times
from bihuan.desk.permissions import D
from bihuan.engine.errors import Invalid
from bihuan.journal.time import now

TITLES: Final[Mapping[str, str]] = {
    "take": gettext_noop("Take"),
    "assign": gettext_noop("Assign"),
    "hand_over": gettext_noop("Hand over"),
    "send_message": gettext_noop("Internal note"),
    "snooze": gettext_noop("Put aside"),
}


@page_permission(D.WORK)
@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """Each ticked case by itself; the page that comes back says for every one what happened."""
    at = now()
    step = request.POST.get("do", "")
    ids = [UUID(text) for text in request.POST.getlist("case") if is_id(text)]
    done = actions.together(
        case_ids=ids, step=step, data=_data(request, step, at), actor=signed_in(request), at=at
    )
    return _answer(request, step, done)


@page_permission(D.BOARD)
@require_POST
def reassign(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The open cases of somebody absent go to others by rule, at most as many as one request takes."""
    at = now()
    ids = cases.open_of(person_id)
    if not ids:
        raise Invalid(field="case", remedy="There is nothing to hand on.")
    actor = signed_in(request)
    done = actions.together(case_ids=ids[: actions.MOST], step="assign", data={}, actor=actor, at=at)
    return _answer(request, "assign", done, left_over=max(0, len(ids) - actions.MOST))


def _data(request: HttpRequest, step: str, at: datetime) -> dict[str, Any]:
    """The input of the step out of the form's fields for it."""
    given = request.POST
    if step == "hand_over":
        return {"owner_id": given.get("to", ""), "reason": given.get("reason", "")}
    if step == "assign":
        return {"owner_id": given["assign_to"]} if given.get("assign_to") else {}
    if step == "send_message":
        return {"audience": "internal", "text": given.get("note", "")}
    if step == "snooze":
        until_at = times.until(given.get("until", ""), given.get("until_at", ""), at)
        return {"until_at": until_at, "beyond": given.get("beyond") == "yes"}
    return {}


def _answer(request: HttpRequest, step: str, done: list[Done], *, left_over: int = 0) -> HttpResponse:
    context = {
        "title": _(TITLES.get(step, "")),
        "done": [d for d in done if d.error is None and not d.broken and not d.left],
        "left": [d for d in done if d.left],
        "refused": [(d, told(d.error)) for d in done if d.error is not None],
        "broken": [d for d in done if d.broken],
        "left_over": left_over,
        "back": request.POST.get("back", "") if is_query(request.POST.get("back", "")) else "",
        "inbox": reverse("desk:inbox"),
    }
    return render(request, "desk/together.html", context)


def is_query(text: str) -> bool:
    """Whether this is a query string of ours and nothing that leads elsewhere."""
    return len(text) < 2000 and text.isprintable() and "#" not in text
