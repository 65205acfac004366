"""Longer and shorter limits: extension as a total told in time, and a change of class that shortens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.engine.clausetypes import Clause, LimitUnknown
from bihuan.engine.clocktypes import Calendars, Change, Clock, Happening, is_past
from bihuan.engine.counting import in_utc
from bihuan.engine.errors import Refusal
from bihuan.engine.facts import FrozenDict
from bihuan.engine.schedule import recounted, scheduled


class ExtensionRefused(Refusal):
    """A lengthening that came too late, lengthens nothing or is not foreseen by the clause."""

    code = "clock.extension_refused"
    message = "The limit of {clause_id} can't be extended to {to}: {why}."
    remedy = "Extend to one of {allowed}, longer than {limit}, with notice told before {due}."


def extended_clock(clock: Clock, clause: Clause, calendars: Calendars, *, to: str, at: datetime) -> Clock:
    """The clock with the total limit ``to`` (a class or a length), told at ``at``.

    Raises ExtensionRefused: stopped or overdue already, a target the clause does not foresee, or
    not longer than now.
    """
    rule = clause.extension
    why = _why_not(clock, clause, to, at)
    longer = None
    if not why and rule is not None:
        limit = _limit_for(clock, clause, to)
        longer = recounted(
            replace(clock, limit=limit, facts=_facts_with(clock, clause, to)), clause, calendars
        )
        if longer.due_at <= clock.due_at:
            why = "it would not be longer"
    if why or longer is None:
        raise ExtensionRefused(
            clause=clause.id,
            clause_id=clause.id,
            to=to,
            why=why or "the clause has no extension",
            allowed=", ".join(rule.to) if rule else "—",
            limit=clock.limit,
            due=clock.due_at.isoformat(),
        )
    stage = sum(moment <= at for moment in longer.warn_at)
    noted = (*clock.extended, _record("extend", clock, longer, at))
    return scheduled(replace(longer, stage=stage, extended=noted), clause, calendars)


def _why_not(clock: Clock, clause: Clause, to: str, at: datetime) -> str:
    if clause.extension is None:
        return "the clause has no extension"
    if not clock.live:
        return "the clock has stopped"
    if is_past(clock, at):
        return "its end has passed"
    return "" if to in clause.extension.to else "the clause does not foresee that"


def _limit_for(clock: Clock, clause: Clause, to: str) -> str:
    value = clause.limit_at(clock.started_at)
    return str(value.choices[to]) if value is not None and value.by else to


def _facts_with(clock: Clock, clause: Clause, to: str) -> Mapping[str, Any]:
    value = clause.limit_at(clock.started_at)
    if value is None or not value.by:
        return clock.facts
    return FrozenDict({**clock.facts, value.by: to})


def _record(kind: str, old: Clock, new: Clock, at: datetime) -> Mapping[str, Any]:
    return FrozenDict(
        kind=kind,
        at=in_utc(at),
        limit_before=old.limit,
        limit_after=new.limit,
        due_before=in_utc(old.due_at),
        due_after=in_utc(new.due_at),
    )


def extend(
    clock: Clock,
    clause: Clause,
    happening: Happening,
    calendars: Calendars,
    refused: list[ExtensionRefused],
) -> Change | None:
    named = happening.params.get("clauses")
    if named and clause.id not in named:
        return None
    try:
        to = str(happening.params.get("to"))
        after = extended_clock(clock, clause, calendars, to=to, at=happening.stop_time)
    except ExtensionRefused as refusal:
        refused.append(refusal)
        return None
    return Change("extend", clock, after)


def follow(clock: Clock, clause: Clause, happening: Happening, calendars: Calendars) -> Change | None:
    """A change of facts may only shorten; an overdue clock is left alone."""
    value = clause.limit_at(clock.started_at)
    if value is None or not value.by or is_past(clock, happening.stop_time):
        return None
    try:
        limit = str(value.choose(clause.id, happening.facts))
    except LimitUnknown:
        return None
    facts = FrozenDict({**clock.facts, value.by: happening.facts.get(value.by)})
    shorter = recounted(replace(clock, limit=limit, facts=facts), clause, calendars)
    if shorter.due_at >= clock.due_at:
        return None
    noted = (*clock.extended, _record("shorten", clock, shorter, happening.stop_time))
    stage = min(clock.stage, len(shorter.warn_at))
    after = scheduled(replace(shorter, extended=noted, stage=stage), clause, calendars)
    return Change("shorten", clock, after)
