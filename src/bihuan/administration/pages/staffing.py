"""Who is short when in the coming week, by unit and skill, and the figures behind it (ASM-2.3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.administration import forms_units as forms
from bihuan.administration.acts import Act, perform
from bihuan.administration.labels import WORDS, choices
from bihuan.administration.pages import site
from bihuan.administration.queries import staffing as queries
from bihuan.engine.clausetypes import ZONE, local_day
from bihuan.journal.time import now
from bihuan.norms import queries as norms
from bihuan.workforce import actions as work
from bihuan.workforce import queries as work_queries
from bihuan.workforce.permissions import WorkPermission as W


@page_permission(W.UNITS)
@require_safe
def staffing(request: HttpRequest) -> HttpResponse:
    """Seven days, an hour a cell; first the spells in which people are missing."""
    actor, at = signed_in(request), now()
    units = [(str(n.unit_id), n.state.name) for n in work_queries.tree(actor, at=at)]
    asked = request.GET.get("unit", "")
    unit_id = site.uuid_of(asked) if asked in {code for code, _name in units} else None
    day = _day(request.GET.get("day", ""), local_day(at))
    found = queries.forecast(actor, start=queries.beginning(day), at=at, unit_id=unit_id)
    history = work_queries.effort_history(limit=20)
    context = {
        "tabs": site.tabs(actor, "staffing"),
        "form": forms.Look(units=units, initial={"unit": str(unit_id or ""), "day": day}),
        "forecast": found,
        "days": [_row(found.slots[n : n + 24]) for n in range(0, len(found.slots), 24)],
        "hours": range(24),
        "spells": [
            {"spell": spell, "whole": (spell.until_at - spell.from_at) // timedelta(hours=1)}
            for spell in found.spells
        ],
        "history": history,
        "reasons": accounts.bodies([row.reason for row in history]),
        "names": site.names([row.set_by for row in history]),
        "before": day - timedelta(days=7),
        "after": day + timedelta(days=7),
        "unit": asked if unit_id else "",
        "may_set": allows(actor, W.ORGANISE),
        "now": at,
    }
    return render(request, "administration/staffing.html", context)


@page_permission(W.ORGANISE)
def effort(request: HttpRequest) -> HttpResponse:
    """Set how long a case of a kind takes somebody."""
    back = reverse("administration:staffing")
    tabs = site.tabs(signed_in(request), "staffing")
    return perform(request, EFFORT, None, title=_("Staffing"), back=back, tabs=tabs)


def _row(slots: Any) -> dict[str, Any]:
    local = slots[0].at.astimezone(ZONE)
    return {"day": local.date(), "weekday": str(local.isoweekday()), "slots": slots}


def _day(text: str, today: date) -> date:
    """A day of the address; today for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _kinds() -> list[tuple[str, str]]:
    known = norms.clause("ASM-2.3").params_at(now()) or {}
    return choices("skill", [k for k in WORDS["skill"] if k in known.get("minutes", {})])


EFFORT: Final = Act(
    name="effort", label=gettext_noop("Set the work of a case"), icon="clock", form=forms.EffortForm,
    permission=W.ORGANISE, clause="ASM-2.3", done=gettext_noop("The figure is set."),
    hint=gettext_noop("Minutes that somebody works on one case of this kind, from first look to the end."),
    given=lambda _thing: {"kinds": _kinds()}, initial=lambda _thing: {"from_date": local_day(now())},
    run=lambda actor, at, _thing, g: work.set_effort(
        kind=g["kind"], minutes=g["minutes"], from_date=g["from_date"], reason=g["why"], actor=actor, at=at
    ),
)  # fmt: skip
