"""Clauses and events for tests, made in one line each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.engine.clause import Clause, parse_clause
from bihuan.engine.clock import Calendars, Change, Clock, Happening, advance
from bihuan.engine.rulebook import RuleIndex
from bihuan.engine.tests.known import CAL, at

CALS = Calendars(CAL)
BASE: dict[str, Any] = {
    "id": "PCN-3.2.3",
    "title": {"zh": "调查时限", "en": "Investigation limit"},
    "text": {"zh": "自受理起", "en": "From acceptance"},
    "source": {"section": "3.2.3"},
    "nature": "norm",
    "verified": True,
    "status": "carried",
    "kind": "deadline",
    "since": "2026-01-01",
    "starts_on": "complaint.accepted",
    "stops_on": "complaint.findings_recorded",
    "limit": {"2026-01-01": "3wd"},
}


def raw(**changes: Any) -> dict[str, Any]:
    """The clause mapping with changes; a value of None takes the key away."""
    return {key: value for key, value in {**BASE, **changes}.items() if value is not None}


def clause(**changes: Any) -> Clause:
    return parse_clause(raw(**changes), book="pcn")


def happening(name: str, when: str | datetime, **more: Any) -> Happening:
    moment = at(when) if isinstance(when, str) else when
    recorded = more.pop("recorded", moment)
    recorded = at(recorded) if isinstance(recorded, str) else recorded
    return Happening(f"complaint.{name}", moment, recorded, **more)


class Case:
    """One subject whose events are told one after the other."""

    def __init__(self, *clauses: Clause, calendars: Calendars = CALS, **facts: Any) -> None:
        self.index = RuleIndex(clauses)
        self.calendars, self.facts = calendars, facts
        self.clocks: list[Clock] = []
        self.events: list[Happening] = []

    def say(self, name: str, when: str | datetime, **more: Any) -> list[Change]:
        event = happening(name, when, facts=self.facts, **more)
        self.events.append(event)
        changes = advance(self.clocks, event, self.index, self.calendars, self.history)
        for change in changes:
            if change.before is not None:
                self.clocks.remove(change.before)
            self.clocks.append(change.after)
        return changes

    def history(self, name: str) -> Happening | None:
        generation = max(event.generation for event in self.events)
        found = [event for event in self.events if event.name == name and event.generation == generation]
        return min(found, key=lambda event: event.occurred_at, default=None)

    @property
    def clock(self) -> Clock:
        (only,) = self.clocks
        return only
