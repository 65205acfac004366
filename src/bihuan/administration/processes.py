"""The flows whose tables are shown as pictures, and what stands beside a step: who may take it.

Nothing is drawn beforehand: a picture is made of the table that the program works by, when it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bihuan.accounts.permissions import Role, declared
from bihuan.cases import kinds
from bihuan.cases.flow import Flow
from bihuan.engine.errors import NotFound
from bihuan.engine.workflow import Step, Workflow
from bihuan.money import queries as money


@dataclass(frozen=True, slots=True)
class Process:
    """A flow with its table and what it is called."""

    code: str
    name: tuple[str, str]
    workflow: Workflow
    ends: Collection[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A step as the list beside the picture has it; ``everywhere``: possible in every state."""

    step: Step
    sources: Sequence[str]
    everywhere: bool
    roles: Sequence[str]


def processes() -> list[Process]:
    """Every flow that has a table: those of cases as they are registered, then the payment to consumers."""
    of_cases = [Process(k.flow.name, k.name, k.flow.workflow, _ends(k.flow)) for k in kinds.known()]
    return [*of_cases, Process("refund", ("退款", "Refund"), money.workflow, ())]


def _ends(flow: Flow) -> list[str]:
    return [state for state in flow.workflow.states if not flow.is_open(state)]


def process(code: str) -> Process:
    """Raises NotFound."""
    found = next((each for each in processes() if each.code == code), None)
    if found is None:
        raise NotFound(kind="process", id=code)
    return found


def lines(of: Workflow) -> list[Line]:
    """Every row of the table with the roles that may take it."""
    return [
        Line(step, step.sources, len(step.sources) == len(of.states), roles(step.permission))
        for step in of.steps
    ]


def roles(permission: str) -> list[str]:
    """Who has a permission at all, in the order of the roles; empty for one that nobody declared."""
    table = declared().get(str(permission), {})
    return [str(role) for role in Role if role in table]


def digest(of: Workflow) -> str:
    """SHA-256 over states and steps of a table: it changes when the process does."""
    rows = [
        "|".join(
            (s.name, ",".join(s.sources), s.target or "", s.permission, s.clause or "", str(s.needs_reason))
        )
        for s in of.steps
    ]
    return sha256("\n".join([*of.states, *rows]).encode()).hexdigest()
