"""States and steps as one table; buttons, API and drawing come from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bihuan.engine.errors import Invalid, Refusal

_NOT_ASKED = "\0"


class BadWorkflow(Invalid):
    """A table that contradicts itself."""

    code = "workflow.invalid"
    message = "The workflow {workflow} can't be used: {problem}."
    remedy = "Correct its table of states and steps."


class StepRefused(Refusal):
    """A step that the present state does not allow."""

    code = "workflow.step_refused"
    message = "The step {step} is not possible in the state {state}."
    remedy = "It is possible in: {sources}. Way there: {way}."


class ReasonMissing(Refusal):
    """A step that must be given a reason."""

    code = "workflow.reason_missing"
    message = "The step {step} needs a reason."
    remedy = "Give the reason; it is kept in the record."


@dataclass(frozen=True, slots=True)
class Step:
    """From any of ``sources`` to ``target`` (None: the state stays), by whom, under which clause."""

    name: str
    sources: tuple[str, ...]
    target: str | None
    permission: str
    clause: str | None = None
    needs_reason: bool = False
    zh: str = ""
    en: str = ""

    def label(self, language: str = "zh") -> str:
        """The label in ``zh`` or ``en``; the name where none is set."""
        return (self.en if language == "en" else self.zh) or self.name


def step(
    name: str,
    zh: str,
    en: str,
    sources: tuple[str, ...],
    permission: str,
    *,
    to: str | None = None,
    clause: str,
    reason: bool = False,
) -> Step:
    """A row of a table as it is written down; ``to`` left out: the state stays, ``reason``: it needs one."""
    return Step(
        name=name,
        sources=sources,
        target=to,
        permission=permission,
        clause=clause,
        needs_reason=reason,
        zh=zh,
        en=en,
    )


@dataclass(frozen=True)
class Workflow:
    """``states`` (the first is the initial one; more in ``initial``) and ``steps``.

    Step names may repeat with different sources. Raises BadWorkflow for unknown or unreachable
    states and for two steps of one name from one state.
    """

    name: str
    states: Sequence[str]
    steps: Sequence[Step]
    initial: Sequence[str] = ()
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise BadWorkflow(field="workflow", workflow=self.name, problem=problem)

    def _problem(self) -> str:
        if not self.states or len(set(self.states)) != len(self.states):
            return "states are missing or stand twice"
        named = {name for step in self.steps for name in (*step.sources, step.target or self.states[0])}
        unknown = (named | set(self.initial) | set(self.labels)) - set(self.states)
        if unknown:
            return f"unknown state '{min(unknown)}'"
        pairs = [(source, step.name) for step in self.steps for source in step.sources]
        twice = {pair for pair in pairs if pairs.count(pair) > 1}
        if twice:
            return f"step '{min(twice)[1]}' stands twice from '{min(twice)[0]}'"
        lost = set(self.states) - self._reachable()
        return f"state '{min(lost)}' is never reached" if lost else ""

    def _reachable(self) -> set[str]:
        seen, front = set(self.starts), list(self.starts)
        while front:
            state = front.pop()
            targets = {step.target for step in self.steps if state in step.sources and step.target}
            front += targets - seen
            seen |= targets
        return seen

    @property
    def starts(self) -> tuple[str, ...]:
        """The initial states."""
        return tuple(self.initial) or (self.states[0],)

    @cached_property
    def _table(self) -> dict[tuple[str, str], Step]:
        return {(source, step.name): step for step in self.steps for source in step.sources}

    def allowed(self, state: str) -> tuple[Step, ...]:
        """Steps possible in this state, in the order of the table."""
        return tuple(step for step in self.steps if state in step.sources)

    def check(self, state: str, step: str, reason: str | None = _NOT_ASKED) -> Step:
        """The step, if the state allows it. Raises StepRefused naming the clause and the way there.

        With ``reason`` given (None and blank included) a step that needs one raises ReasonMissing.
        """
        found = self._table.get((state, step))
        if found is None:
            raise self._refusal(state, step)
        if found.needs_reason and reason is not _NOT_ASKED and not (reason or "").strip():
            raise ReasonMissing(clause=found.clause, step=step)
        return found

    def target(self, state: str, step: str) -> str:
        """The state after the step. Raises StepRefused."""
        return self.check(state, step).target or state

    def _refusal(self, state: str, step: str) -> Refusal:
        same = [item for item in self.steps if item.name == step]
        if not same:
            raise BadWorkflow(field="step", workflow=self.name, problem=f"there is no step '{step}'")
        sources = sorted({source for item in same for source in item.sources}, key=list(self.states).index)
        way = self._way(state, set(sources))
        remedy = None if way else "It is possible in: {sources}. No step leads there from here."
        return StepRefused(
            clause=same[0].clause,
            remedy=remedy,
            step=step,
            state=state,
            sources=", ".join(sources),
            way=" → ".join(way),
        )

    def _way(self, state: str, goals: set[str]) -> list[str]:
        """Names of the fewest steps from the state to one of the goals; empty where there is no way."""
        seen = {state}
        paths: list[tuple[str, list[str]]] = [(state, [])]
        for here, way in paths:
            if here in goals:
                return way
            for step in self.allowed(here):
                if step.target and step.target not in seen:
                    seen.add(step.target)
                    paths.append((step.target, [*way, step.name]))
        return []

    def mermaid(self, language: str = "zh") -> str:
        """The table as a Mermaid state diagram; steps that stay are drawn as loops."""
        lines = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in self.starts)]
        for state, label in self.labels.items():
            lines.append(f"    {state}: {label[1] if language == 'en' else label[0]}")
        for step in self.steps:
            clause = f" ({step.clause})" if step.clause else ""
            lines += [
                f"    {source} --> {step.target or source}: {step.label(language)}{clause}"
                for source in step.sources
            ]
        lines += [f"    {state} --> [*]" for state in self.states if not self._leaves(state)]
        return "\n".join(lines) + "\n"

    def _leaves(self, state: str) -> bool:
        return any(step.target not in (None, state) for step in self.allowed(state))
