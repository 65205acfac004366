"""What the room's pages need in templates: words of codes, badges, sizes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.accounts.doors import signed_in
from bihuan.administration.labels import said, word
from bihuan.administration.pages import site
from bihuan.administration.queries.health import sized

register = template.Library()
_SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    "good": ("green", "circle-check"),
    "watch": ("yellow", "alert-circle"),
    "bad": ("red", "alert-triangle"),
    "active": ("green", "circle-check"),
    "invited": ("azure", "mail"),
    "locked": ("red", "lock"),
    "closed": ("red", "lock"),
    "left": ("secondary", "logout"),
    "failed": ("red", "circle-x"),
    "bounced": ("orange", "corner-up-left"),
    "doing": ("azure", "player-play"),
    "running": ("azure", "player-play"),
    "todo": ("secondary", "clock"),
    "waiting": ("secondary", "clock"),
    "ended": ("green", "circle-check"),
    "cancelled": ("secondary", "ban"),
}


@register.simple_tag(takes_context=True)
def room_tabs(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of the room's side, also for a page that another module serves inside the room."""
    if "tabs" in context:
        given: list[dict[str, Any]] = context["tabs"]
        return given
    path, found = context["request"].path, site.tabs(signed_in(context["request"]), "")
    where = max((tab["path"] for tab in found if path.startswith(tab["path"])), key=len, default="")
    return [{**tab, "here": tab["path"] == where} for tab in found]


@register.filter(name="word")
def word_filter(code: Any, group: str) -> str:
    """``{{ person.state|word:"state" }}``: 在用."""
    return word(group, str(code))


@register.filter(name="said")
def said_filter(texts: Any) -> str:
    """A text of a rulebook in the language of the page."""
    return said(texts)


@register.filter
def rows(text: str) -> int:
    """How many lines a field needs to show a list whole, between 2 and 12."""
    return min(12, max(2, str(text).count("\n") + 1))


@register.simple_tag
def sign(group: str, code: Any) -> SafeString:
    """A code as a badge with icon and word: the colour only helps."""
    colour, name = _SIGNS.get(str(code), ("secondary", "circle"))
    href = f"{static('vendor/icons.svg')}#{name}"
    icon = format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)
    return format_html('<span class="badge bg-{}-lt">{} {}</span>', colour, icon, word(group, str(code)))


@register.filter(name="sized")
def sized_filter(number: int) -> str:
    """Bytes as people say them."""
    return sized(number)


@register.filter
def grouped(number: int) -> str:
    """A count with its thousands told apart: 12,480."""
    return f"{number:,}"


@register.filter
def phase(period: Any, now: datetime) -> str:
    """Where a period stands: before, running, over, revoked."""
    if getattr(period, "revoked_at", None) is not None:
        return "revoked"
    if period.from_at > now:
        return "before"
    return "over" if period.until_at is not None and period.until_at <= now else "running"
