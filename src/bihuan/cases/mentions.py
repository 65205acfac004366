"""Whom a note can name with ``@``, and whom it names: people of the house by their working name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import DESK_ROLES, OFFICERS, Role
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.journal.actor import Actor

_BROUGHT_IN: Final = frozenset({Role.COUNSEL, *OFFICERS})
"""A mention lets these read the case; handlers who may not see it are not brought in by one."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be named; ``inside`` where they may read the case already."""

    id: UUID
    name: str
    inside: bool


def colleagues(case: Case, *, at: datetime) -> list[Colleague]:
    """Who can be named in a note of this case: whoever may read it, officers and legal counsel."""
    people = [person for person in accounts.staff(at=at) if person.has(*DESK_ROLES)]
    names = accounts.labels([person.id for person in people])
    inside = cases.readers(case.id, people)
    found = [Colleague(p.id, names[p.id], p.id in inside) for p in people]
    roles = {p.id: p for p in people}
    return [one for one in found if one.inside or _may_join(roles[one.id])]


def named_in(text: str, case: Case, *, at: datetime) -> list[Colleague]:
    """The colleagues whom a text names, longer names first, so that 小陈 is not heard in 小陈明."""
    if "@" not in text:
        return []
    found, rest = [], text
    for one in sorted(colleagues(case, at=at), key=lambda c: (-len(c.name), str(c.id))):
        if f"@{one.name}" in rest:
            found.append(one)
    return [one for one in found if not _part_of_longer(one, found, rest)]


def _part_of_longer(one: Colleague, found: list[Colleague], text: str) -> bool:
    """Whether every place that seems to name this person names somebody with a longer name."""
    for other in found:
        if other.name != one.name and other.name.startswith(one.name):
            text = text.replace(f"@{other.name}", "")
    return f"@{one.name}" not in text


def _may_join(person: Actor) -> bool:
    return person.has(*_BROUGHT_IN)
