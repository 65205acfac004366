"""REST door of automation: rules and macros as the pages have them; for people signed in, by their rights."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema, Status
from pydantic import ConfigDict

from bihuan.accounts.keys import SessionAuth
from bihuan.accounts.requests import actor_asking
from bihuan.automation import actions, queries
from bihuan.automation.models import Firing, Macro, Rule
from bihuan.journal.time import now

router = Router(tags=["automation"], auth=[SessionAuth()])
Code = Annotated[str, Field(max_length=60)]
Number = Annotated[int, Path(ge=0, le=99)]
Data = dict[Code, Any]


class RuleIn(Schema):
    """What a rule waits for: an event, or so long (``2d``) before the end of a clause's clocks."""

    model_config = ConfigDict(extra="forbid")
    name: Code
    event: Code = ""
    clause: Annotated[str, Field(max_length=40)] = ""
    before: Annotated[str, Field(max_length=12)] = ""


class ConditionIn(Schema):
    """The field must be one of these codes; none takes the condition away."""

    model_config = ConfigDict(extra="forbid")
    field: Code
    codes: Annotated[list[Code], Field(max_length=50)]


class ActionIn(Schema):
    """A step with what it is given (times as ``{"after": "3d"}``), or whom to tell."""

    model_config = ConfigDict(extra="forbid")
    step: Code = ""
    data: Data = {}
    notify: Code = ""


class StepIn(Schema):
    """A step of a macro; ``{{name}}`` in a text asks for an input when it runs."""

    model_config = ConfigDict(extra="forbid")
    step: Code
    data: Data = {}


class OnIn(Schema):
    model_config = ConfigDict(extra="forbid")
    on: bool


class MacroIn(Schema):
    model_config = ConfigDict(extra="forbid")
    name: Code


class RunIn(Schema):
    """On which case, with what for each input."""

    model_config = ConfigDict(extra="forbid")
    case_id: UUID
    inputs: dict[Code, Annotated[str, Field(max_length=5000)]] = {}


class RuleOut(Schema):
    """A rule; it may what its owner may. ``off_reason``: why it is off."""

    id: UUID
    name: str
    owner_id: UUID
    trigger: str
    event: str
    clause: str
    before: str
    conditions: dict[str, list[str]]
    actions: list[dict[str, Any]]
    is_on: bool
    off_reason: str
    changed_at: datetime
    removed_at: datetime | None


class MacroOut(Schema):
    id: UUID
    name: str
    steps: list[dict[str, Any]]
    made_by: UUID
    made_at: datetime


class FiringOut(Schema):
    """What a rule did for one cause."""

    id: UUID
    case_id: UUID
    at: datetime
    outcome: str
    results: list[dict[str, Any]]


class PossibleOut(Schema):
    """An action, and whether it could be taken now."""

    action: str
    possible: bool


class TriedOut(Schema):
    case_id: UUID
    number: str
    at: datetime
    actions: list[PossibleOut]


class TrialOut(Schema):
    """What the last week would have come to; nothing was written. ``more``: not all was looked at."""

    looked: int
    fitting: int
    more: bool
    cases: list[TriedOut]


@router.get("/rules", response=list[RuleOut], operation_id="list_rules")
def rules(request: HttpRequest) -> list[Rule]:
    """Every rule that was not removed, by name."""
    return queries.rules_for(actor_asking(request))


@router.post("/rules", response={201: RuleOut}, operation_id="create_rule")
def create_rule(request: HttpRequest, body: RuleIn) -> Status[Rule]:
    """A rule without conditions and actions, switched off."""
    actor = actor_asking(request)
    made = actions.create_rule(**body.dict(), actor=actor, at=now())
    return Status(201, queries.rule_for(actor, made))


@router.get("/rules/{uuid:rule_id}", response=RuleOut, operation_id="get_rule")
def rule(request: HttpRequest, rule_id: UUID) -> Rule:
    return queries.rule_for(actor_asking(request), rule_id)


@router.delete("/rules/{uuid:rule_id}", response={204: None}, operation_id="remove_rule")
def remove_rule(request: HttpRequest, rule_id: UUID) -> Status[None]:
    """The rule ends; what it did stays to be seen."""
    actions.remove_rule(rule_id=rule_id, actor=actor_asking(request), at=now())
    return Status(204, None)


@router.post("/rules/{uuid:rule_id}/conditions", response=RuleOut, operation_id="set_rule_condition")
def condition(request: HttpRequest, rule_id: UUID, body: ConditionIn) -> Rule:
    """Say which codes a field must have. Whoever changes a rule owns it from then on."""
    actions.set_condition(
        rule_id=rule_id, field=body.field, codes=body.codes, actor=actor_asking(request), at=now()
    )
    return queries.rule_for(actor_asking(request), rule_id)


@router.post("/rules/{uuid:rule_id}/actions", response=RuleOut, operation_id="add_rule_action")
def add_action(request: HttpRequest, rule_id: UUID, body: ActionIn) -> Rule:
    """Add a step or a notice at the end."""
    actions.add_action(
        rule_id=rule_id,
        step=body.step,
        data=body.data,
        notify=body.notify,
        actor=actor_asking(request),
        at=now(),
    )
    return queries.rule_for(actor_asking(request), rule_id)


@router.delete(
    "/rules/{uuid:rule_id}/actions/{int:number}", response=RuleOut, operation_id="drop_rule_action"
)
def drop_action(request: HttpRequest, rule_id: UUID, number: Number) -> Rule:
    """Take the action of this place (from 0) out."""
    actions.drop_action(rule_id=rule_id, number=number, actor=actor_asking(request), at=now())
    return queries.rule_for(actor_asking(request), rule_id)


@router.post("/rules/{uuid:rule_id}/switch", response=RuleOut, operation_id="switch_rule")
def switch(request: HttpRequest, rule_id: UUID, body: OnIn) -> Rule:
    """On, from the events that come now; or off."""
    actions.switch_rule(rule_id=rule_id, on=body.on, actor=actor_asking(request), at=now())
    return queries.rule_for(actor_asking(request), rule_id)


@router.get("/rules/{uuid:rule_id}/trial", response=TrialOut, operation_id="try_rule")
def trial(request: HttpRequest, rule_id: UUID) -> TrialOut:
    """What the rule would have done with last week, by the cases as they are now; nothing is written."""
    run = queries.dry_run(actor_asking(request), rule_id, at=now())
    cases = [
        TriedOut(
            case_id=row.case_id,
            number=row.number,
            at=row.at,
            actions=[PossibleOut(action=name, possible=can) for name, can in row.possible],
        )
        for row in run.rows
    ]
    return TrialOut(looked=run.looked, fitting=run.fitting, more=run.more, cases=cases)


@router.get("/rules/{uuid:rule_id}/firings", response=list[FiringOut], operation_id="list_rule_firings")
def firings(request: HttpRequest, rule_id: UUID) -> list[Firing]:
    """What the rule did, the latest first; at most 50."""
    return queries.firings_of(actor_asking(request), rule_id)


@router.get("/macros", response=list[MacroOut], operation_id="list_macros")
def macros(request: HttpRequest) -> list[Macro]:
    """Every macro, by name."""
    return queries.macros_for(actor_asking(request))


@router.post("/macros", response={201: MacroOut}, operation_id="create_macro")
def create_macro(request: HttpRequest, body: MacroIn) -> Status[Macro]:
    """An empty macro."""
    made = actions.create_macro(name=body.name, actor=actor_asking(request), at=now())
    return Status(201, queries.macro(made))


@router.get("/macros/{uuid:macro_id}", response=MacroOut, operation_id="get_macro")
def macro(request: HttpRequest, macro_id: UUID) -> Macro:
    queries.macros_for(actor_asking(request))
    return queries.macro(macro_id)


@router.delete("/macros/{uuid:macro_id}", response={204: None}, operation_id="remove_macro")
def remove_macro(request: HttpRequest, macro_id: UUID) -> Status[None]:
    actions.remove_macro(macro_id=macro_id, actor=actor_asking(request), at=now())
    return Status(204, None)


@router.post("/macros/{uuid:macro_id}/steps", response=MacroOut, operation_id="add_macro_step")
def add_step(request: HttpRequest, macro_id: UUID, body: StepIn) -> Macro:
    """Put a step at the end."""
    actions.add_macro_step(
        macro_id=macro_id, step=body.step, data=body.data, actor=actor_asking(request), at=now()
    )
    return queries.macro(macro_id)


@router.delete(
    "/macros/{uuid:macro_id}/steps/{int:number}", response=MacroOut, operation_id="drop_macro_step"
)
def drop_step(request: HttpRequest, macro_id: UUID, number: Number) -> Macro:
    """Take the step of this place (from 0) out."""
    actions.drop_macro_step(macro_id=macro_id, number=number, actor=actor_asking(request), at=now())
    return queries.macro(macro_id)


@router.post("/macros/{uuid:macro_id}/run", response=list[dict[str, Any]], operation_id="run_macro")
def run(request: HttpRequest, macro_id: UUID, body: RunIn) -> list[dict[str, Any]]:
    """Take the steps on a case as the person who asks; the first that is refused ends it. A result each."""
    results = actions.run_macro(
        macro_id=macro_id, case_id=body.case_id, inputs=body.inputs, actor=actor_asking(request), at=now()
    )
    return [result.as_json() for result in results]
