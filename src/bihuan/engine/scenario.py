"""Worked examples that a lawyer can read: times in, clocks out; facts in, decision out.

Family ``acts`` is read and checked here and run by the program, through its real actions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.engine.advance import advance
from bihuan.engine.clocktypes import Calendars, Clock, Happening, plain_verdict, verdict_at
from bihuan.engine.decisions import DATED, DECISIONS
from bihuan.engine.errors import BihuanError, Invalid
from bihuan.engine.facts import FrozenDict, freeze
from bihuan.engine.rulebook import RuleIndex

KEYS = {"name", "clauses", "facts", "events", "expect", "asked_at", "decide", "acts", "note"}
EVENT_KEYS = {"at", "event", "params", "facts", "generation", "recorded_at", "proven", "imported", "expect"}
EXPECT_KEYS = {
    "clause",
    "key",
    "generation",
    "round",
    "due_at",
    "verdict",
    "state",
    "provisional",
    "count",
    "limit",
}
ACT_KEYS = {"at", "who", "does", "with", "expect"}
VERDICTS = ("none", "running", "held", "overdue", "met", "late", "cancelled", "provisional")


class ScenarioInvalid(Invalid):
    """A scenario that can't be read; ``data["problems"]`` lists everything that is wrong."""

    code = "scenario.invalid"
    message = "The scenario {name} can't be run: {text}"
    remedy = "Correct the scenario file; its form is described in docs/house.md."


@dataclass(frozen=True, slots=True)
class Scenario:
    """One example of family ``events``, ``decide`` or ``acts``, with the clauses it proves."""

    family: str
    name: Mapping[str, str]
    clauses: tuple[str, ...]
    facts: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...] = ()
    expect: tuple[Mapping[str, Any], ...] = ()
    asked_at: datetime | None = None
    decide: str = ""
    acts: tuple[Mapping[str, Any], ...] = ()

    @property
    def title(self) -> str:
        """The name in Chinese, or whatever there is."""
        return self.name.get("zh") or self.name.get("en") or "?"


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """Whether all came out as expected, and in words what did not."""

    ok: bool
    mismatches: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = field(default=(), compare=False)


def parse_scenario(mapping: Mapping[str, Any]) -> Scenario:
    """Read one scenario document. Raises ScenarioInvalid with all problems."""
    if not isinstance(mapping, Mapping):
        raise _invalid("?", ["a scenario is a mapping of keys to values"])
    problems = [f"unknown key '{key}'" for key in mapping if key not in KEYS]
    families = [name for name in ("events", "decide", "acts") if mapping.get(name)]
    if len(families) != 1:
        problems.append("it needs exactly one of events, decide and acts")
    read = _Reader(problems)
    scenario = Scenario(
        family=families[0] if families else "",
        name=freeze(mapping.get("name") or {}),
        clauses=tuple(read.rows(mapping, "clauses", str)),
        facts=freeze(mapping.get("facts") or {}),
        events=tuple(read.event(row) for row in read.rows(mapping, "events", Mapping)),
        expect=tuple(read.expected(mapping, families)),
        asked_at=read.instant("asked_at", mapping.get("asked_at")),
        decide=str(mapping.get("decide") or ""),
        acts=tuple(read.act(row) for row in read.rows(mapping, "acts", Mapping)),
    )
    if problems:
        raise _invalid(scenario.title, problems)
    return scenario


def run_scenario(
    scenario: Scenario | Mapping[str, Any], index: RuleIndex, calendars: Calendars
) -> ScenarioResult:
    """Run families ``events`` and ``decide``. Raises ScenarioInvalid, also for ``acts``."""
    if not isinstance(scenario, Scenario):
        scenario = parse_scenario(scenario)
    if scenario.family == "events":
        return _run_events(scenario, index, calendars)
    if scenario.family == "decide":
        return _run_decision(scenario, calendars)
    raise _invalid(scenario.title, ["acts are run by the program, not by the engine"])


def _invalid(name: str, problems: list[str]) -> ScenarioInvalid:
    return ScenarioInvalid(field="scenario", name=name, problems=problems, text="; ".join(problems))


class _Reader:
    """Reads rows and collects what is wrong with them."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems

    def rows(self, mapping: Mapping[str, Any], key: str, kind: type) -> list[Any]:
        rows = mapping.get(key) or []
        if not isinstance(rows, list | tuple) or not all(isinstance(row, kind) for row in rows):
            self.problems.append(f"'{key}' needs a list")
            return []
        return list(rows)

    def instant(self, key: str, value: Any) -> datetime | None:
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            moment = None
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            self.problems.append(f"'{key}' needs a time with its offset, not {value!r}")
            return None
        return moment

    def _keys(self, row: Mapping[str, Any], allowed: set[str], needed: set[str], what: str) -> None:
        self.problems += [f"{what}: unknown key '{key}'" for key in row if key not in allowed]
        self.problems += [f"{what}: '{key}' is missing" for key in sorted(needed) if row.get(key) is None]

    def event(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        self._keys(row, EVENT_KEYS, {"at", "event"}, "event")
        times = {key: self.instant(key, row.get(key)) for key in ("at", "recorded_at")}
        return FrozenDict({**freeze(row), **times})

    def act(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        self._keys(row, ACT_KEYS, {"at", "who", "does", "expect"}, "act")
        return FrozenDict({**freeze(row), "at": self.instant("at", row.get("at"))})

    def expected(self, mapping: Mapping[str, Any], families: Sequence[str]) -> list[Mapping[str, Any]]:
        if families == ["acts"]:
            return []
        if families == ["decide"]:
            given = mapping.get("expect")
            if mapping["decide"] not in {**DECISIONS, **DATED}:
                self.problems.append(f"there is no decision '{mapping['decide']}'")
            if not isinstance(given, Mapping) or not given:
                self.problems.append("'expect' needs what the decision gives")
                return []
            return [freeze(given)]
        rows = self.rows(mapping, "expect", Mapping)
        if not rows:
            self.problems.append("'expect' needs at least one row")
        return [self._row(row) for row in rows]

    def _row(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        self._keys(row, EXPECT_KEYS, {"clause"}, "expect")
        if row.get("verdict") not in (None, *VERDICTS):
            self.problems.append(f"expect: '{row['verdict']}' is not one of {', '.join(VERDICTS)}")
        due = {"due_at": self.instant("due_at", row["due_at"])} if row.get("due_at") is not None else {}
        return FrozenDict({**freeze(row), **due})


class _Story:
    """The clocks of one subject while the scenario's events are told."""

    def __init__(self, scenario: Scenario, index: RuleIndex, calendars: Calendars) -> None:
        self.facts = dict(scenario.facts)
        self.index, self.calendars = index, calendars
        self.clocks: dict[tuple[Any, ...], Clock] = {}
        self.told: list[Happening] = []
        self.mismatches: list[str] = []

    def tell(self, row: Mapping[str, Any]) -> None:
        self.facts.update(row.get("facts") or {})
        event = _happening(row, self.facts)
        wanted = row.get("expect")
        self.told.append(event)
        try:
            changes = advance(list(self.clocks.values()), event, self.index, self.calendars, self._history)
        except BihuanError as error:
            self.told.pop()
            if not _refusal_fits(wanted, error):
                self.mismatches.append(
                    f"{event.name} at {_iso(event.occurred_at)} was refused: {error.text()}"
                )
            return
        if wanted is not None:
            self.mismatches.append(f"{event.name} at {_iso(event.occurred_at)} should have been refused")
        for change in changes:
            self.clocks[change.after.identity] = change.after

    def _history(self, name: str) -> Happening | None:
        generation = max(event.generation for event in self.told)
        found = [event for event in self.told if event.name == name and event.generation == generation]
        return min(found, key=lambda event: event.occurred_at, default=None)


def _happening(row: Mapping[str, Any], facts: Mapping[str, Any]) -> Happening:
    return Happening(
        name=row["event"],
        occurred_at=row["at"],
        recorded_at=row.get("recorded_at") or row["at"],
        proven=bool(row.get("proven")),
        params=row.get("params") or {},
        facts=FrozenDict(facts),
        generation=row.get("generation") or 1,
        imported=bool(row.get("imported")),
    )


def _refusal_fits(wanted: Any, error: BihuanError) -> bool:
    if isinstance(wanted, Mapping):
        wanted = wanted.get("refused")
    return wanted in ("refused", True) or (wanted is not None and wanted in (error.clause, error.error_code))


def _run_events(scenario: Scenario, index: RuleIndex, calendars: Calendars) -> ScenarioResult:
    named = {*scenario.clauses, *(row["clause"] for row in scenario.expect)}
    known = [clause for clause in index if clause.id in named]
    story = _Story(scenario, RuleIndex(known), calendars)
    for row in scenario.events:
        story.tell(row)
    asked = scenario.asked_at or max(event["recorded_at"] or event["at"] for event in scenario.events)
    clocks = tuple(story.clocks.values())
    mismatches = list(story.mismatches)
    for row in scenario.expect:
        if row["clause"] not in index:
            mismatches.append(f"there is no clause {row['clause']}")
            continue
        mismatches += _compare(row, clocks, asked)
    return ScenarioResult(not mismatches, tuple(mismatches), clocks)


def _compare(row: Mapping[str, Any], clocks: Sequence[Clock], asked: datetime) -> list[str]:
    found = [clock for clock in clocks if _meant(row, clock)]
    about = _about(row)
    if row.get("verdict") == "none" or row.get("count") is not None:
        wanted = row.get("count") or 0
        if len(found) != wanted:
            return [f"{about}: {wanted} clocks expected, {len(found)} ran"]
        if row.get("verdict") == "none":
            return []
        return [text for clock in found for text in _differences(row, clock, asked, about)]
    if not found:
        return [f"{about}: no clock ran"]
    if len(found) > 1:
        return [f"{about}: {len(found)} clocks ran; name the key, generation or round"]
    return _differences(row, found[0], asked, about)


def _meant(row: Mapping[str, Any], clock: Clock) -> bool:
    same = {"clause": clock.clause_id, "key": clock.key, "generation": clock.generation, "round": clock.round}
    return all(row.get(name) in (None, value) for name, value in same.items())


def _about(row: Mapping[str, Any]) -> str:
    parts = [f"{name} {row[name]}" for name in ("key", "generation", "round") if row.get(name) is not None]
    return f"{row['clause']} ({', '.join(parts)})" if parts else str(row["clause"])


def _differences(row: Mapping[str, Any], clock: Clock, asked: datetime, about: str) -> list[str]:
    judge = verdict_at if row.get("verdict") == "provisional" else plain_verdict
    real: dict[str, Callable[[], Any]] = {
        "due_at": lambda: clock.due_at,
        "verdict": lambda: judge(clock, asked),
        "state": lambda: clock.state,
        "provisional": lambda: clock.provisional,
        "limit": lambda: clock.limit,
    }
    found = []
    for name, value in real.items():
        wanted = row.get(name)
        if wanted is not None and wanted != value():
            found.append(f"{about}: {name} is {_iso(value())}, expected {_iso(wanted)}")
    return found


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _run_decision(scenario: Scenario, calendars: Calendars) -> ScenarioResult:
    expect = scenario.expect[0]
    try:
        result = _decided(scenario, calendars)
    except BihuanError as error:
        if "refused" in expect and _refusal_fits(expect["refused"], error):
            return ScenarioResult(True)
        clause = f" (clause {error.clause})" if error.clause else ""
        return ScenarioResult(False, (f"{scenario.decide} was refused: {error.text()}{clause}",))
    if "refused" in expect:
        return ScenarioResult(False, (f"{scenario.decide} should have been refused: {expect['refused']}",))
    found = [text for name, wanted in expect.items() if (text := _unlike(result, name, wanted))]
    return ScenarioResult(not found, tuple(f"{scenario.decide}: {text}" for text in found))


def _decided(scenario: Scenario, calendars: Calendars) -> Any:
    if scenario.decide in DATED:
        return DATED[scenario.decide](scenario.facts, calendars.work)
    return DECISIONS[scenario.decide](scenario.facts)


def _unlike(result: Any, name: str, wanted: Any) -> str:
    """What differs; empty where nothing does. An amount is looked for among a proposal's lines."""
    if hasattr(result, name):
        value = freeze(getattr(result, name))
    elif hasattr(result, "lines"):
        value = _amount(result, name)
    else:
        return f"there is no '{name}' in the result"
    return "" if value == wanted else f"{name} is {_plain(value)}, expected {_plain(wanted)}"


def _amount(proposal: Any, name: str) -> Any:
    if name == "due":
        return proposal.amount("punitive") + proposal.amount("promised")
    if name == "cap":
        return max((high for _, high in proposal.bounds.values()), default=None)
    return proposal.amount(name)


def _plain(value: Any) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)
