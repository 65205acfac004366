"""What templates need everywhere: icons, Chinese times, money, the demo's mark."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, CheckboxInput, Select
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.accounts.requests import actor_of
from bihuan.journal.time import deployment_kind
from bihuan.project import sites

register = template.Library()
_ZONE = ZoneInfo("Asia/Shanghai")
_SOON = 6 * 3600


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Tabler icon of static/icons.txt; with a label it speaks, without one it is decoration."""
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.filter
def dressed(field: BoundField) -> SafeString:
    """A field of a form as the pages show it; one with an error is marked, and names the words of it."""
    widget = field.field.widget
    kind = "select" if isinstance(widget, Select) else "control"
    kind = "check-input" if isinstance(widget, CheckboxInput) else kind
    attrs: dict[str, Any] = {"class": f"form-{kind}"}
    if field.errors:
        attrs["class"] += " is-invalid"
        attrs |= {"aria-invalid": "true", "aria-describedby": f"error-{field.html_name}"}
    return field.as_widget(attrs=attrs)


@register.inclusion_tag("_demo_banner.html")
def demo_banner() -> dict[str, str]:
    """The mark that tells a demo or a drill from the real thing."""
    return {"kind": deployment_kind()}


@register.inclusion_tag("_nav.html", takes_context=True)
def site_nav(context: template.Context) -> dict[str, Any]:
    """The menu of whoever looks (project/sites.py)."""
    request = context.get("request")
    entries = sites.menu(actor_of(request) if request else None)
    here = sites.current(request.path, entries) if request else None
    away = sites.folded(entries)
    return {
        "entries": [_worded(e) for e in entries if e not in away],
        "folded": [_worded(e) for e in away],
        "here": _worded(here) if here else None,
        "here_folded": here in away,
    }


@register.simple_tag
def clause(clause_id: str) -> SafeString:
    """The number of a clause as a link to its page; nothing for no clause."""
    if not clause_id:
        return format_html("")
    return format_html('<a class="bh-clause" href="/rules/{}">{}</a>', clause_id, clause_id)


@register.simple_tag
def due_badge(value: datetime | None, now: datetime) -> SafeString:
    """A due time with what is left, in words, sign and colour: 10月13日 24:00 · 还剩 3小时."""
    if value is None:
        return format_html('<span class="bh-muted">—</span>')
    seconds = (value - now).total_seconds()
    state, name = ("late", "alert-triangle") if seconds < 0 else ("soon", "clock-exclamation")
    if seconds > _SOON:
        state, name = "ok", "clock"
    return format_html(
        '<time class="bh-due bh-due-{}" datetime="{}" title="{}">{}<span>{}</span></time>',
        state, iso(value), due(value), icon(name), left(value, now),
    )  # fmt: skip


@register.filter
def moment(value: datetime | None) -> str:
    """A point in time in China: 2026-10-13 18:20."""
    return "" if value is None else f"{value.astimezone(_ZONE):%Y-%m-%d %H:%M}"


@register.filter
def due(value: datetime | None) -> str:
    """A due time as people say it: midnight is 24:00 of the day before (10月13日 24:00)."""
    if value is None:
        return ""
    local = value.astimezone(_ZONE)
    clock = f"{local:%H:%M}"  # seconds stand in the explanation of the clock
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        local, clock = local - timedelta(days=1), "24:00"
    if (get_language() or "zh").startswith("zh"):
        return f"{local.month}月{local.day}日 {clock}"
    return f"{local:%b} {local.day}, {clock}"


@register.filter
def iso(value: datetime | None) -> str:
    """The machine-readable form for <time datetime=…>."""
    return "" if value is None else value.astimezone(_ZONE).isoformat()


@register.filter
def left(value: datetime | None, now: datetime) -> str:
    """How long until then, or for how long overdue: 还剩 3小时, 已超 2天."""
    if value is None:
        return ""
    seconds = int((value - now).total_seconds())
    text = _span(abs(seconds))
    return _("{span} left").format(span=text) if seconds >= 0 else _("overdue by {span}").format(span=text)


@register.filter
def money(fen: int | None) -> str:
    """Fen as yuan: ¥1,280.00."""
    if fen is None:
        return ""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A value of a mapping by a key that is itself a variable; empty where it is missing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


def _worded(entry: sites.Entry) -> dict[str, str]:
    return {"path": entry.path, "icon": entry.icon, "words": _(entry.label)}


def _span(seconds: int) -> str:
    if seconds >= 2 * 86400:
        return _("{n} days").format(n=seconds // 86400)
    if seconds >= 2 * 3600:
        return _("{n} hours").format(n=seconds // 3600)
    if seconds >= 120:
        return _("{n} minutes").format(n=seconds // 60)
    return _("{n} seconds").format(n=seconds)
