"""What the pages of the rules need in templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from bihuan.engine.clausetypes import ZONE
from bihuan.engine.explain import VERDICTS
from bihuan.journal.events import headline
from bihuan.norms import queries

register = template.Library()
_MORE_VERDICTS = {
    **VERDICTS,
    "overdue": ("已逾期", "overdue"),
    "running": ("计时中", "running"),
    "held": ("中止", "on hold"),
    "none": ("不起算", "no clock"),
    "provisional": ("暂定", "provisional"),
}


@register.filter
def of(texts: Any) -> str:
    """A text in the language of the page; Chinese where there is no other."""
    return str(texts.get(_language()) or texts.get("zh") or "") if isinstance(texts, Mapping) else str(texts)


@register.filter
def tongue(text: str) -> str:
    """The language of a text, for ``lang=``."""
    return "zh-CN" if any("一" <= sign <= "鿿" for sign in text) else "en"


@register.filter
def event_words(name: str) -> str:
    """What an event says, without its fields."""
    return headline(name, _language())


@register.filter
def verdict_words(code: str) -> str:
    """按时, 超时 …"""
    pair = _MORE_VERDICTS.get(code, (code, code))
    return pair[0] if _language() == "zh" else pair[1]


@register.filter
def plain(value: Any) -> str:
    """A value of a clause file on one line."""
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {plain(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(plain(v) for v in value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return {True: "✓", False: "✗"}.get(value, str(value)) if isinstance(value, bool) else str(value)


@register.filter
def to_the_second(value: datetime) -> str:
    """A point in time of an example in China; with its seconds where they are what matters."""
    local = value.astimezone(ZONE) if value.tzinfo else value
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


@register.filter
def is_clause(code: str) -> bool:
    """Whether a refusal names a clause of some rulebook, rather than a code of the program."""
    return any(code in book.clauses for book in queries.library().books.values())


def _language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"
