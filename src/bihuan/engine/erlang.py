"""How many people a load of work needs, by Erlang's delay formula where somebody waits for an answer.

Erlang C: calls come at random, service times are exponential, nobody hangs up. The figure errs on
the safe side, because in life some give up waiting. Work that may wait needs no answer at once; on
average its hours must fit into those of the people (``engine/backlog.py`` goes on hour by hour).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, exp
from typing import Any, Final

from bihuan.engine.errors import Invalid

MOST: Final = 10_000
"""People; a need beyond it is a wrong figure."""
_DUST: Final = 1e-9


class BadLoad(Invalid):
    """A load that cannot be one."""

    code = "staffing.load"
    message = "{field} is {value}, which is no load of work."
    remedy = "Give a number above 0 (arrivals from 0), a share between 0 and 1."


@dataclass(frozen=True, slots=True)
class Demand:
    """``arrivals`` an hour, each ``minutes`` of work.

    ``within`` seconds a ``share`` of them is answered; None: it may wait. ``occupancy``: the most of the
    time that somebody works on it; ``away``: the share of a shift that is breaks, training, meetings.
    """

    arrivals: float
    minutes: float
    within: float | None = None
    share: float = 0.8
    occupancy: float = 0.85
    away: float = 0.0

    @property
    def erlangs(self) -> float:
        """Hours of work that come in an hour."""
        return self.arrivals * self.minutes / 60


@dataclass(frozen=True, slots=True)
class Need:
    """``busy``: people at work at once, a fraction where the work may wait; ``people``: on shift, whole.

    ``answered`` (share in time), ``delayed`` (share that waits) and ``wait`` (mean seconds) are None where
    nobody waits for an answer.
    """

    erlangs: float
    busy: float
    people: int
    answered: float | None = None
    delayed: float | None = None
    wait: float | None = None
    clauses: tuple[str, ...] = ("ASM-2.3",)


def delayed(erlangs: float, people: int) -> float:
    """The share that has to wait (Erlang C); 1 where the load is as large as the number of people."""
    if erlangs <= 0:
        return 0.0
    if people <= erlangs:
        return 1.0
    blocked = 1.0
    for number in range(1, people + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
    return people * blocked / (people - erlangs * (1 - blocked))


def answered(erlangs: float, people: int, *, minutes: float, within: float) -> float:
    """The share that is answered within so many seconds."""
    if people <= erlangs:
        return 0.0 if erlangs > 0 else 1.0
    return 1 - delayed(erlangs, people) * exp(-(people - erlangs) * within / (minutes * 60))


def mean_wait(erlangs: float, people: int, *, minutes: float) -> float:
    """Seconds that one waits on average; infinite where the load is as large as the number of people."""
    if people <= erlangs:
        return float("inf") if erlangs > 0 else 0.0
    return delayed(erlangs, people) * minutes * 60 / (people - erlangs)


def need(demand: Demand) -> Need:
    """How many people the demand takes. Raises BadLoad."""
    _check(demand)
    load = demand.erlangs
    if demand.within is None:
        busy = load / demand.occupancy
        return Need(load, busy, _whole(busy / (1 - demand.away)))
    people = max(ceil(load / demand.occupancy - _DUST), 1 if load > 0 else 0)
    while answered(load, people, minutes=demand.minutes, within=demand.within) < demand.share:
        people += 1
        if people > MOST:
            raise BadLoad(field="arrivals", value=demand.arrivals, clause="ASM-2.3")
    return Need(
        load,
        float(people),
        _whole(people / (1 - demand.away)),
        answered(load, people, minutes=demand.minutes, within=demand.within),
        delayed(load, people),
        mean_wait(load, people, minutes=demand.minutes),
    )


def need_of(facts: Mapping[str, Any]) -> Need:
    """The decision of that name: ``need`` from the facts of a scenario."""
    return need(Demand(**{name: facts[name] for name in Demand.__dataclass_fields__ if name in facts}))


def _whole(people: float) -> int:
    return ceil(people - _DUST)


def _check(demand: Demand) -> None:
    wrong = {
        "arrivals": demand.arrivals < 0,
        "minutes": demand.minutes <= 0,
        "within": demand.within is not None and demand.within < 0,
        "share": not 0 <= demand.share < 1,
        "occupancy": not 0 < demand.occupancy <= 1,
        "away": not 0 <= demand.away < 1,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise BadLoad(field=field, value=getattr(demand, field), clause="ASM-2.3")
