"""Work that may wait, hour by hour: who is there does what they have the skill for, the rest waits.

Nobody need sit there at three in the morning for a case that may wait until nine. Work becomes late when
it has waited longer than the patience; that many people were missing in that hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

_DUST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Hour:
    """``there`` people; ``done`` and ``late`` work in people at work for an hour, ``late`` by skill.

    ``needed``: so many people would have done it in time; more than ``there`` where some are missing.
    """

    there: int
    done: float
    waiting: float
    late: Mapping[str, float]
    needed: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.there)


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course of hours; ``missing`` people in each, ``skills`` short in any of them."""

    hours: tuple[Hour, ...]
    clauses: tuple[str, ...] = ("ASM-2.3",)

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(hour.missing for hour in self.hours)

    @property
    def needed(self) -> tuple[int, ...]:
        return tuple(hour.needed for hour in self.hours)

    @property
    def skills(self) -> tuple[str, ...]:
        return tuple(sorted({skill for hour in self.hours for skill in hour.late}))


def course(
    arriving: Sequence[Mapping[str, float]], people: Sequence[Sequence[frozenset[str]]], *, patience: int
) -> Course:
    """Hour by hour: ``arriving`` work by skill (people at work for an hour), ``people`` by their skills.

    ``any`` among a person's skills is every one. What has waited ``patience`` hours and is not done is late.
    """
    waiting: dict[str, list[float]] = {}
    hours = []
    for new, there in zip(arriving, people, strict=True):
        for skill in waiting.keys() | new.keys():
            waiting.setdefault(skill, [0.0] * patience).append(new.get(skill, 0.0))
        done = sum(_serve(waiting, skills) for skills in _narrow_first(there))
        late = {skill: ages[0] for skill, ages in sorted(waiting.items()) if ages[0] > _DUST}
        waiting = {skill: ages[1:] for skill, ages in waiting.items()}
        left = sum(sum(ages) for ages in waiting.values())
        missing = ceil(sum(late.values()) - _DUST)
        needed = len(there) + missing if missing else ceil(done - _DUST)
        hours.append(Hour(len(there), done, left, late, needed))
    return Course(tuple(hours))


def short_of(facts: Mapping[str, Any]) -> Course:
    """The decision of that name: ``work`` and ``people`` of each hour, ``patience`` in hours."""
    people = [[frozenset(skills) for skills in hour] for hour in facts.get("people") or ()]
    return course(facts.get("work") or (), people, patience=int(facts.get("patience", 0)))


def _narrow_first(people: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Who can do little chooses first, so that who can do everything takes what is left."""
    return sorted(people, key=lambda skills: ("any" in skills, len(skills), sorted(skills)))


def _serve(waiting: dict[str, list[float]], skills: frozenset[str]) -> float:
    """One person works for an hour, the oldest work first."""
    free = 1.0
    able = sorted(kind for kind in waiting if "any" in skills or kind in skills)
    for age in range(max((len(waiting[kind]) for kind in able), default=0)):
        for kind in sorted(able, key=lambda k: -waiting[k][age]):
            taken = min(free, waiting[kind][age])
            waiting[kind][age] -= taken
            free -= taken
        if free <= _DUST:
            break
    return 1.0 - free
