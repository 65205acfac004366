"""Calendars: working days, business hours, and the public form in which a year's holidays come."""

from __future__ import annotations

from bihuan.engine.holidays import from_holiday_json
from bihuan.engine.hours import BadHours, BusinessHours, NeverOpen
from bihuan.engine.workdays import BadCalendar, BeyondCalendar, WorkCalendar

__all__ = [
    "BadCalendar",
    "BadHours",
    "BeyondCalendar",
    "BusinessHours",
    "NeverOpen",
    "WorkCalendar",
    "from_holiday_json",
]
