"""Pages of webhooks: for administrators of merchants, carriers and agencies, and the marketplace's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from itertools import groupby
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.events import headline
from bihuan.journal.time import now
from bihuan.webhooks import actions, queries
from bihuan.webhooks.permissions import WebhookPermission

_ZONE: Final = ZoneInfo("Asia/Shanghai")
STATES: Final = {
    "active": gettext_noop("active"),
    "off": gettext_noop("switched off"),
    "disabled": gettext_noop("disabled after failures"),
    "queued": gettext_noop("waiting"),
    "sending": gettext_noop("being sent"),
    "delivered": gettext_noop("delivered"),
    "failed": gettext_noop("given up"),
    "dropped": gettext_noop("not sent: switched off"),
}
CODES: Final = {
    "timeout": gettext_noop("no answer in 20 seconds"),
    "unreachable": gettext_noop("no connection"),
    "tls": gettext_noop("certificate or encryption not good"),
    "name_unknown": gettext_noop("the name is not known"),
    "address_refused": gettext_noop("an address that may not be called"),
    "bad_answer": gettext_noop("the answer is no HTTP"),
    "bad_address": gettext_noop("the address is not valid"),
    "off": gettext_noop("switched off"),
}
_LANDS: Final = {"partner": "webhooks/partner.html", "platform": "webhooks/platform.html"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An event that may be chosen."""

    name: str
    words: str
    chosen: bool


@page_permission(WebhookPermission.READ)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The subscriptions, and making one."""
    actor, at = signed_in(request), now()
    error, made, status = None, None, 200
    if request.method == "POST":
        try:
            made = actions.create(
                url=request.POST.get("url", ""),
                events=request.POST.getlist("events"),
                organisation_id=actor.organisation_id,
                actor=actor,
                at=at,
            )
        except BihuanError as refused:
            error, status = told(refused), refused.status
    rows = queries.subscriptions_for(actor, actor.organisation_id)
    counts = queries.counts([row.id for row in rows])
    shown = {
        **_frame(actor),
        "rows": [(row, STATES[row.state], counts[row.id]) for row in rows],
        "groups": _choices(actor, request.POST.getlist("events")),
        "url": request.POST.get("url", "") if error else "",
        "error": error,
        "made": made,
        "now": at,
    }
    return render(request, "webhooks/list.html", shown, status=status)


@page_permission(WebhookPermission.READ)
@never_cache
@require_safe
def one(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """One subscription with the log of its deliveries."""
    return _one(request, webhook_id)


@page_permission(WebhookPermission.READ)
@never_cache
@require_safe
def delivery(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """What was sent, and every try with its answer."""
    actor = signed_in(request)
    found = queries.delivery(actor, webhook_id, delivery_id)
    shown = {
        **_frame(actor),
        "hook": queries.get_for(actor, webhook_id),
        "one": found,
        "state": STATES[found.state],
        "attempts": [(a, CODES.get(a.code, a.code)) for a in queries.attempts([found.id]).get(found.id, [])],
    }
    return render(request, "webhooks/delivery.html", shown)


Act = Callable[[HttpRequest, Actor, UUID, datetime], str]


def _posted(act: Act) -> Callable[..., HttpResponse]:
    """A button of the page: carried out and told, or refused and told on the page."""

    @page_permission(WebhookPermission.MANAGE)
    @never_cache
    @require_POST
    @wraps(act)
    def view(request: HttpRequest, webhook_id: UUID, **_kwargs: UUID) -> HttpResponse:
        actor = signed_in(request)
        try:
            said = act(request, actor, webhook_id, now())
        except BihuanError as error:
            if error.status == 404:
                raise
            return _one(request, webhook_id, error=told(error), status=error.status)
        messages.success(request, said)
        gone = act.__name__ == "remove"
        return HttpResponseRedirect(_frame(actor)["base"] + ("" if gone else f"/{webhook_id}"))

    return view


@_posted
def change(request: HttpRequest, actor: Actor, webhook_id: UUID, at: datetime) -> str:
    url, events = request.POST.get("url", ""), request.POST.getlist("events")
    actions.change(subscription_id=webhook_id, url=url, events=events, actor=actor, at=at)
    return _("Changed.")


@_posted
def switch(request: HttpRequest, actor: Actor, webhook_id: UUID, at: datetime) -> str:
    on = request.POST.get("on") == "1"
    actions.switch(subscription_id=webhook_id, on=on, actor=actor, at=at)
    return _("Switched on.") if on else _("Switched off.")


@_posted
def test(request: HttpRequest, actor: Actor, webhook_id: UUID, at: datetime) -> str:
    actions.send_test(subscription_id=webhook_id, actor=actor, at=at)
    return _("The test event is on its way; see the log.")


@_posted
def remove(request: HttpRequest, actor: Actor, webhook_id: UUID, at: datetime) -> str:
    actions.remove(subscription_id=webhook_id, actor=actor, at=at)
    return _("Removed.")


@_posted
def replay_span(request: HttpRequest, actor: Actor, webhook_id: UUID, at: datetime) -> str:
    count = actions.replay_span(
        subscription_id=webhook_id,
        from_at=_instant(request, "from_at"),
        until_at=_instant(request, "until_at"),
        actor=actor,
        at=at,
    )
    return _("{count} deliveries are on their way.").format(count=count)


@page_permission(WebhookPermission.MANAGE)
@never_cache
@require_POST
def replay(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send one delivery again."""
    actor = signed_in(request)
    try:
        actions.replay(subscription_id=webhook_id, delivery_id=delivery_id, actor=actor, at=now())
    except BihuanError as error:
        if error.status == 404:
            raise
        return _one(request, webhook_id, error=told(error), status=error.status)
    messages.success(request, _("The delivery is on its way again."))
    return HttpResponseRedirect(f"{_frame(actor)['base']}/{webhook_id}/deliveries/{delivery_id}")


@page_permission(WebhookPermission.MANAGE)
@never_cache
@require_POST
def rotate(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """A new secret, shown this once."""
    made = actions.rotate(subscription_id=webhook_id, actor=signed_in(request), at=now())
    return _one(request, webhook_id, made=made)


def _one(
    request: HttpRequest,
    webhook_id: UUID,
    *,
    error: str | None = None,
    made: actions.Created | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = signed_in(request)
    found = queries.get_for(actor, webhook_id)
    state = request.GET.get("state", "")
    state = state if state in ("delivered", "failed", "queued", "dropped") else ""
    page = queries.deliveries(actor, webhook_id, state=state, after=request.GET.get("after"))
    tried = queries.attempts([row.id for row in page.rows])
    shown = {
        **_frame(actor),
        "hook": found,
        "hook_state": STATES[found.state],
        "groups": _choices(actor, found.events),
        "rows": [
            (row, STATES[row.state], CODES.get(row.code, row.code), _last(tried, row.id)) for row in page.rows
        ],
        "after": page.after,
        "state": state,
        "states": [(each, STATES[each]) for each in ("delivered", "queued", "failed", "dropped")],
        "counts": queries.counts([found.id])[found.id],
        "error": error,
        "made": made,
        "now": now(),
    }
    return render(request, "webhooks/one.html", shown, status=status)


def _frame(actor: Actor) -> dict[str, Any]:
    """Where these pages stand: in the partners' site, or in the administrator's."""
    side = "partner" if actor.organisation_id else "platform"
    base = "/partner/webhooks" if actor.organisation_id else "/admin-room/webhooks"
    return {"layout": _LANDS[side], "base": base}


def _choices(actor: Actor, chosen: Sequence[str]) -> list[tuple[str, list[Choice]]]:
    language = get_language() or "zh"
    names = queries.events_for(actor)
    return [
        (kind, [Choice(name, headline(name, language), name in chosen) for name in some])
        for kind, some in groupby(names, key=lambda name: name.partition(".")[0])
    ]


def _last(tried: dict[UUID, Any], delivery_id: UUID) -> Any:
    found = tried.get(delivery_id)
    return found[-1] if found else None


def _instant(request: HttpRequest, name: str) -> datetime:
    """A time as the browser sends it, taken as China's. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise Invalid(
            "{value} is not a time.",
            field=name,
            value=request.POST.get(name, "")[:30] or "—",
            remedy="Give day and time, such as 2026-03-01 18:00.",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_ZONE)
