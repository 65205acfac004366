"""How the simulated people are: when they work, how fast they answer, what they accept."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = time(9, 0), time(21, 0)

AGENTS: Final = {"diligent": 2.0, "usual": 7.0, "slow": 26.0}
MERCHANTS: Final = {"diligent": 4.0, "usual": 16.0, "silent": 400.0}
"""Median hours until they act, in their working time."""


@dataclass(frozen=True)
class Manner:
    """One person's way: the median of their delays in hours, and whether they work on days off."""

    hours: float
    weekends: bool


def manners(chance: random.Random, kinds: dict[str, float], weights: tuple[int, int, int]) -> Manner:
    """A person drawn at random; the same seed gives the same people."""
    kind = chance.choices(list(kinds), weights)[0]
    return Manner(kinds[kind], weekends=chance.random() < 0.6)


def later(chance: random.Random, at: datetime, manner: Manner, *, share: float = 1.0) -> datetime:
    """When a person acts next: a log-normal delay, moved into their working time."""
    hours = manner.hours * share * chance.lognormvariate(0.0, 0.7)
    return at_work(at + timedelta(hours=hours), manner)


def at_work(moment: datetime, manner: Manner) -> datetime:
    """The same moment, or the next opening of the desk where it lies outside working time."""
    local = moment.astimezone(ZONE)
    if local.time() >= CLOSES:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, ZONE)
    elif local.time() < OPENS:
        local = datetime.combine(local.date(), OPENS, ZONE)
    while not manner.weekends and local.weekday() > 4:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, ZONE)
    return local


def awake(chance: random.Random, at: datetime, hours: float) -> datetime:
    """When a consumer gets round to it: at any hour but in the depth of night."""
    local = (at + timedelta(hours=hours * chance.lognormvariate(0.0, 0.8))).astimezone(ZONE)
    if local.hour < 7:
        local = local.replace(hour=7, minute=chance.randrange(60))
    return local
