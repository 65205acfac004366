"""What the oversight site needs in templates: words of codes, ends with their year, bars that print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bihuan.compliance import exporting
from bihuan.compliance.figures import COUNTED, Departure, Figures, Outcome
from bihuan.compliance.labels import language, said, word
from bihuan.engine.explain import print_limit

register = template.Library()
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    "met": ("green", "circle-check"),
    "late": ("orange", "clock-exclamation"),
    "overdue": ("red", "alert-triangle"),
    "open": ("azure", "clock-play"),
    "running": ("azure", "clock-play"),
    "held": ("yellow", "clock-pause"),
    "cancelled": ("secondary", "ban"),
    "provisional": ("yellow", "help-circle"),
    "imported": ("secondary", "upload"),
    "valid": ("green", "circle-check"),
    "foreign": ("red", "key"),
    "broken": ("red", "circle-x"),
    "waiting": ("secondary", "clock"),
    "ended": ("green", "circle-check"),
    "failed": ("red", "circle-x"),
}

_FILLS: Final = {
    Outcome.MET: "currentColor",
    Outcome.LATE: "url(#ov-stripes)",
    Outcome.OVERDUE: "url(#ov-dots)",
}
"""The patterns stand in compliance/_patterns.html."""


@register.filter(name="word")
def word_filter(code: Any, group: str) -> str:
    """``{{ outcome|word:"outcome" }}``: 按时."""
    return word(group, str(code))


@register.filter(name="said")
def said_filter(texts: Any) -> str:
    """A text of a rulebook in the language of the page."""
    return said(texts)


@register.simple_tag
def sign(group: str, code: Any, number: int | None = None) -> SafeString:
    """A code as a badge with icon and word: the colour only helps."""
    colour, name = _SIGNS.get(str(code), ("secondary", "circle"))
    figure = "" if number is None else format_html(" {}", number)
    icon = format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("vendor/icons.svg"), name
    )
    words = word(group, str(code))
    return format_html('<span class="badge bg-{}-lt">{} {}{}</span>', colour, icon, words, figure)


@register.filter
def ends(value: datetime | None) -> str:
    """A due time with its year; midnight is 24:00 of the day before: 2026-10-13 24:00."""
    if value is None:
        return ""
    local = value.astimezone(_ZONE)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return exact(value)


@register.filter
def exact(value: datetime | None) -> str:
    """A point in time in China to the second, where seconds decide."""
    return "" if value is None else f"{value.astimezone(_ZONE):%Y-%m-%d %H:%M:%S}"


@register.filter
def rate(figures: Figures) -> str:
    """The rate of figures; a template cannot ask for it, since it takes them for a mapping."""
    return percent(figures.rate)


def percent(rate: Fraction | None) -> str:
    """With one decimal, cut and never rounded up: what is not all is not 100%."""
    return "—" if rate is None else f"{int(rate * 1000) / 10:.1f}%"


@register.simple_tag
def bar(figures: Figures) -> SafeString:
    """Met, late and overdue as parts of one bar, each with a pattern of its own; words for readers."""
    if not figures.counted:
        return format_html('<span class="{}"></span>', "ov-bar")
    parts, left = [], 0.0
    for outcome in COUNTED:
        width = figures[outcome] / figures.counted * 100
        parts.append((str(outcome), _FILLS[outcome], f"{left:.2f}", f"{width:.2f}"))
        left += width
    rects = format_html_join(
        "",
        '<rect class="ov-part-{}" fill="{}" x="{}" y="0" width="{}" height="10"/>',
        (part for part in parts if part[3] != "0.00"),
    )
    words = ", ".join(f"{word('outcome', str(o))} {figures[o]}" for o in COUNTED)
    return format_html(
        '<svg class="ov-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        words,
        rects,
    )


@register.filter
def length_words(limit: str) -> str:
    """A length of time as people say it: 3wd is 3个工作日."""
    return print_limit(limit, language()) if limit else ""


@register.filter
def limit_words(value: Any) -> str:
    """A limit as a clause file writes it, in words: 一般 3个工作日; 复杂 5个工作日."""
    return exporting.limit_words(value)


@register.filter
def text_change(one: Departure) -> str:
    """What an own text changed, by the names of the keys."""
    return exporting.text_change(one)


@register.filter
def outcome_words(code: str) -> str:
    """The word for an outcome, or for all that are missed or not."""
    return word("side" if code in ("missed", "kept") else "outcome", code)


@register.filter
def grouped(number: int) -> str:
    """A count with its thousands told apart: 12,480."""
    return f"{number:,}"


@register.filter
def short(text: str) -> str:
    """The beginning of a hash."""
    return f"{text[:12]}…" if len(text) > 12 else text


@register.filter
def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, cut."""
    return percent(Fraction(part, whole)) if whole else "—"
