"""What is to be done about a clock and when: warnings, the breach, escalations.

The schedule follows from clock and clause alone. When a worker looked has no influence on a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bihuan.engine.clausetypes import Clause
from bihuan.engine.clocktypes import Calendars, Clock, day_counted, evolved, is_past
from bihuan.engine.counting import Count, escalations, warnings
from bihuan.engine.errors import Refusal


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: ``level`` is the clause's own word for it (``80%``, ``-2h``, ``breach``, ``1wd``).

    ``at`` is when it was due to be done; ``stale`` marks a warning whose deadline has passed already,
    so that telling it helps nobody. ``role`` is None where the owner is told.
    """

    kind: Literal["warn", "breach", "escalate"]
    level: str
    role: str | None
    at: datetime
    stale: bool = False


class NotProvisional(Refusal):
    """A clock that rests on published calendars only is never judged again."""

    code = "clock.not_provisional"
    message = "The clock of {clause_id} is not provisional and stays as it is."
    remedy = "Only clocks that reached into a year without arrangement are judged again, once."


def count_of(clock: Clock, clause: Clause, calendars: Calendars) -> Count:
    """The count behind a clock."""
    return Count(clock.started_at, clock.limit, clause, calendars)


def next_action(clock: Clock, clause: Clause, calendars: Calendars, now: datetime) -> Action | None:
    """The oldest action not yet taken whose time has come; None where there is none.

    Repeat with ``after_action`` until None. A natural-time breach needs ``now`` after ``due_at``, a
    day-counted one ``now`` at ``due_at`` or after.
    """
    if clock.state != "running" or clock.imported:
        return None
    action = _action(clock, clause, calendars, now)
    if action is None or action.at > now:
        return None
    if action.kind == "breach" and not is_past(clock, now):
        return None
    return action


def after_action(clock: Clock, clause: Clause, calendars: Calendars) -> Clock:
    """The clock with one more action taken; at the breach ``breached_at`` becomes the due instant."""
    breach = clock.stage == len(clock.warn_at)
    breached_at = clock.due_at if breach else clock.breached_at
    return scheduled(replace(clock, stage=clock.stage + 1, breached_at=breached_at), clause, calendars)


def scheduled(clock: Clock, clause: Clause, calendars: Calendars) -> Clock:
    """The clock with ``next_at`` set from its stage."""
    return replace(clock, next_at=_next_at(clock, clause, calendars))


def _next_at(clock: Clock, clause: Clause, calendars: Calendars) -> datetime | None:
    if clock.state != "running" or clock.imported:
        return None
    warns = len(clock.warn_at)
    if clock.stage < warns:
        return clock.warn_at[clock.stage]
    if clock.stage == warns:
        return clock.due_at
    rows = escalations(count_of(clock, clause, calendars), clock.due_at)
    place = clock.stage - warns - 1
    return rows[place][0] if place < len(rows) else None


def _action(clock: Clock, clause: Clause, calendars: Calendars, now: datetime) -> Action | None:
    count, warns = count_of(clock, clause, calendars), len(clock.warn_at)
    if clock.stage < warns:
        rows = warnings(count, clock.due_at, clock.held)
        level = rows[clock.stage][1].text if clock.stage < len(rows) else "warn"
        return Action("warn", level, None, clock.warn_at[clock.stage], stale=is_past(clock, now))
    if clock.stage == warns:
        role = next((step.role for step in clause.escalate if step.after is None), None)
        return Action("breach", "breach", role, clock.due_at)
    later = escalations(count, clock.due_at)
    place = clock.stage - warns - 1
    if place >= len(later):
        return None
    at, level, role = later[place]
    return Action("escalate", level, role, at)


def recounted(clock: Clock, clause: Clause, calendars: Calendars) -> Clock:
    """The clock with its end and warnings counted anew from its limit and holds; stage unchanged."""
    count = count_of(clock, clause, calendars)
    due, provisional = count.end(clock.held)
    warn_at = tuple(moment for moment, _ in warnings(count, due, clock.held))
    version = calendars.work.version
    return replace(clock, due_at=due, provisional=provisional, warn_at=warn_at, calendar_version=version)


def judged(clock: Clock, stopped_at: datetime) -> Clock:
    """The clock stopped at that instant, met or late; a late one was breached at its due instant."""
    late = stopped_at >= clock.due_at if day_counted(clock.limit) else stopped_at > clock.due_at
    return evolved(
        clock,
        state="stopped",
        stopped_at=stopped_at,
        verdict="late" if late else "met",
        breached_at=clock.due_at if late else None,
        next_at=None,
    )


def rejudge(clock: Clock, clause: Clause, calendars: Calendars) -> Clock:
    """A new revision of a provisional clock under calendars that know more (clocks.md 6).

    A stopped clock gets its verdict again; a running one its new end, and a breach said too early is
    taken back, to be said again at the new end. Raises NotProvisional.
    """
    if not clock.provisional:
        raise NotProvisional(clause=clock.clause_id, clause_id=clock.clause_id)
    fresh = recounted(clock, clause, calendars)
    if clock.state == "stopped" and clock.stopped_at:
        return judged(fresh, clock.stopped_at)
    if clock.state == "cancelled":
        return fresh
    if clock.breached_at is not None:
        later = fresh.due_at > clock.breached_at
        stage = len(fresh.warn_at) if later else max(clock.stage, len(fresh.warn_at) + 1)
        fresh = replace(fresh, stage=stage, breached_at=None if later else fresh.due_at)
    return scheduled(fresh, clause, calendars)
