"""Lengths of time in words, for tables of what took how long."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def lasting(length: timedelta) -> str:
    """Two units at most, and never rounded up: 3 小时 20 分, 2 days 4 h."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return _("{n} s").format(n=seconds)
    minutes = seconds // 60
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("{h} h {m} min").format(h=hours, m=minutes)
    days, hours = divmod(hours, 24)
    return _("{d} d {h} h").format(d=days, h=hours)
