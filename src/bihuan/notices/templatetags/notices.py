"""The bell in the head of every page of staff."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import DatabaseError

from bihuan.accounts.requests import actor_of
from bihuan.journal.actor import ActorKind
from bihuan.notices import queries

register = template.Library()


@register.inclusion_tag("notices/_bell.html", takes_context=True)
def bell(context: template.Context) -> dict[str, Any]:
    """The link to one's letters with the number of unread ones; nothing for people from outside."""
    request = context.get("request")
    actor = actor_of(request) if request else None
    if actor is None or actor.kind is not ActorKind.STAFF:
        return {"unread": None}
    try:
        return {"unread": queries.unread(actor)}
    except DatabaseError:  # the page that tells of a database that is away has no bell
        return {"unread": None}
