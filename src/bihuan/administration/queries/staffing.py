"""People needed against people there, hour by hour for the coming week (ASM-2.3).

Needed: cases as they came in the last weeks, by type, day and hour, times the work that one takes. There:
shifts, certificates, absences. Work may wait for so many hours as the clause says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any, Final
from uuid import UUID

from django.db import connection

from bihuan.accounts.permissions import require
from bihuan.engine.backlog import Hour, course
from bihuan.engine.clausetypes import ZONE, local_day
from bihuan.engine.erlang import Demand, need
from bihuan.journal.actor import Actor
from bihuan.norms import queries as norms
from bihuan.workforce import queries as work
from bihuan.workforce.permissions import WorkPermission

HOURS: Final = 7 * 24
SHORT_OF_DATA: Final = timedelta(days=14)
SAMPLE: Final = 2000
_HOUR: Final = timedelta(hours=1)
_LOAD: Final = """
SELECT type, extract(isodow FROM received_at AT TIME ZONE 'Asia/Shanghai')::int,
    extract(hour FROM received_at AT TIME ZONE 'Asia/Shanghai')::int, count(*), min(received_at)
FROM cases_case WHERE received_at >= %(since)s AND received_at < %(until)s AND NOT imported
    AND (%(teams)s::uuid[] IS NULL OR team_id = ANY(%(teams)s)) GROUP BY 1, 2, 3
"""
_MEASURED: Final = """
SELECT c.type, count(DISTINCT s.subject_id), sum(CASE WHEN s.gap IS NULL OR s.gap > %(session)s
    THEN %(first)s ELSE s.gap END) / 60 / count(DISTINCT s.subject_id)
FROM (SELECT id, type FROM cases_case WHERE received_at >= %(since)s AND received_at < %(until)s
      AND handled_at IS NOT NULL AND NOT imported ORDER BY received_at DESC, id LIMIT %(sample)s) c
JOIN LATERAL (SELECT subject_id, extract(epoch FROM occurred_at - lag(occurred_at)
        OVER (PARTITION BY actor_id ORDER BY occurred_at, sequence)) AS gap
    FROM journal_entry WHERE subject_id = c.id AND actor_kind = 'staff') s ON true
GROUP BY 1
"""
"""Work as it shows in the journal: the time between one step of a person on a case and the next, if short."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One kind of case: cases a week, minutes of work of one, and where that figure comes from.

    ``source``: set (by this platform), measured, assumed (by the clause). ``people``: at work at once on
    average over a week of five days of eight hours.
    """

    kind: str
    weekly: float
    minutes: float
    source: str
    measured: float | None
    sample: int
    assumed: int
    people: float


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour of the week; ``arriving``: the work that comes in it, in people on shift."""

    at: datetime
    hour: Hour
    arriving: float

    @property
    def missing(self) -> int:
        return self.hour.missing


@dataclass(frozen=True, slots=True)
class Spell:
    """Hours on end in which people are missing: at most how many, and for which kinds."""

    from_at: datetime
    until_at: datetime
    missing: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The coming hours. ``days``: how many days of record the load comes from."""

    slots: Sequence[Slot]
    figures: Sequence[Figure]
    spells: Sequence[Spell]
    days: int
    cases: int
    patience: int
    steady: int
    """People who work without planned shifts and count in every hour."""


def beginning(day: date) -> datetime:
    """The first instant of a day in China."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def midnight(at: datetime) -> datetime:
    """The first instant of the day of an instant."""
    return beginning(local_day(at))


def forecast(
    actor: Actor, *, start: datetime, at: datetime, unit_id: UUID | None = None, hours: int = HOURS
) -> Forecast:
    """For the hours from ``start`` on, of one unit with those below it or of everybody. Raises NotAllowed."""
    require(actor, WorkPermission.UNITS)
    teams = work.teams_within(work.tree(actor, at=at), unit_id) if unit_id else None
    values = norms.clause("ASM-2.3").params_at(at) or {}
    load = _load(at, int(values["weeks"]), teams)
    figures = _figures(load, values, at)
    share = values["occupancy"] / 100 * (1 - values["away"] / 100)
    minutes = {figure.kind: figure.minutes for figure in figures}
    moments = [start + n * _HOUR for n in range(hours)]
    arriving = [
        {k: load.rate(k, m) * minutes[k] / 60 / share for k in load.kinds if load.rate(k, m)} for m in moments
    ]
    there = work.there(start=start, hours=hours, team_ids=teams)
    found = course(
        arriving, [[each.skills for each in hour] for hour in there], patience=int(values["patience"])
    )
    slots = [
        Slot(moment, hour, sum(new.values()))
        for moment, hour, new in zip(moments, found.hours, arriving, strict=True)
    ]
    steady = len({each.person_id for people in there for each in people if not each.planned})
    return Forecast(slots, figures, _spells(slots), load.days, load.count, int(values["patience"]), steady)


@dataclass(frozen=True, slots=True)
class _Load:
    """Cases by kind, day of the week (1 Monday) and hour; ``days`` of record."""

    counts: Mapping[tuple[str, int, int], int]
    days: int

    @property
    def kinds(self) -> list[str]:
        return sorted({kind for kind, _, _ in self.counts})

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    def rate(self, kind: str, moment: datetime) -> float:
        """Cases in this hour; with less than two weeks of record every day counts alike."""
        local = moment.astimezone(ZONE)
        if self.days < SHORT_OF_DATA.days:
            return sum(self.counts.get((kind, d, local.hour), 0) for d in range(1, 8)) / max(self.days, 1)
        return self.counts.get((kind, local.isoweekday(), local.hour), 0) / (self.days / 7)

    def weekly(self, kind: str) -> float:
        return sum(n for (k, _, _), n in self.counts.items() if k == kind) / max(self.days, 1) * 7


def _load(at: datetime, weeks: int, teams: Collection[UUID] | None) -> _Load:
    given = {
        "since": at - timedelta(weeks=weeks),
        "until": at,
        "teams": None if teams is None else list(teams),
    }
    rows = _run(_LOAD, given)
    first = min((row[4] for row in rows), default=at)
    days = min(weeks * 7, ceil((at - first) / timedelta(days=1)))
    return _Load({(kind, day, hour): n for kind, day, hour, n, _ in rows}, days)


def _figures(load: _Load, values: Mapping[str, Any], at: datetime) -> list[Figure]:
    own, measured = work.efforts(day=local_day(at)), _measured(values, at)
    assumed: Mapping[str, int] = values["minutes"]
    return [_figure(kind, load, values, own, measured, assumed) for kind in sorted({*load.kinds, *assumed})]


def _figure(
    kind: str,
    load: _Load,
    values: Mapping[str, Any],
    own: Mapping[str, int],
    measured: Mapping[str, tuple[int, float]],
    assumed: Mapping[str, int],
) -> Figure:
    sample, mean = measured.get(kind, (0, 0.0))
    given = int(assumed.get(kind, assumed["other"]))
    if kind in own:
        minutes, source = float(own[kind]), "set"
    elif sample >= values["enough"] and mean > 0:
        minutes, source = mean, "measured"
    else:
        minutes, source = float(given), "assumed"
    weekly = load.weekly(kind)
    demand = Demand(weekly / 40, minutes, occupancy=values["occupancy"] / 100, away=values["away"] / 100)
    busy = need(demand).busy / (1 - demand.away)
    return Figure(kind, weekly, minutes, source, mean if sample else None, sample, given, busy)


def _measured(values: Mapping[str, Any], at: datetime) -> dict[str, tuple[int, float]]:
    given = {
        "since": at - timedelta(weeks=int(values["weeks"])),
        "until": at,
        "session": int(values["session"]) * 60,
        "first": int(values["first"]) * 60,
        "sample": SAMPLE,
    }
    return {kind: (n, float(mean)) for kind, n, mean in _run(_MEASURED, given)}


def _spells(slots: Sequence[Slot]) -> list[Spell]:
    found: list[Spell] = []
    for slot in slots:
        if not slot.missing:
            continue
        kinds = tuple(slot.hour.late)
        if found and found[-1].until_at == slot.at:
            last = found.pop()
            kinds = tuple(sorted({*last.kinds, *kinds}))
            found.append(Spell(last.from_at, slot.at + _HOUR, max(last.missing, slot.missing), kinds))
        else:
            found.append(Spell(slot.at, slot.at + _HOUR, slot.missing, kinds))
    return found


def _run(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(given))
        return list(cursor.fetchall())
