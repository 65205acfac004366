"""Parts of the desk that other pages take in: the palette, next and previous; and words for codes."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import actor_of
from bihuan.cases.models import Case
from bihuan.desk import queries
from bihuan.desk.builtin import Shown, Views
from bihuan.desk.filters import NAMES, Wanted
from bihuan.desk.pages import listing
from bihuan.desk.permissions import D
from bihuan.desk.queries import Asking
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

register = template.Library()


@register.inclusion_tag("desk/_palette.html", takes_context=True)
def palette(context: template.Context, query: str = "") -> dict[str, Any]:
    """Search form and command palette; nothing for people without a desk."""
    actor = _worker(context)
    if actor is None:
        return {"can_work": False}
    views = context.get("views")
    known = views if isinstance(views, Views) else queries.views_of(actor)
    return {"can_work": True, "views": known, "may_board": allows(actor, D.BOARD), "query": query}


@register.inclusion_tag("desk/_between_body.html", takes_context=True)
def between(context: template.Context, case: Case) -> dict[str, Any]:
    """Next and previous among the rows of the view that the page's address names, and putting aside."""
    actor, request = _worker(context), context.get("request")
    if actor is None or request is None:
        return {"can_work": False}
    at = now()
    views = queries.views_of(actor)
    shown = {
        "can_work": True,
        "case": case,
        "views": views,
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "here": request.get_full_path(),
        "onward": reverse("desk:inbox"),
        "aside": queries.snooze_of(actor.id, case.id, at=at),
    }
    return {**shown, **_around(actor, request, views, case, Asking(actor, at))}


def _around(actor: Actor, request: HttpRequest, views: Views, case: Case, asking: Asking) -> dict[str, Any]:
    """Where next and previous lead; nothing when the page was not come to from a list."""
    spot = request.GET.get("after", "")
    if not spot:
        return {}
    now_shown = listing.chosen(views, request.GET)
    asking = Asking(actor, asking.at, queries.snoozed(actor.id, at=asking.at))
    try:
        found = [
            queries.neighbour(asking, now_shown.wanted, spot=spot, without=case.id, back=back)
            for back in (True, False)
        ]
    except Invalid:  # a page key that was made up: the case is shown all the same
        return {}
    previous, following = (now_shown.place(one) if one else "" for one in found)
    back = f"{reverse('desk:inbox')}?{now_shown.query}"
    return {
        "listed": True,
        "view": now_shown.view,
        "back": back,
        "previous": previous,
        "next": following,
        "onward": following or back,
    }


def _worker(context: template.Context) -> Actor | None:
    request = context.get("request")
    actor = actor_of(request) if request else None
    return actor if actor is not None and allows(actor, D.WORK) else None


@register.simple_tag
def view_name(view: Shown) -> str:
    """A built-in view in the language of the page, a kept one as it was named."""
    return view.name if view.kept else _(view.name)


@register.filter
def field(wanted: Wanted, name: str) -> str:
    """One filter by its name."""
    return str(getattr(wanted, name)) if name in NAMES else ""


@register.simple_tag
def column_name(name: str) -> str:
    """The head of a column, and the label of a filter."""
    return {
        "state": _("State"),
        "next": _("Next step"),
        "owner": _("Owner"),
        "flow": _("Kind of case"),
        "type": _("Type"),
        "urgency": _("Urgency"),
        "complexity": _("Complexity"),
        "channel": _("Channel"),
        "team": _("Team"),
        "merchant": _("Merchant"),
        "order": _("Order number"),
        "received": _("Received"),
        "due": _("Due"),
    }.get(name, name)


@register.simple_tag
def every(name: str) -> str:
    """The choice of a filter that does not narrow."""
    return {
        "state": _("Every state"),
        "flow": _("Every kind of case"),
        "type": _("Every type"),
        "urgency": _("Every urgency"),
        "channel": _("Every channel"),
        "team": _("Every team"),
        "due": _("Due whenever"),
    }.get(name, name)


@register.simple_tag
def due_name(code: str) -> str:
    return {"overdue": _("Overdue"), "today": _("Due today"), "week": _("Due within seven days")}.get(
        code, code
    )


@register.simple_tag
def number_name(name: str) -> str:
    """What a number of the board counts."""
    return {
        "green": _("Green channel"),
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "unowned": _("Unowned"),
        "unowned_overdue": _("Unowned and overdue"),
        "offers": _("Offers to approve"),
        "extensions": _("Extensions to approve"),
        "open": _("Open"),
    }.get(name, name)


@register.simple_tag
def status_name(code: str) -> str:
    return {"online": _("online"), "busy": _("busy"), "offline": _("offline")}.get(code, code)


@register.simple_tag
def found_by(code: str) -> str:
    """In what a case was found."""
    return {
        "number": _("by its number"),
        "order": _("by its order"),
        "text": _("in its texts"),
        "evidence": _("in a name of evidence"),
    }.get(code, code)
