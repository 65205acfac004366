"""Whether carried clauses can be carried: events declared, evidence registered, scenarios there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

from bihuan.engine.scenario import ScenarioInvalid, parse_scenario
from bihuan.journal.events import REGISTRY
from bihuan.norms import evidence
from bihuan.norms.reading import Library, ReadClause
from bihuan.norms.yamlfile import Document, Problem

EVENT_KEYS = (
    "starts_on",
    "known_on",
    "stops_on",
    "cancels_on",
    "gives_way_on",
    "pauses_on",
    "resumes_on",
    "follows",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What exists in this program: names of events and of evidence queries."""

    events: Collection[str]
    evidence: Collection[str]


def known() -> Known:
    """Everything that the installed modules declare; imports their events first."""
    autodiscover_modules("events")
    return Known(frozenset(REGISTRY), frozenset(evidence.registered()))


def problems(library: Library, exists: Known) -> list[Problem]:
    """What keeps carried clauses from being carried, and what is wrong with scenarios."""
    proven = scenarios_by_clause(library)
    found = [problem for read in library for problem in lacking(read, exists, proven)]
    ids = {read.clause.id for read in library}
    return [*found, *(problem for document in library.scenarios() for problem in _scenario(document, ids))]


def lacking(read: ReadClause, exists: Known, proven: Mapping[str, int]) -> Iterator[Problem]:
    """What a carried clause lacks; nothing for a planned one."""
    clause, document = read.clause, read.document
    if clause.status != "carried":
        return
    for key, event in _events(read):
        if event not in exists.events:
            yield Problem(
                document.file, document.line(key), f"{clause.id} names the undeclared event {event}"
            )
    if clause.evidence not in exists.evidence:
        text = f"{clause.id} is carried, but its evidence {clause.evidence} is not registered"
        yield Problem(document.file, document.line("evidence"), text)
    if not proven.get(clause.id):
        yield Problem(document.file, document.line("status"), f"{clause.id} is carried, but has no scenario")


def scenarios_by_clause(library: Library) -> dict[str, int]:
    """How many scenarios name each clause."""
    count: dict[str, int] = {}
    for document in library.scenarios():
        for clause_id in _clauses_of(document.value):
            count[clause_id] = count.get(clause_id, 0) + 1
    return count


def _events(read: ReadClause) -> Iterator[tuple[str, str]]:
    for key in EVENT_KEYS:
        for event in getattr(read.clause, key):
            yield key, event
    if read.clause.extension:
        yield "extension", read.clause.extension.on


def _clauses_of(value: Any) -> Iterable[str]:
    if not isinstance(value, dict):
        return ()
    named = value.get("clauses") or ()
    return [str(item) for item in named] if isinstance(named, list) else ()


def _scenario(document: Document, ids: set[str]) -> Iterator[Problem]:
    try:
        parse_scenario(document.value)
    except ScenarioInvalid as error:
        for text in error.data["problems"]:
            yield Problem(document.file, document.line(), text)
    for clause_id in _clauses_of(document.value):
        if clause_id not in ids:
            yield Problem(document.file, document.line("clauses"), f"there is no clause {clause_id}")
