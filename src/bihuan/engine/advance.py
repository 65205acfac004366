"""One event moves the clocks of its subject: stops first, starts last.

Stopping before starting makes a recurring duty (start and stop on one event) fall out by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bihuan.engine.clausetypes import Clause, LimitValue, local_day
from bihuan.engine.clocktypes import LIVE, Calendars, Change, Clock, Happening, History, evolved, is_past
from bihuan.engine.counting import Count, warnings
from bihuan.engine.errors import Invalid
from bihuan.engine.facts import FrozenDict
from bihuan.engine.lengthen import ExtensionRefused, extend, follow
from bihuan.engine.rulebook import RuleIndex
from bihuan.engine.schedule import judged, recounted, scheduled


class NoEnd(Invalid):
    """A start event that should carry the end of its own clock and does not."""

    code = "clock.no_end"
    message = "The event {event} must carry the time '{param}' for {clause_id}."
    remedy = "Give '{param}' as a date, or as an instant with its offset."


def advance(
    clocks: Sequence[Clock],
    happening: Happening,
    index: RuleIndex,
    calendars: Calendars,
    history: History | None = None,
) -> list[Change]:
    """What the event does to the subject's clocks (all of them, finished ones included).

    ``history(name)`` gives the earliest event of that name in the subject's present generation, or
    None; only clauses with ``known_on`` ask for it. Nothing is changed in place.

    Raises ExtensionRefused when an extension fits none of the clocks it is meant for, LimitUnknown
    and NoEnd when a clock that must start can't know its limit.
    """
    changes, current = _move(clocks, happening, index, calendars)
    starting = index.starting(happening.name)
    knowing = index.knowing(happening.name) if history is not None else ()
    if starting or knowing:
        wanted = {clause.id for clause in (*starting, *knowing)}
        board = _Board(happening, current, wanted, calendars)
        for clause in starting:
            if _is_known(clause, happening, history):
                _append(changes, board.start(clause, happening))
        for clause in knowing:
            if happening.name not in clause.starts_on and history is not None:
                _append(changes, _start_earlier(clause, happening, board, history))
    return changes


def _append(changes: list[Change], clock: Clock | None) -> None:
    if clock is not None:
        changes.append(Change("start", None, clock))


def _move(
    clocks: Sequence[Clock], happening: Happening, index: RuleIndex, calendars: Calendars
) -> tuple[list[Change], list[Clock]]:
    changes: list[Change] = []
    current = list(clocks)
    refused: list[ExtensionRefused] = []
    for place, clock in enumerate(clocks):
        if clock.stopped_at is not None or clock.generation > happening.generation:
            continue
        clause = index.text_of(clock.clause_id, clock.clause_hash)
        change = _react(clock, clause, happening, calendars, refused) if clause else None
        if change is not None:
            changes.append(change)
            current[place] = change.after
    if refused and not happening.imported and not any(change.op == "extend" for change in changes):
        raise refused[0]
    return changes, current


def _react(
    clock: Clock,
    clause: Clause,
    happening: Happening,
    calendars: Calendars,
    refused: list[ExtensionRefused],
) -> Change | None:
    name = happening.name
    if clause.key is not None and not _same_key(clock, clause, happening.params):
        return None
    if name in clause.stops_on:
        return Change("stop", clock, stop(clock, clause, calendars, happening.stop_time))
    if name in clause.cancels_on or name in clause.gives_way_on:
        return _cancel(clock, clause, happening)
    if clause.extension and name == clause.extension.on:
        return extend(clock, clause, happening, calendars, refused)
    if name in clause.follows:
        return follow(clock, clause, happening, calendars)
    if name in clause.resumes_on and clock.state == "held":
        return _resume(clock, clause, happening, calendars)
    if name in clause.pauses_on and not is_past(clock, happening.stop_time):
        return _hold(clock, clause, happening)
    return None


def _same_key(clock: Clock, clause: Clause, params: Mapping[str, Any]) -> bool:
    """An event without the parameter concerns all parallel clocks."""
    return clause.key is None or clause.key not in params or str(params[clause.key]) == clock.key


def stop(clock: Clock, clause: Clause, calendars: Calendars, at: datetime) -> Clock:
    """The clock stopped; a hold still running ends with it."""
    if clock.state == "held":
        clock = _released(clock, clause, calendars, at)
    return judged(clock, at)


def _cancel(clock: Clock, clause: Clause, happening: Happening) -> Change | None:
    """Cancelled, unless it is overdue; an outcome to which the clause gives way cancels all the same."""
    at = happening.stop_time
    if is_past(clock, at) and happening.name not in clause.gives_way_on:
        return None
    done = replace(clock, state="cancelled", stopped_at=at, verdict="cancelled", next_at=None)
    return Change("cancel", clock, replace(done, breached_at=None))


def _when(clause: Clause, params: Mapping[str, Any]) -> bool:
    return all(params.get(name) in allowed for name, allowed in clause.when.items())


def _hold(clock: Clock, clause: Clause, happening: Happening) -> Change | None:
    if not _when(clause, happening.params):
        return None
    at = happening.stop_time
    if clock.state == "held":
        return Change("hold", clock, replace(clock, held=(*clock.held, (at, None))))
    return Change("hold", clock, replace(clock, state="held", held_since=at, next_at=None))


def _resume(clock: Clock, clause: Clause, happening: Happening, calendars: Calendars) -> Change | None:
    if not _when(clause, happening.params):
        return None
    inner = [hold for hold in clock.held if hold[1] is None]
    if inner:
        held = list(clock.held)
        held.remove(inner[-1])
        return Change("resume", clock, replace(clock, held=tuple(held)))
    after = _released(clock, clause, calendars, happening.start_time)
    return Change("resume", clock, scheduled(after, clause, calendars))


def _released(clock: Clock, clause: Clause, calendars: Calendars, at: datetime) -> Clock:
    since = clock.held_since or at
    finished = tuple(hold for hold in clock.held if hold[1] is not None)
    held = (*finished, (since, max(at, since)))
    running = replace(clock, state="running", held_since=None, held=held)
    return recounted(running, clause, calendars)


def _is_known(clause: Clause, happening: Happening, history: History | None) -> bool:
    """Whether the facts that choose the clause are known when its start event comes."""
    if not clause.known_on or happening.generation > 1 or happening.name in clause.known_on:
        return True
    return history is not None and any(history(name) is not None for name in clause.known_on)


def _start_earlier(clause: Clause, happening: Happening, board: _Board, history: History) -> Clock | None:
    """A clock whose facts become known now, from the start event that came before."""
    found = [event for name in clause.starts_on if (event := history(name)) is not None]
    same = [event for event in found if event.generation == happening.generation]
    if not same:
        return None
    clock = board.start(clause, min(same, key=lambda event: event.start_time), once=True)
    return _caught_up(clock, clause, board.calendars, history) if clock else None


def _caught_up(clock: Clock, clause: Clause, calendars: Calendars, history: History) -> Clock:
    """The late-known clock after the stop or cancel that came between."""
    names = (*clause.stops_on, *clause.cancels_on, *clause.gives_way_on)
    events = [event for name in names if (event := history(name)) is not None]
    events = [event for event in events if event.stop_time >= clock.started_at]
    for event in sorted(events, key=lambda item: item.stop_time):
        if not _same_key(clock, clause, event.params):
            continue
        if event.name in clause.stops_on:
            return stop(clock, clause, calendars, event.stop_time)
        change = _cancel(clock, clause, event)
        if change is not None:
            return change.after
    return clock


_NEVER = datetime.max.replace(tzinfo=UTC)
_BLANK = Clock("", "", "", 1, 1, FrozenDict(), "0s", "", _NEVER, _NEVER)


class _Board:
    """The subject's clocks while one event starts new ones; equal counts are made once."""

    def __init__(
        self, happening: Happening, current: Sequence[Clock], wanted: set[str], calendars: Calendars
    ) -> None:
        self.facts, self.calendars = happening.facts, calendars
        self.mates: dict[str, list[Clock]] = {}
        for clock in current:
            if clock.clause_id in wanted:
                self.mates.setdefault(clock.clause_id, []).append(clock)
        self.day: tuple[datetime, date] | None = None
        self.counts: dict[tuple[Any, ...], tuple[datetime, bool, tuple[datetime, ...]]] = {}

    def start(self, clause: Clause, begin: Happening, once: bool = False) -> Clock | None:
        """The clock that ``begin`` starts, if the clause applies, binds and none runs already.

        ``once`` refuses a second round too.
        """
        if not clause.matches(self.facts):
            return None
        day = self._day(begin.start_time)
        value = clause.limit_at(day) if clause.in_force(day) else None
        if value is None:
            return None
        key = str(begin.params.get(clause.key, "")) if clause.key else ""
        number = self._round(clause, key, begin.generation, once)
        if not number:
            return None
        return self._clock(clause, begin, _limit_text(clause, value, begin, self.facts), key, number)

    def _day(self, moment: datetime) -> date:
        if self.day is None or self.day[0] is not moment:
            self.day = moment, local_day(moment)
        return self.day[1]

    def _round(self, clause: Clause, key: str, generation: int, once: bool) -> int:
        """The number of the new round; 0 where no clock may start."""
        number = 1
        for clock in self.mates.get(clause.id, ()):
            if clock.key == key and clock.generation == generation:
                if once or clock.state in LIVE:
                    return 0
                number = max(number, clock.round + 1)
        return number

    def _clock(self, clause: Clause, begin: Happening, limit: str, key: str, number: int) -> Clock:
        due, provisional, warn_at = self._count(clause, begin.start_time, limit)
        first = None if begin.imported else (warn_at[0] if warn_at else due)
        facts = self.facts
        return evolved(
            _BLANK,
            clause_id=clause.id,
            clause_hash=clause.hash,
            key=key,
            generation=begin.generation,
            round=number,
            facts=FrozenDict({name: facts[name] for name in clause.fact_names if name in facts}),
            limit=limit,
            calendar_version=self.calendars.work.version,
            started_at=begin.start_time,
            due_at=due,
            warn_at=warn_at,
            next_at=first,
            provisional=provisional,
            imported=begin.imported,
        )

    def _count(
        self, clause: Clause, start: datetime, limit: str
    ) -> tuple[datetime, bool, tuple[datetime, ...]]:
        like = (start, limit, clause.counted_as)
        found = self.counts.get(like)
        if found is None:
            count = Count(start, limit, clause, self.calendars)
            due, provisional = count.end()
            found = due, provisional, tuple([row[0] for row in warnings(count, due, ())])
            self.counts[like] = found
        return found


def _limit_text(clause: Clause, value: LimitValue, begin: Happening, facts: Mapping[str, Any]) -> str:
    if value.from_param is None:
        return str(value.choose(clause.id, facts))
    given = begin.params.get(value.from_param)
    try:
        return _end_text(given)
    except (TypeError, ValueError):
        raise NoEnd(
            field=value.from_param,
            clause=clause.id,
            event=begin.name,
            param=value.from_param,
            clause_id=clause.id,
        ) from None


def _end_text(given: Any) -> str:
    if isinstance(given, str):
        given = (
            date.fromisoformat(given) if len(given) == len("2026-10-13") else datetime.fromisoformat(given)
        )
    if isinstance(given, datetime) and given.tzinfo is None:
        raise ValueError("no time zone")
    if not isinstance(given, date):
        raise TypeError("no date")
    return f"@{given.isoformat()}"
