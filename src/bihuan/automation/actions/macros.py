"""Macros: made of steps, shown before they run, run by a person with the person's own rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.automation import events, plans, queries, running
from bihuan.automation.actions.saying import good_name, room, say
from bihuan.automation.models import Macro
from bihuan.automation.permissions import AutomationPermission
from bihuan.automation.running import Result
from bihuan.cases import queries as cases
from bihuan.engine.errors import Invalid, NotFound
from bihuan.journal.actor import Actor


@transaction.atomic
def create_macro(*, name: str, actor: Actor, at: datetime) -> UUID:
    """An empty macro. Raises NotAllowed, Invalid, Refusal (name taken)."""
    require(actor, AutomationPermission.MANAGE)
    taken = Macro.objects.filter(name=" ".join(name.split()), removed_at=None).exists()
    made = Macro.objects.create(name=good_name(name, taken=taken), made_by=actor.id, made_at=at)
    say("macro", made.id, events.MacroSaved(steps=0), actor=actor, at=at)
    return made.id


@transaction.atomic
def add_macro_step(*, macro_id: UUID, step: str, data: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Put a step at the end. Raises Invalid for data that the step would not take."""
    macro = _locked(macro_id, actor)
    room(len(macro.steps))
    if step not in {d.step.name for d in plans.macro_steps()}:
        raise NotFound(kind="step", id=step[:40])
    plans.check(step, data, at=at)
    _save(macro, [*macro.steps, {"step": step, "data": dict(data)}], actor, at)


@transaction.atomic
def drop_macro_step(*, macro_id: UUID, number: int, actor: Actor, at: datetime) -> None:
    """Take the step of this place out."""
    macro = _locked(macro_id, actor)
    if not 0 <= number < len(macro.steps):
        raise NotFound(kind="step", id=str(number))
    _save(macro, [s for n, s in enumerate(macro.steps) if n != number], actor, at)


@transaction.atomic
def remove_macro(*, macro_id: UUID, actor: Actor, at: datetime) -> None:
    macro = _locked(macro_id, actor)
    Macro.objects.filter(id=macro.id).update(removed_at=at)
    say("macro", macro.id, events.MacroRemoved(), actor=actor, at=at)


def run_macro(
    *, macro_id: UUID, case_id: UUID, inputs: Mapping[str, str], actor: Actor, at: datetime
) -> list[Result]:
    """Take the steps one after the other as this person, each in its own transaction; the first that is
    refused ends the run, and the rest is left. Raises NotFound, NotAllowed, Invalid (an input is missing)."""
    require(actor, AutomationPermission.RUN)
    macro, case = queries.macro(macro_id), cases.get_for(actor, case_id)
    missing = [name for name in plans.inputs_of(macro.steps) if not inputs.get(name, "").strip()]
    if missing:
        raise Invalid("{field} is empty.", field=missing[0], remedy="Fill in what the macro asks for.")
    results: list[Result] = []
    for planned in macro.steps:
        if results and results[-1].state != "done":
            results.append(Result(planned["step"], "left"))
            continue
        results.append(running.take(planned, case_id=case.id, inputs=inputs, actor=actor, at=at))
    _say_run(macro, case.id, results, actor, at)
    return results


def _say_run(macro: Macro, case_id: UUID, results: Sequence[Result], actor: Actor, at: datetime) -> None:
    refused = next((r.action for r in results if r.state == "refused"), None)
    taken = sum(r.state == "done" for r in results)
    run = events.MacroRun(case_id=case_id, steps=len(results), taken=taken, refused=refused)
    with transaction.atomic():
        say("macro", macro.id, run, actor=actor, at=at)


def _locked(macro_id: UUID, actor: Actor) -> Macro:
    require(actor, AutomationPermission.MANAGE)
    found = Macro.objects.select_for_update().filter(id=macro_id, removed_at=None).first()
    if found is None:
        raise NotFound(kind="macro", id=str(macro_id))
    return found


def _save(macro: Macro, planned: list[Any], actor: Actor, at: datetime) -> None:
    Macro.objects.filter(id=macro.id).update(steps=planned)
    say("macro", macro.id, events.MacroSaved(steps=len(planned)), actor=actor, at=at)
