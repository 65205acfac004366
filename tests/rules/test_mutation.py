"""Each carried deadline is changed in one place at a time; some example must notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bihuan.engine.clause import Clause, parse_clause
from bihuan.engine.clock import Calendars
from bihuan.engine.errors import BihuanError
from bihuan.engine.rulebook import RuleIndex
from bihuan.engine.scenario import Scenario, parse_scenario, run_scenario
from bihuan.norms.reading import Library, read

Raw = dict[str, Any]
LISTS = ("starts_on", "known_on", "stops_on", "cancels_on", "gives_way_on")
NOWHERE = "nothing.happens"
BOOKS = read()
TIMED = {
    item.clause.id: dict(item.document.value)
    for item in BOOKS
    if item.clause.status == "carried" and item.clause.has_clock
}


def mutants(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """The clause wrong in one place each, with a name for it."""
    for day, value in raw["limit"].items():
        yield from ((name, {**raw, "limit": {day: wrong}}) for name, wrong in _limits(value, day))
    for key in LISTS:
        yield from _without_event(raw, key)
    yield from _applies(raw)
    for key in ("known_on", "extension", "follows", "key"):
        if key in raw:
            yield f"{key} gone", {name: value for name, value in raw.items() if name != key}


def _limits(value: Any, day: date) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str):
        yield from ((f"limit {wrong}", wrong) for wrong in _beside(value))
    elif "by" in value:
        for name in [one for one in value if one != "by"]:
            yield from ((f"limit {name} {wrong}", {**value, name: wrong}) for wrong in _beside(value[name]))
    else:
        yield f"limit from {day}", "1d"


def _beside(text: str) -> list[str]:
    found = re.fullmatch(r"(\d+)([a-z]+)", text)
    assert found, text
    return [f"{int(found[1]) + step}{found[2]}" for step in (-1, 1)]


def _without_event(raw: Raw, key: str) -> Iterator[tuple[str, Raw]]:
    events = raw.get(key) or []
    events = events if isinstance(events, list) else [events]
    for event in events:
        rest = [other for other in events if other != event] or [NOWHERE]
        yield f"{key} without {event}", {**raw, key: rest}


def _applies(raw: Raw) -> Iterator[tuple[str, Raw]]:
    applies = raw.get("applies") or {}
    for name, value in applies.items():
        rest = {other: kept for other, kept in applies.items() if other != name}
        yield f"applies to any {name}", {**raw, "applies": rest}
        yield f"applies to another {name}", {**raw, "applies": {**applies, name: "another"}}
        for one in value if isinstance(value, list) else []:
            fewer = [other for other in value if other != one]
            yield f"applies without {one}", {**raw, "applies": {**applies, name: fewer}}


def examples(clause_id: str) -> list[Scenario]:
    """Examples that say what comes of this clause."""
    told = [document.value for document in BOOKS.scenarios() if "events" in document.value]
    return [parse_scenario(one) for one in told if any(row["clause"] == clause_id for row in one["expect"])]


def noticed(wrong: Clause, library: Library, calendars: Calendars) -> bool:
    index = RuleIndex(wrong if item.clause.id == wrong.id else item.clause for item in library)
    for example in examples(wrong.id):
        try:
            if not run_scenario(example, index, calendars).ok:
                return True
        except BihuanError:
            return True
    return False


CASES = [(clause_id, name, raw) for clause_id, whole in TIMED.items() for name, raw in mutants(whole)]


@pytest.mark.parametrize(("clause_id", "name", "raw"), CASES, ids=[f"{c}: {n}" for c, n, _ in CASES])
def test_some_example_notices(
    clause_id: str, name: str, raw: Raw, library: Library, calendars: Calendars
) -> None:
    book = next(item.clause.book for item in library if item.clause.id == clause_id)
    assert noticed(parse_clause(raw, book), library, calendars), f"no example notices: {name}"


def test_there_are_mutants_of_every_timed_clause() -> None:
    assert len(TIMED) == 27
    assert {clause_id for clause_id, _, _ in CASES} == set(TIMED)
