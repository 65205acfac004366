"""The complainant's other cases that the reader may see, and those that belong to this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bihuan.cases import kinds
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.pages.stepping import File
from bihuan.journal.actor import Actor

MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Other:
    """Another case of the complainant; ``result`` is a code, empty while it is open."""

    case: Case
    matter: str
    result: str
    same_order: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Others:
    """The latest ones; ``more`` where there are others still."""

    rows: tuple[Other, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A case that belongs to this one; ``removable`` where a person linked them."""

    case: Case
    kind: str
    removable: bool


def others(actor: Actor, file: File, links: list[Link]) -> Others:
    """Cases of the same complainant, the latest first, with state and result."""
    found = cases.visible(actor).filter(consumer_id=file.case.consumer_id).exclude(id=file.case.id)
    rows = list(found.order_by("-received_at", "id")[: MOST + 1])
    matters, results = kinds.beginnings(rows[:MOST]), kinds.results(rows[:MOST])
    related = {link.case.id for link in links if link.removable}
    number = file.case.order_number
    return Others(
        rows=tuple(
            Other(
                case=case,
                matter=matters.get(case.id, ""),
                result=results.get(case.id, ""),
                same_order=bool(number) and case.order_number == number,
                linked=case.id in related,
            )
            for case in rows[:MOST]
        ),
        more=len(rows) > MOST,
    )


def links(actor: Actor, file: File) -> list[Link]:
    """What was merged, split off or linked."""
    found = cases.links_of(actor, file.case.id)
    return [Link(one.case, one.kind, one.kind == "related") for one in found]
