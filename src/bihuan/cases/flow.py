"""What a flow tells the case file about itself: its workflow and what comes next in each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bihuan.engine.workflow import Step, Workflow

if TYPE_CHECKING:
    from bihuan.cases.models import Case


@dataclass(frozen=True, slots=True)
class Next:
    """The step that a state waits for, who takes it, and by when where no clock runs (ISH-2.3)."""

    step: str
    by: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Flow:
    """A kind of case. ``following`` has a row for every state that is not an end.

    ``awaiting`` is asked after every change whether a case waits for something else than its state says;
    None: it does not. Its own name for a step that is taken elsewhere has its words in the flow's labels.
    """

    name: str
    workflow: Workflow
    following: Mapping[str, Next]
    awaiting: Callable[[Case], Next | None] | None = None

    def step(self, name: str) -> Step:
        """The first row of the table under this name. Raises StopIteration for an undeclared name."""
        return next(step for step in self.workflow.steps if step.name == name)

    def is_open(self, state: str) -> bool:
        return state in self.following
