"""What a flow tells the case file about itself: its workflow and what comes next in each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bihuan.engine.workflow import Step, Workflow


@dataclass(frozen=True, slots=True)
class Next:
    """The step that a state waits for, who takes it, and by when where no clock runs (ISH-2.3)."""

    step: str
    by: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Flow:
    """A kind of case. ``following`` has a row for every state that is not an end."""

    name: str
    workflow: Workflow
    following: Mapping[str, Next]

    def step(self, name: str) -> Step:
        """The first row of the table under this name. Raises StopIteration for an undeclared name."""
        return next(step for step in self.workflow.steps if step.name == name)

    def is_open(self, state: str) -> bool:
        return state in self.following
