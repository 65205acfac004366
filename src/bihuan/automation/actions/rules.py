"""Rules: what they wait for, on which cases, what they do. A change makes its author the owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.accounts.permissions import allows, require
from bihuan.automation import events, matching, plans
from bihuan.automation.actions.firing import place
from bihuan.automation.actions.saying import good_name, room, say
from bihuan.automation.models import Rule, Trigger
from bihuan.automation.permissions import AutomationPermission
from bihuan.complaints import steps
from bihuan.complaints.permissions import P
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.norms import queries as norms

NOTIFY = ("owner", "supervisor", "manager")
"""Whom a rule may tell: the case's owner, or everybody of a role."""


@transaction.atomic
def create_rule(
    *, name: str, actor: Actor, at: datetime, event: str = "", clause: str = "", before: str = ""
) -> UUID:
    """A rule that waits for an event, or for the time ``before`` the end of a clause's clocks; switched off.

    Raises NotAllowed, Invalid, Refusal (name taken).
    """
    require(actor, AutomationPermission.MANAGE)
    taken = Rule.objects.filter(name=" ".join(name.split()), removed_at=None).exists()
    clean = good_name(name, taken=taken)
    if event:
        trigger = Trigger.EVENT
        if event not in matching.events():
            raise Invalid(field="event", remedy="Choose an event of cases.")
    else:
        trigger = Trigger.TIME
        norms.clause(clause)
        matching.span(before)
    made = Rule.objects.create(
        name=clean, owner_id=actor.id, trigger=trigger, event=event, clause=clause if not event else "",
        before=before.strip() if not event else "", made_at=at, changed_at=at,
    )  # fmt: skip
    _said(made, actor, at)
    return made.id


@transaction.atomic
def set_condition(*, rule_id: UUID, field: str, codes: Sequence[str], actor: Actor, at: datetime) -> None:
    """The field must be one of these codes; without any the condition goes."""
    rule = _locked(rule_id, actor)
    conditions = {name: value for name, value in rule.conditions.items() if name != field}
    wanted = sorted({code.strip() for code in codes if code.strip()})
    if wanted:
        matching.check_condition(rule, field, wanted)
        conditions[field] = wanted
    _save(rule, actor, at, conditions=conditions)


@transaction.atomic
def add_action(
    *,
    rule_id: UUID,
    actor: Actor,
    at: datetime,
    step: str = "",
    data: Mapping[str, Any] | None = None,
    notify: str = "",
) -> None:
    """A step that the owner may take, or a notice. Raises NotAllowed for a step that is not the owner's."""
    rule = _locked(rule_id, actor)
    room(len(rule.actions))
    if notify:
        if notify not in NOTIFY:
            raise Invalid(field="notify", remedy="Choose one of the values named.")
        _save(rule, actor, at, actions=[*rule.actions, {"notify": notify}])
        return
    if step not in plans.RULE_STEPS:
        raise NotFound(
            kind="step", id=step[:40], remedy="Decisions are a person's; choose a step that rules may take."
        )
    permission = P(steps.door(step).step.permission)
    if not allows(actor, permission):
        raise NotAllowed(permission=str(permission), remedy="A rule does only what its owner may do.")
    plans.check(step, data or {}, at=at)
    if plans.inputs_of([{"data": data or {}}]):
        raise Invalid(
            "A rule cannot ask for inputs.", field="text", remedy="Write the text without {{{{…}}}}."
        )
    _save(rule, actor, at, actions=[*rule.actions, {"step": step, "data": dict(data or {})}])


@transaction.atomic
def drop_action(*, rule_id: UUID, number: int, actor: Actor, at: datetime) -> None:
    rule = _locked(rule_id, actor)
    if not 0 <= number < len(rule.actions):
        raise NotFound(kind="action", id=str(number))
    _save(rule, actor, at, actions=[a for n, a in enumerate(rule.actions) if n != number])


@transaction.atomic
def switch_rule(*, rule_id: UUID, on: bool, actor: Actor, at: datetime) -> None:
    """On: from the events that come now. Refused for a rule that does nothing."""
    rule = _locked(rule_id, actor)
    if on and not rule.actions:
        raise Refusal(
            "The rule has no action yet.", code="automation.empty", remedy="Add a step or a notice first."
        )
    if rule.is_on == on:
        return
    place()
    values = {"is_on": on, "off_reason": "" if on else "person", "changed_at": at, "owner_id": actor.id}
    Rule.objects.filter(id=rule.id).update(**values, **({"on_at": at} if on else {}))
    switched = events.RuleSwitched(state="on" if on else "off", reason="person")
    say("rule", rule.id, switched, actor=actor, at=at)


@transaction.atomic
def remove_rule(*, rule_id: UUID, actor: Actor, at: datetime) -> None:
    """The rule ends; what it did stays to be seen."""
    rule = _locked(rule_id, actor)
    Rule.objects.filter(id=rule.id).update(is_on=False, removed_at=at, off_reason="removed")
    say("rule", rule.id, events.RuleRemoved(), actor=actor, at=at)


def _locked(rule_id: UUID, actor: Actor) -> Rule:
    require(actor, AutomationPermission.MANAGE)
    found = Rule.objects.select_for_update().filter(id=rule_id, removed_at=None).first()
    if found is None:
        raise NotFound(kind="rule", id=str(rule_id))
    return found


def _save(rule: Rule, actor: Actor, at: datetime, **values: Any) -> None:
    for name, value in values.items():
        setattr(rule, name, value)
    rule.owner_id, rule.changed_at = actor.id, at
    rule.save()
    _said(rule, actor, at)


def _said(rule: Rule, actor: Actor, at: datetime) -> None:
    saved = events.RuleSaved(
        trigger=rule.event or rule.clause, conditions=len(rule.conditions), actions=len(rule.actions)
    )
    say("rule", rule.id, saved, actor=actor, at=at)
