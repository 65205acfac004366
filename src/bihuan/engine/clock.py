"""Clocks: what they are, how an event moves them, what is to be done about them and when."""

from __future__ import annotations

from bihuan.engine.advance import NoEnd, advance
from bihuan.engine.clocktypes import (
    Calendars,
    Change,
    Clock,
    Happening,
    History,
    day_counted,
    is_past,
    latest,
    plain_verdict,
    strictest,
    verdict_at,
)
from bihuan.engine.lengthen import ExtensionRefused, extended_clock
from bihuan.engine.schedule import Action, NotProvisional, after_action, next_action, rejudge

__all__ = [
    "Action",
    "Calendars",
    "Change",
    "Clock",
    "ExtensionRefused",
    "Happening",
    "History",
    "NoEnd",
    "NotProvisional",
    "advance",
    "after_action",
    "day_counted",
    "extended_clock",
    "is_past",
    "latest",
    "next_action",
    "plain_verdict",
    "rejudge",
    "strictest",
    "verdict_at",
]
