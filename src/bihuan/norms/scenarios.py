"""Running the worked examples of the rulebooks that need no database: times in, clocks out; decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.engine.clock import Calendars
from bihuan.engine.rulebook import RuleIndex
from bihuan.engine.scenario import Scenario, ScenarioInvalid, parse_scenario, run_scenario
from bihuan.norms.reading import Library
from bihuan.norms.yamlfile import Document


@dataclass(frozen=True, slots=True)
class Ran:
    """One scenario: ``ok`` is None where only the program itself can run it (family ``acts``)."""

    document: Document
    scenario: Scenario | None
    ok: bool | None
    mismatches: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.document.file}:{self.document.line()}"


def run_all(library: Library, calendars: Calendars) -> Iterator[Ran]:
    """Every scenario of every book, in order."""
    index = RuleIndex(read.clause for read in library)
    for document in library.scenarios():
        yield _run(document, index, calendars)


def _run(document: Document, index: RuleIndex, calendars: Calendars) -> Ran:
    try:
        scenario = parse_scenario(document.value)
        if scenario.family == "acts":
            return Ran(document, scenario, None)
        result = run_scenario(scenario, index, calendars)
    except ScenarioInvalid as error:
        return Ran(document, None, False, tuple(error.data["problems"]))
    return Ran(document, scenario, result.ok, result.mismatches)
