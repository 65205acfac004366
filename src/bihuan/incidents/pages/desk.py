"""Incidents at the desk: the list, a new one with its preview, one with its steps and progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.cases.labels import language, table
from bihuan.cases.labels import told as words_of
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.incidents import actions, queries, rules
from bihuan.incidents.models import Incident, Kind, Remedy
from bihuan.incidents.pages import reading
from bihuan.incidents.permissions import IncidentPermission as May
from bihuan.incidents.workflow import STATES
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.marketplace.queries import TIMES, OrderStatus

Act = Callable[[UUID, Actor, datetime, QueryDict], Incident]
_FEN: Final = ("amount", "total", "limit")
_HOURS: Final = timedelta(hours=24)


@page_permission(May.READ)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Incidents, the latest first."""
    actor = signed_in(request)
    state = request.GET.get("state", "")
    state, order = state if state in STATES else "", request.GET.get("order", "").strip()[:64]
    page = queries.latest(actor, state=state, order=order, after=request.GET.get("after", ""))
    shown = {"page": page, "state": state, "order": order, "states": list(STATES),
             "may": allows(actor, May.DECLARE)}  # fmt: skip
    return render(request, "incidents/list.html", shown)


@page_permission(May.DECLARE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Say what is wrong and which orders it touches; look first, then declare."""
    actor, at = signed_in(request), now()
    error: BihuanError | None = None
    preview: queries.Preview | None = None
    given: Mapping[str, Any] = request.POST if request.method == "POST" else _empty(at)
    if request.method == "POST":
        try:
            wanted = reading.reach(request.POST)
            if "declare" in given:
                made = actions.declare(
                    kind=given.get("kind", ""), reach=wanted, text=given.get("text", ""), actor=actor, at=at
                )
                return HttpResponseRedirect(reverse("incidents:one", args=[made.id]))
            preview = queries.preview(actor, wanted, at=at)
        except BihuanError as refused:
            error = refused
    shown = {**_form(given), "preview": preview, "error": told(error) if error else "",
             "wrong": error.data.get("field", "") if error else ""}  # fmt: skip
    return render(request, "incidents/new.html", shown, status=error.status if error else 200)


@page_permission(May.READ)
@require_safe
def one(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """One incident: what it is, what is next, how far it is, what happened."""
    return _shown(request, incident_id)


@page_permission(May.READ)
@require_safe
def progress(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """The part that is asked for anew while people are told; the whole page once nothing moves."""
    incident = queries.get_for(signed_in(request), incident_id)
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(reverse("incidents:one", args=[incident.id]))
    shown = {"incident": incident, "progress": queries.progress(incident), "now": now()}
    answer = render(request, "incidents/_progress.html", shown)
    if incident.state != "telling":
        answer["HX-Refresh"] = "true"
    return answer


@page_permission(May.DECLARE)
@require_POST
def step(request: HttpRequest, incident_id: UUID, step: str) -> HttpResponse:
    """Take a step; a refusal is shown on the page with what was typed."""
    actor, act = signed_in(request), _STEPS.get(step)
    if act is None:
        raise NotFound(kind="step", id=step[:40])
    try:
        act(incident_id, actor, now(), request.POST)
    except BihuanError as error:
        if error.status == 404:
            raise
        return _shown(request, incident_id, error=error, failed=step)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("incidents:one", args=[incident_id]))


def _shown(
    request: HttpRequest, incident_id: UUID, *, error: BihuanError | None = None, failed: str = ""
) -> HttpResponse:
    actor, at = signed_in(request), now()
    incident = queries.get_for(actor, incident_id)
    people = {p for p in (incident.declared_by, incident.chosen_by, incident.approved_by) if p}
    lang = "en" if language() == "en" else "zh-hans"
    shown = {
        "incident": incident,
        "text": accounts.bodies([incident.text_id]).get(incident.text_id, "") if incident.text_id else "",
        "reach": _reach(incident),
        "progress": queries.progress(incident),
        "steps": {each.name: each.label(language()) for each in queries.possible(actor, incident)},
        "names": accounts.labels(people, lang),
        "history": [(e.occurred_at, _said(e)) for e in reversed(journal.entries_of(incident.id))],
        "remedies": list(Remedy),
        "alone": rules.alone(actor, at),
        "may_export": allows(actor, May.EXPORT) and incident.frozen_at is not None,
        "typed": request.POST if error else {},
        "failed": failed,
        "error": told(error) if error else "",
        "now": at,
    }
    return render(request, "incidents/one.html", shown, status=error.status if error else 200)


def _said(entry: Any) -> str:
    figures = {n: f"¥{v / 100:,.2f}" for n, v in entry.data.items() if n in _FEN and n != "amount"}
    return words_of(entry.event, {**entry.data, **figures}, language())


def _reach(incident: Incident) -> list[tuple[str, Any]]:
    """What narrows, in the order of the form; times as times."""
    kept: Mapping[str, Any] = incident.reach
    times = [(name, datetime.fromisoformat(kept[name])) for name in ("from_at", "until_at")]
    names = ("by", "carrier", "warehouse", "region", "shop", "product", "sku", "batch", "states", "late")
    return [*times, *((name, kept[name]) for name in names if kept.get(name))]


def _form(given: Mapping[str, Any]) -> dict[str, Any]:
    chosen = given.getlist("states") if isinstance(given, QueryDict) else []
    return {
        "given": given,
        "chosen": chosen,
        "kinds": [(kind, table("incident_kind")[kind]) for kind in Kind.values],
        "times": TIMES,
        "states": [str(state) for state in OrderStatus],
    }


def _empty(at: datetime) -> dict[str, str]:
    local = timezone.localtime(at)
    return {
        "from_at": f"{local - _HOURS:%Y-%m-%dT%H:%M}",
        "until_at": f"{local:%Y-%m-%dT%H:%M}",
        "kind": "carrier",
        "by": "ordered",
    }


def _choose(incident_id: UUID, actor: Actor, at: datetime, given: QueryDict) -> Incident:
    remedy = given.get("remedy", "")
    money = remedy in (Remedy.VOUCHER, Remedy.REFUND)
    days = remedy in (Remedy.VOUCHER, Remedy.VALIDITY)
    return actions.choose(
        incident_id=incident_id,
        remedy=remedy,
        amount_fen=reading.fen(given, "amount_fen") if money else 0,
        days=reading.whole(given, "days") if days else 0,
        actor=actor,
        at=at,
    )


def _plain(act: Callable[..., Incident]) -> Act:
    def take(incident_id: UUID, actor: Actor, at: datetime, given: QueryDict) -> Incident:
        del given
        return act(incident_id=incident_id, actor=actor, at=at)

    return take


def _reasoned(act: Callable[..., Incident], field: str = "reason") -> Act:
    def take(incident_id: UUID, actor: Actor, at: datetime, given: QueryDict) -> Incident:
        return act(incident_id=incident_id, actor=actor, at=at, **{field: given.get(field, "")})

    return take


_STEPS: Final[Mapping[str, Act]] = {
    "declare": _reasoned(actions.confirm, "text"),
    "dismiss": _reasoned(actions.dismiss),
    "freeze": _plain(actions.freeze),
    "choose": _choose,
    "approve": _plain(actions.approve),
    "reject": _reasoned(actions.reject),
    "start": _plain(actions.start),
    "pause": _plain(actions.pause),
    "resume": _plain(actions.resume),
    "stop": _reasoned(actions.stop),
    "grant": _reasoned(actions.grant),
}
"""What each step of the workflow reads of its form."""
