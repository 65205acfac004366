"""Steps as doors see them: for every step of the workflow its action and the form of its input.

API, pages, scenarios and drill all go through this table, so that a step that is added to the
workflow and to ``actions`` is everywhere at once.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
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
from bihuan.cases.models import Case
from bihuan.complaints import actions, rules
from bihuan.complaints.permissions import P
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine.errors import Invalid, NotFound
from bihuan.engine.workflow import Step
from bihuan.journal.actor import Actor
from bihuan.journal.moment import Moment

_GIVEN: Final = frozenset({"case_id", "actor", "at"})
_BY_PROOF: Final = frozenset({"note_told", "mark_told", "check"})
"""Steps of the table that happen inside other actions and have no door of their own."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "type": rules.TYPES, "urgency": rules.URGENCIES, "severity": rules.SEVERITIES,
    "complexity": rules.COMPLEXITIES[:2], "kind": rules.OFFER_KINDS, "party": rules.LIABLE,
    "department": rules.DEPARTMENTS, "result": rules.FINDINGS, "to": ("complex", "special"),
    "via": ("call", "questionnaire"), "audience": ("consumer", "merchant", "internal"),
    "first_step": ("draw_records", "interview", "request_evidence"),
}  # fmt: skip
"""Closed lists by field; where a step differs, ``step.field`` goes first."""

STEP_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "request_evidence.party": rules.PARTIES, "open_step.kind": rules.STEP_KINDS,
    "report_major.ground": rules.MAJOR_GROUNDS, "refuse.ground": rules.REFUSAL_GROUNDS,
    "decline_demand.ground": rules.DECLINE_GROUNDS, "decide_appeal.outcome": ("upheld", "dismissed"),
    "close_mediation.outcome": ("agreed", "failed", "withdrawn"),
    "correct.field": ("channel", "order_number", "merchant_id", "partner_id"),
    "request_supplement.missing": ("party", "order_or_record", "matter", "demand", "evidence"),
    "finish_step.outcome": ("done", "confirmed", "refuted", "inconclusive"),
    "redact.code": ("personal_data",),
    "decide.outcome": ("upheld", "partly_upheld"),
}  # fmt: skip

LONG_TEXT: Final = frozenset({"text", "reason", "note", "corrective"})

ShortText = Annotated[str, StringConstraints(max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class Door:
    """A step with its action and the model of its input (unknown fields are refused)."""

    step: Step
    action: Callable[..., Any]
    schema: type[BaseModel]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.schema.model_fields)

    def choices(self, field: str) -> tuple[str, ...]:
        """The closed list of a field, empty where it has none."""
        return STEP_CHOICES.get(f"{self.step.name}.{field}", CHOICES.get(field, ()))


@cache
def doors() -> Mapping[str, Door]:
    """Every step that has a door, by name, in the order of the workflow."""
    found: dict[str, Door] = {}
    for step in COMPLAINT.workflow.steps:
        if step.name in _BY_PROOF or step.name in found or step.permission == P.AUTOMATIC:
            continue
        action = getattr(actions, step.name)
        found[step.name] = Door(step, action, _schema(step.name, action))
    return found


def door(name: str) -> Door:
    """Raises NotFound for a step that nobody can take through a door."""
    found = doors().get(name)
    if found is None:
        raise NotFound(kind="step", id=name[:40], remedy="See the list of steps of the case.")
    return found


def take(*, name: str, case_id: UUID, actor: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    """Take a step with input from outside. Raises Invalid naming the field, or what the action raises."""
    return door(name).action(case_id=case_id, actor=actor, at=at, **values(name=name, data=data))


def possible(actor: Actor, case: Case) -> list[Door]:
    """The steps that the state allows and the actor may take, in the order of the workflow."""
    allowed = {step.name for step in COMPLAINT.workflow.allowed(case.state)}
    resource = case.resource
    return [
        d
        for d in doors().values()
        if d.step.name in allowed and allows(actor, P(d.step.permission), resource)
    ]


def values(*, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A step's input as its action takes it. Raises Invalid naming the field, NotFound for no step."""
    schema = door(name).schema
    try:
        model = schema.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        raise Invalid(
            "{field}: {problem}",
            field=field,
            problem=first["msg"],
            remedy="Correct the field and send it again.",
        ) from None
    return {field: getattr(model, field) for field in schema.model_fields}


def _schema(name: str, action: Callable[..., Any]) -> type[BaseModel]:
    hints = typing.get_type_hints(action)
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(action).parameters.values():
        if parameter.name in _GIVEN:
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        if parameter.name == "reason" and default is ...:
            default = ""  # the workflow refuses an empty one and names the clause
        codes = STEP_CHOICES.get(f"{name}.{parameter.name}", CHOICES.get(parameter.name, ()))
        known = Field(default, description=f"one of {', '.join(codes)}" if codes else None)
        fields[parameter.name] = (_type(parameter.name, hints[parameter.name]), known)
    title = "".join(part.capitalize() for part in name.split("_"))
    return create_model(
        f"{title}Input", __config__=ConfigDict(extra="forbid", str_strip_whitespace=True), **fields
    )


def _type(field: str, hint: Any) -> Any:
    if hint == date | None:
        return hint
    if hint is str:
        return LongText if field in LONG_TEXT else ShortText
    if hint in (datetime, datetime | None):
        return Moment if hint is datetime else Moment | None
    if hint is int or hint == int | None:
        return Annotated[hint, Field(le=10**12, ge=-(10**12))]
    return hint
