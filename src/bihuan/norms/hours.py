"""Business hours as stored: ``{"weekly", "overrides", "breaks", "tz", "follows_calendar", "makeup"}``.

``weekly`` maps "0" (Monday) to "6" to lists of ["09:00", "18:00"]; ``overrides`` maps dates to such
lists (empty: closed). All keys but ``weekly`` may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from bihuan.engine.calendar import BadHours, BusinessHours, WorkCalendar
from bihuan.engine.hours import Interval

KEYS: Final = {"weekly", "overrides", "breaks", "tz", "follows_calendar", "makeup"}


def from_body(name: str, body: Mapping[str, Any], calendar: WorkCalendar) -> BusinessHours:
    """The engine's form. Raises BadHours."""
    if not isinstance(body, Mapping) or body.keys() - KEYS or not isinstance(body.get("weekly"), Mapping):
        raise BadHours(
            field="hours", problem=f"only {', '.join(sorted(KEYS))} are known, and weekly is needed"
        )
    makeup = body.get("makeup")
    try:
        return BusinessHours(
            weekly={int(day): _intervals(spans) for day, spans in body["weekly"].items()},
            overrides={
                date.fromisoformat(day): _intervals(spans) for day, spans in body.get("overrides", {}).items()
            },
            breaks=_intervals(body.get("breaks", ())),
            tz=str(body.get("tz", "Asia/Shanghai")),
            calendar=calendar if body.get("follows_calendar", True) else None,
            makeup=None if makeup is None else _intervals(makeup),
            name=name,
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise BadHours(field="hours", problem=str(error)) from error


def _intervals(spans: Sequence[Any]) -> list[Interval]:
    if isinstance(spans, str):
        raise BadHours(field="hours", problem=f"{spans!r} is not a list of intervals")
    return [(str(start), str(end)) for start, end in spans]
