"""One clock counted anew under another limit: the engine over frozen facts and recorded events, nothing else.

Behaviour is held constant: every event stays where it was. The same replay under the clock's own
limit must give the clock as it is; where it does not, nothing is claimed about it (``Unsure``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from bihuan.compliance.figures import Outcome
from bihuan.engine.clause import Clause
from bihuan.engine.clausetypes import LimitUnknown, LimitValue
from bihuan.engine.clock import Calendars, Clock, ExtensionRefused, Happening, advance, is_past
from bihuan.engine.counting import Count
from bihuan.engine.errors import BihuanError
from bihuan.engine.facts import FrozenDict
from bihuan.engine.rulebook import RuleIndex

_ALWAYS = date(1, 1, 1)


class Unsure(StrEnum):
    """Why nothing can be said about a clock."""

    TEXT = "text"
    """The text or the calendar that it was counted by is not stored here."""
    LIMIT = "limit"
    """The other limit names no length for its facts, or its class before an extension is not certain."""
    REPLAY = "replay"
    """Under its own limit the replay comes out otherwise than the clock did."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A clock with the identity of its row and of the entry that started it."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    start_entry: int
    clock: Clock
    merchant_id: UUID | None = None
    team_id: UUID | None = None
    owner_id: UUID | None = None

    @property
    def key(self) -> str:
        """What pages go on from."""
        return f"{self.clock.due_at.isoformat()}~{self.id}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of the subject's journal with its place in it."""

    entry: int
    happening: Happening


@dataclass(frozen=True, slots=True)
class Recounted:
    """What a clock was and would have been; ``would`` is None where that cannot be said."""

    frozen: Frozen
    was: Outcome
    would: Outcome | None
    due_at: datetime | None = None
    why: Unsure | None = None


class Replay:
    """Recounts clocks of one clause under one other limit, as of one instant."""

    def __init__(self, limit: LimitValue, at: datetime) -> None:
        self.limit, self.at = limit, at

    def recount(
        self, frozen: Frozen, clause: Clause, calendars: Calendars, recorded: Sequence[Recorded]
    ) -> Recounted:
        """``clause`` and ``calendars`` are the clock's own; ``recorded`` the subject's entries in order."""
        was = outcome(frozen.clock, self.at)
        clause = replace(clause, warn=(), escalate=())
        try:
            events = _moving(frozen, clause, recorded)
            first = _first_limit(frozen.clock)
            facts = _first_facts(frozen.clock, clause, first)
            own = _run(_begun(frozen.clock, first, facts, clause, calendars), events, clause, calendars)
            if not _same(own, frozen.clock):
                return self.unsaid(frozen, Unsure.REPLAY)
            other = replace(clause, limits=((_ALWAYS, self.limit),))
            length = str(self.limit.choose(clause.id, facts))
            found = _run(_begun(frozen.clock, length, facts, other, calendars), events, other, calendars)
        except BihuanError:
            return self.unsaid(frozen, Unsure.LIMIT)
        return Recounted(frozen, was, outcome(found, self.at), found.due_at)

    def unsaid(self, frozen: Frozen, why: Unsure) -> Recounted:
        """A clock that cannot be recounted."""
        return Recounted(frozen, outcome(frozen.clock, self.at), None, why=why)


def outcome(clock: Clock, at: datetime) -> Outcome:
    """The one place in which a report of that instant counts the clock."""
    if clock.imported:
        return Outcome.IMPORTED
    if clock.verdict == "cancelled":
        return Outcome.CANCELLED
    if clock.provisional:
        return Outcome.PROVISIONAL
    if clock.verdict is not None:
        return Outcome(clock.verdict)
    past = clock.state != "held" and is_past(clock, at)
    return Outcome.OVERDUE if past else Outcome.OPEN


def happening(
    *,
    name: str,
    occurred_at: datetime,
    recorded_at: datetime,
    proven: bool,
    generation: int,
    data: Mapping[str, Any],
) -> Happening:
    """An entry as the engine takes it; its own parameters stand for the facts that it changed."""
    return Happening(
        name=name,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        proven=proven,
        params=data,
        facts=data,
        generation=generation,
    )


def moving_names(clause: Clause) -> set[str]:
    """Events that can move a clock of this clause once it has started."""
    extension = (clause.extension.on,) if clause.extension else ()
    return {
        *clause.stops_on,
        *clause.cancels_on,
        *clause.gives_way_on,
        *clause.pauses_on,
        *clause.resumes_on,
        *clause.follows,
        *extension,
    }


def _moving(frozen: Frozen, clause: Clause, recorded: Sequence[Recorded]) -> list[Happening]:
    """Events after the start; of a clock whose facts were known late, first those that ended it before."""
    names = moving_names(clause)
    every = [one for one in recorded if one.happening.name in names]
    later = [one.happening for one in every if one.entry > frozen.start_entry]
    if not _known_late(frozen, clause, recorded):
        return later
    earlier = [one.happening for one in every if one.entry <= frozen.start_entry]
    return [*_between(frozen.clock, clause, earlier), *later]


def _known_late(frozen: Frozen, clause: Clause, recorded: Sequence[Recorded]) -> bool:
    """Whether the clock was started by the event that made its facts known, not by its start event."""
    names = set(clause.known_on) - set(clause.starts_on)
    return any(one.entry == frozen.start_entry and one.happening.name in names for one in recorded)


def _between(clock: Clock, clause: Clause, earlier: Sequence[Happening]) -> list[Happening]:
    """The first event of each name that stops or cancels, as the engine looked back at them."""
    ending = {*clause.stops_on, *clause.cancels_on, *clause.gives_way_on}
    first: dict[str, Happening] = {}
    for event in earlier:
        if event.name in ending and event.generation == clock.generation:
            first.setdefault(event.name, event)
    found = [event for event in first.values() if event.stop_time >= clock.started_at]
    return sorted(found, key=lambda event: event.stop_time)


def _first_limit(clock: Clock) -> str:
    """The limit before any extension or change of class."""
    return str(clock.extended[0]["limit_before"]) if clock.extended else clock.limit


def _first_facts(clock: Clock, clause: Clause, limit: str) -> Mapping[str, Any]:
    """The facts at the start: an extension or a change of class wrote its own class over the first one."""
    value = clause.limit_at(clock.started_at)
    if not clock.extended or value is None or value.by is None:
        return clock.facts
    classes = [name for name, length in value.choices.items() if str(length) == limit]
    if len(classes) != 1:
        raise LimitUnknown(clause_id=clause.id, fact=value.by, value=limit, known=", ".join(value.choices))
    return FrozenDict({**clock.facts, value.by: classes[0]})


def _begun(clock: Clock, limit: str, facts: Mapping[str, Any], clause: Clause, calendars: Calendars) -> Clock:
    due, provisional = Count(clock.started_at, limit, clause, calendars).end()
    return Clock(
        clause_id=clock.clause_id,
        clause_hash=clause.hash,
        key=clock.key,
        generation=clock.generation,
        round=clock.round,
        facts=facts,
        limit=limit,
        calendar_version=clock.calendar_version,
        started_at=clock.started_at,
        due_at=due,
        provisional=provisional,
    )


def _run(clock: Clock, events: Iterable[Happening], clause: Clause, calendars: Calendars) -> Clock:
    """The clock after the events. An extension that comes too late changes nothing, as it did then."""
    rules = RuleIndex((), former=(clause,))
    for event in events:
        if clock.stopped_at is not None:
            break
        try:
            for change in advance([clock], event, rules, calendars):
                clock = change.after
        except ExtensionRefused:
            continue
    return clock


def _same(own: Clock, clock: Clock) -> bool:
    return (own.due_at, own.state, own.verdict, own.stopped_at) == (
        clock.due_at,
        clock.state,
        clock.verdict,
        clock.stopped_at,
    )
