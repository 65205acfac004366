"""Holiday arrangements: which years are there, and a new one by upload, looked at before it is taken."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.administration.forms import CalendarUpload
from bihuan.administration.pages import site
from bihuan.administration.permissions import RoomPermission as P
from bihuan.clocks import queries as clocks
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.time import now
from bihuan.norms import actions, queries
from bihuan.norms.permissions import NormsPermission as N

LARGEST: Final = 1024 * 1024


@page_permission(P.RULES)
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """The years, newest first, and the form for another."""
    return _page(request, CalendarUpload(), 200)


@page_permission(N.CALENDAR)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the file would change: days, and clocks that would be judged again. Nothing is written."""
    form = CalendarUpload(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    given = form.cleaned_data
    try:
        text = _read(given["file"])
        found = queries.preview_calendar(_parsed(text), complete=given["complete"])
    except BihuanError as error:
        form.add_error("file", told(error))
        return _page(request, form, error.status)
    context = {
        "tabs": site.tabs(signed_in(request), "calendars"),
        "found": found,
        "rejudged": clocks.rejudged_by(found.calendars),
        "text": text,
        "given": given,
    }
    return render(request, "administration/calendar_preview.html", context)


@page_permission(N.CALENDAR)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Load the year that was looked at; provisional clocks are judged again by a reaction."""
    given = request.POST
    published = given.get("published_on", "")
    row = actions.import_calendar(
        data=_parsed(given.get("text", "")),
        source=given.get("source", "").strip() or _("Upload"),
        published_on=_day(published),
        complete=given.get("complete") == "1",
        actor=signed_in(request),
        at=now(),
    )
    said = _("{year} is loaded as version {version}; provisional clocks are judged again in the background.")
    messages.success(request, said.format(year=row.year, version=row.version))
    return HttpResponseRedirect(reverse("administration:calendars"))


def _page(request: HttpRequest, form: CalendarUpload, status: int) -> HttpResponse:
    actor = signed_in(request)
    context = {
        "tabs": site.tabs(actor, "calendars"),
        "years": sorted(queries.calendar_years(), key=lambda row: -row.year),
        "form": form,
        "may_load": allows(actor, N.CALENDAR),
    }
    return render(request, "administration/calendars.html", context, status=status)


def _read(file: Any) -> str:
    if file.size > LARGEST:
        raise Invalid("The file is larger than 1 MiB.", field="file")
    try:
        return str(file.read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Invalid("The file is not a text in UTF-8.", field="file") from error


def _parsed(text: str) -> Any:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("The file is not JSON.", field="file") from error
    if not isinstance(data, dict):
        raise Invalid("The file does not hold one year.", field="file")
    return data


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(field="published_on") from None
