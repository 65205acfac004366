"""What is missing in an organisation: units without a head, decisions that nobody may take, limits that
contradict each other. Pure: the units and rights come in as they stand on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

LADDERS: Final = (("agent", "supervisor", "manager"), ("merchant_operator", "merchant_admin"))
"""Roles from below to above: whoever stands above may not decide less."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit: ``parent`` None is headquarters; ``head`` whether somebody leads it who is still here."""

    id: str
    parent: str | None
    head: bool
    people: int = 1


@dataclass(frozen=True, slots=True)
class Right:
    """A decision that roles may take; ``limits`` in fen by role where it is about money, else none."""

    decision: str
    roles: frozenset[str]
    limits: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """``code`` says what is missing, ``about`` the unit, decision or role; ``more`` the other one."""

    code: str
    about: str
    more: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """All gaps; ``codes`` is code:about of each, in order."""

    gaps: tuple[Gap, ...]
    clauses: tuple[str, ...] = ("ASM-2.1",)

    @property
    def result(self) -> str:
        return "complete" if not self.gaps else "gaps"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(":".join(part for part in (g.code, g.about, g.more) if part) for g in self.gaps)


def gaps(
    places: Sequence[Place], rights: Iterable[Right], holders: Mapping[str, int], *, boundless: int = 10**15
) -> Found:
    """What is missing. ``holders``: active people by role; ``boundless``: a limit that is none."""
    return Found((*_of_places(places), *_of_rights(rights, holders, boundless)))


def _of_places(places: Sequence[Place]) -> Iterable[Gap]:
    known = {place.id for place in places}
    over = {place.parent for place in places}
    tops = [place.id for place in places if place.parent is None]
    if not tops:
        yield Gap("no_headquarters", "")
    for extra in tops[1:]:
        yield Gap("second_headquarters", extra)
    for place in places:
        if place.parent is not None and place.parent not in known:
            yield Gap("parent_closed", place.id)
        if not place.head:
            yield Gap("no_head", place.id)
        if not place.people and place.id not in over:
            yield Gap("nobody_there", place.id)


def _of_rights(rights: Iterable[Right], holders: Mapping[str, int], boundless: int) -> Iterable[Gap]:
    for right in rights:
        able = {role for role in right.roles if holders.get(role)}
        if not able:
            yield Gap("nobody_decides", right.decision)
        elif sum(holders[role] for role in able) == 1:
            yield Gap("one_person", right.decision, min(able))
        if right.limits is None:
            continue
        most = max((right.limits.get(role, 0) for role in able), default=0)
        if able and most < boundless:
            yield Gap("beyond_all", right.decision, amount=most)
        yield from _contradictions(right)


def _contradictions(right: Right) -> Iterable[Gap]:
    limits = right.limits or {}
    for ladder in LADDERS:
        known = [role for role in ladder if role in right.roles]
        for below, above in pairwise(known):
            if limits.get(below, 0) > limits.get(above, 0):
                yield Gap("limits_contradict", right.decision, f"{below}>{above}", limits.get(below, 0))


def gaps_of(facts: Mapping[str, Any]) -> Found:
    """The decision of that name: units, rights and holders out of a scenario's facts."""
    places = [
        Place(str(unit["id"]), unit.get("under"), bool(unit.get("head")), int(unit.get("people", 1)))
        for unit in facts.get("units") or ()
    ]
    rights = [
        Right(str(row["decision"]), frozenset(row.get("roles") or row["limits"]), row.get("limits"))
        for row in facts.get("rights") or ()
    ]
    return gaps(places, rights, facts.get("holders") or {}, boundless=int(facts.get("boundless", 10**15)))
