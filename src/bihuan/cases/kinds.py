"""What others need to know of a flow that they do not know: one registry, filled in ``project``.

Lists show cases of every flow, notices lead to their pages, and one flow opens another: all of it through
here, so that no flow ever imports another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from bihuan.cases import queries
from bihuan.cases.flow import Flow
from bihuan.cases.labels import Pair
from bihuan.cases.models import Case
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor


class Site(StrEnum):
    """Whose page of a case."""

    CONSUMER = "consumer"
    DESK = "desk"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Story:
    """A case as another flow takes it over: nothing is typed twice. Codes are those of the case file's words.

    ``lines`` are numbers of order lines. Files come along by ``evidence.actions.take_over``.
    """

    matter: str
    type: str = "other"
    demand: str = "other"
    demand_text: str = ""
    amount: int | None = None
    lines: tuple[int, ...] = ()


class Opener(Protocol):
    """How a flow opens a case of its own from one of another flow; gives the new case's id."""

    def __call__(self, *, source: Case, story: Story, actor: Actor, at: datetime) -> UUID: ...


class Told(Protocol):
    """A file as somebody may see it."""

    def as_json(self) -> dict[str, Any]: ...


class Reader(Protocol):
    """How a flow reads the file of a case for somebody. Raises NotFound where they may not know of it."""

    def __call__(self, actor: Actor, case_id: UUID, *, at: datetime) -> Told: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A flow as others see it.

    ``addresses``: the page of a case on each site that has one, with ``{id}``; its steps stand below it at
    ``/steps/<name>``. ``beginnings`` gives a line for lists by case; ``asked`` those of the cases in which
    something is asked of the consumer; ``results`` a code of the group ``outcome`` for those that ended.
    ``file_for`` reads a whole case. ``story`` tells a case to another flow, ``opener`` takes such a story.
    """

    flow: Flow
    name: Pair
    addresses: Mapping[Site, str]
    beginnings: Callable[[Collection[UUID]], Mapping[UUID, str]]
    file_for: Reader
    types: Sequence[str] = ()
    asked: Callable[[Collection[UUID]], Collection[UUID]] = lambda _cases: ()
    results: Callable[[Collection[UUID]], Mapping[UUID, str]] = lambda _cases: {}
    story: Callable[[UUID], Story] | None = None
    opener: Opener | None = None
    register: str = ""
    """Where the desk registers such a case by itself."""
    apply: str = ""
    """Where a consumer begins one."""
    permission: StrEnum | None = None
    """Asked for before a case of this flow is opened from another."""


_kinds: Final[dict[str, Kind]] = {}


def register(kind: Kind) -> None:
    """Make a flow known; the same again changes nothing."""
    _kinds[kind.flow.name] = kind


def known() -> tuple[Kind, ...]:
    """Every flow, in the order in which they were made known."""
    return tuple(_kinds.values())


def of(flow: str) -> Kind:
    """Raises NotFound for a flow that nobody made known."""
    kind = _kinds.get(flow)
    if kind is None:
        raise NotFound(kind="flow", id=flow[:16])
    return kind


def address(case: Case, site: Site) -> str:
    """The page of a case on a site; empty where the flow has none there."""
    return of(case.flow).addresses.get(site, "").format(id=case.id)


def clause_of(case: Case) -> str:
    """The clause of the step that a case waits for; empty where there is none."""
    return _clauses(case.flow).get(case.next_step) or ""


def _clauses(flow: str) -> dict[str, str | None]:
    return {step.name: step.clause for step in of(flow).flow.workflow.steps}


def open_states() -> tuple[str, ...]:
    """The states of open cases, whichever flow they belong to."""
    found = {state: None for kind in _kinds.values() for state in kind.flow.following}
    return tuple(found)


def types() -> tuple[str, ...]:
    """The types of cases, whichever flow they belong to."""
    return tuple({code: None for kind in _kinds.values() for code in kind.types})


def beginnings(cases: Collection[Case]) -> dict[UUID, str]:
    """A line for lists by case, for cases of any flows; as many round trips as flows."""
    found: dict[UUID, str] = {}
    for flow in {case.flow for case in cases}:
        found |= of(flow).beginnings([case.id for case in cases if case.flow == flow])
    return found


def results(cases: Collection[Case]) -> dict[UUID, str]:
    """How cases ended, as codes; of those that have a result."""
    found: dict[UUID, str] = {}
    for flow in {case.flow for case in cases}:
        found |= of(flow).results([case.id for case in cases if case.flow == flow])
    return found


def asked(cases: Collection[Case]) -> set[UUID]:
    """Those of the cases in which something is asked of the consumer."""
    found: set[UUID] = set()
    for flow in {case.flow for case in cases}:
        found |= set(of(flow).asked([case.id for case in cases if case.flow == flow]))
    return found


def path_of(kind: str, subject_id: UUID, audience: str, recipient_id: UUID | None) -> str:
    """Where a notice about a case leads: the complainant, the desk and partners have their own page."""
    del recipient_id
    flow = queries.flow_of(subject_id) if kind == "case" else ""
    if flow not in _kinds:
        return ""
    site = {"complainant": Site.CONSUMER, "merchant": Site.PARTNER}.get(audience, Site.DESK)
    return of(flow).addresses.get(site, "").format(id=subject_id)
