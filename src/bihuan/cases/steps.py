"""Steps as doors see them: for every step of a flow's workflow its action and the form of its input.

A flow makes one ``StepTable``; its API, pages, scenarios and the drill all go through it, so that a
step that is added to the workflow and to the actions is everywhere at once.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from types import ModuleType
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
)

from bihuan.accounts.permissions import allows
from bihuan.cases.flow import Flow
from bihuan.cases.models import Case
from bihuan.engine.errors import Invalid, NotFound
from bihuan.engine.workflow import Step
from bihuan.journal.actor import Actor
from bihuan.journal.moment import Moment

_GIVEN: Final = frozenset({"case_id", "actor", "at"})
LONG_TEXT: Final = frozenset({"text", "reason", "note", "corrective"})
"""Fields of free text; every other text is a code, a number or a name of at most 200 characters."""

ShortText = Annotated[str, StringConstraints(max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class Door:
    """A step with its action, the model of its input (unknown fields are refused) and its closed lists."""

    step: Step
    action: Callable[..., Any]
    schema: type[BaseModel]
    lists: Mapping[str, tuple[str, ...]]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.schema.model_fields)

    def choices(self, name: str) -> tuple[str, ...]:
        """The closed list of a field, empty where it has none."""
        return self.lists.get(name, ())


@dataclass(frozen=True)
class StepTable:
    """The doors of a flow.

    ``actions`` has a function of each step's name, keyword-only, with ``case_id, actor, at`` and the
    step's own input. ``inside`` names steps that happen inside other actions; steps of the permission
    ``automatic`` have no door either. ``choices`` are closed lists by field, ``step.field`` first.
    """

    flow: Flow
    actions: ModuleType
    permissions: type
    automatic: str
    inside: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefix: str = ""
    """Before the names of its input forms in the API document, which knows one form of a name."""

    @cached_property
    def _doors(self) -> Mapping[str, Door]:
        found: dict[str, Door] = {}
        for step in self.flow.workflow.steps:
            if step.name in self.inside or step.name in found or step.permission == self.automatic:
                continue
            found[step.name] = self._made(step, getattr(self.actions, step.name))
        return found

    def doors(self) -> Mapping[str, Door]:
        """Every step that has a door, by name, in the order of the workflow."""
        return self._doors

    def door(self, name: str) -> Door:
        """Raises NotFound for a step that nobody can take through a door."""
        found = self._doors.get(name)
        if found is None:
            raise NotFound(kind="step", id=name[:40], remedy="See the list of steps of the case.")
        return found

    def take(self, *, name: str, case_id: UUID, actor: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
        """Take a step with input from outside. Raises Invalid naming the field, or what the action raises."""
        return self.door(name).action(
            case_id=case_id, actor=actor, at=at, **self.values(name=name, data=data)
        )

    def possible(self, actor: Actor, case: Case) -> list[Door]:
        """The steps that the state allows and the actor may take, in the order of the workflow."""
        allowed = {step.name for step in self.flow.workflow.allowed(case.state)}
        resource = case.resource
        return [
            d
            for d in self._doors.values()
            if d.step.name in allowed and allows(actor, self.permissions(d.step.permission), resource)
        ]

    def values(self, *, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """A step's input as its action takes it. Raises Invalid naming the field, NotFound for no step."""
        schema = self.door(name).schema
        try:
            model = schema.model_validate(dict(data))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "body"
            raise Invalid(
                "{field}: {problem}",
                field=where,
                problem=first["msg"],
                remedy="Correct the field and send it again.",
            ) from None
        return {name: getattr(model, name) for name in schema.model_fields}

    def _made(self, step: Step, action: Callable[..., Any]) -> Door:
        names = [name for name in inspect.signature(action).parameters if name not in _GIVEN]
        lists = {name: self.choices.get(f"{step.name}.{name}", self.choices.get(name, ())) for name in names}
        return Door(step, action, _schema(self.prefix, step.name, action, lists), lists)


def _schema(
    prefix: str, name: str, action: Callable[..., Any], lists: Mapping[str, tuple[str, ...]]
) -> type[BaseModel]:
    hints = typing.get_type_hints(action)
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(action).parameters.values():
        if parameter.name in _GIVEN:
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        if parameter.name == "reason" and default is ...:
            default = ""  # the workflow refuses an empty one and names the clause
        codes = lists[parameter.name]
        known = Field(default, description=f"one of {', '.join(codes)}" if codes else None)
        fields[parameter.name] = (_type(parameter.name, hints[parameter.name]), known)
    title = prefix + "".join(part.capitalize() for part in name.split("_"))
    return create_model(
        f"{title}Input", __config__=ConfigDict(extra="forbid", str_strip_whitespace=True), **fields
    )


def _type(name: str, hint: Any) -> Any:
    if hint == date | None:
        return hint
    if hint is str:
        return LongText if name in LONG_TEXT else ShortText
    if hint in (datetime, datetime | None):
        return Moment if hint is datetime else Moment | None
    if hint is int or hint == int | None:
        return Annotated[hint, Field(le=10**12, ge=-(10**12))]
    return hint
