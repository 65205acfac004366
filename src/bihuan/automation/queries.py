"""Reading macros and rules, what rules did, and what a rule would have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import allows, require
from bihuan.automation import matching
from bihuan.automation.models import Firing, Macro, Rule, Trigger
from bihuan.automation.permissions import AutomationPermission
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import steps
from bihuan.engine.errors import NotFound
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor

PAGE: Final = 50
WEEK: Final = timedelta(days=7)
_MOMENT: Final = timedelta(seconds=1)
LOOKED: Final = 1000
"""So many events of a week are looked at in a dry run, the latest."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One event of last week, and what the rule would have come to."""

    number: str
    case_id: UUID
    at: datetime
    fits: bool
    possible: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class DryRun:
    """``more``: there were further ones that were not looked at."""

    looked: int
    fitting: int
    rows: Sequence[Tried]
    more: bool


def macro(macro_id: UUID) -> Macro:
    """Raises NotFound."""
    found = Macro.objects.filter(id=macro_id, removed_at=None).first()
    if found is None:
        raise NotFound(kind="macro", id=str(macro_id))
    return found


def macros_for(actor: Actor) -> list[Macro]:
    """Macros that can be run or looked at, by name."""
    if not allows(actor, AutomationPermission.READ):
        require(actor, AutomationPermission.RUN)
    return list(Macro.objects.filter(removed_at=None).order_by("name"))


def rule_for(actor: Actor, rule_id: UUID) -> Rule:
    """Raises NotAllowed, NotFound; a removed rule can still be looked at."""
    require(actor, AutomationPermission.READ)
    found = Rule.objects.filter(id=rule_id).first()
    if found is None:
        raise NotFound(kind="rule", id=str(rule_id))
    return found


def rules_for(actor: Actor) -> list[Rule]:
    """By name, each with how often and when it last fired."""
    require(actor, AutomationPermission.READ)
    found = Rule.objects.filter(removed_at=None).annotate(fired=Count("firings"), last_at=Max("firings__at"))
    return list(found.order_by("name"))


def firings_of(actor: Actor, rule_id: UUID, *, limit: int = PAGE) -> list[Firing]:
    """What a rule did, the latest first."""
    return list(Firing.objects.filter(rule=rule_for(actor, rule_id)).order_by("-at", "-id")[:limit])


def numbers_of(actor: Actor, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Case numbers of those that the actor may know of."""
    return dict(cases.visible(actor).filter(id__in=list(case_ids)).values_list("id", "number"))


def dry_run(actor: Actor, rule_id: UUID, *, at: datetime) -> DryRun:
    """What the rule would have done with the events, or the clocks' ends, of the last seven days.

    Conditions and steps are judged by the cases as they are now; nothing is written.
    """
    rule = rule_for(actor, rule_id)
    found = _events(rule, at) if rule.trigger == Trigger.EVENT else _ends(rule, at)
    known = {case.id: case for case in cases.visible(actor).filter(id__in={f[0] for f in found})}
    owner = accounts.actor_by_id(rule.owner_id, at=at)
    seen = [(known[case_id], moment, data) for case_id, moment, data in found if case_id in known]
    rows = [_tried(rule, owner, case, moment, data) for case, moment, data in seen[:LOOKED]]
    fitting = [row for row in rows if row.fits]
    return DryRun(len(rows), len(fitting), fitting[:PAGE], len(seen) > LOOKED)


def _events(rule: Rule, at: datetime) -> list[tuple[UUID, datetime, Mapping[str, Any]]]:
    entries = journal.recorded_between(at - WEEK, at + _MOMENT, events=[rule.event])
    return [(e.subject_id, e.occurred_at, e.data) for e in reversed(entries) if e.subject_kind == "case"]


def _ends(rule: Rule, at: datetime) -> list[tuple[UUID, datetime, Mapping[str, Any]]]:
    """Clocks that would have been met by the rule in the last week."""
    before = matching.span(rule.before)
    rows = clocks.ending(rule.clause, after=at - WEEK, until=at + before, limit=LOOKED, ended=True)
    return [(row.subject_id, row.due_at - before, {}) for row in rows]


def _tried(rule: Rule, owner: Actor, case: Case, moment: datetime, data: Mapping[str, Any]) -> Tried:
    allowed = {door.step.name for door in steps.possible(owner, case)}
    possible = [
        (a["step"], a["step"] in allowed) if a.get("step") else (f"notify.{a['notify']}", True)
        for a in rule.actions
    ]
    return Tried(case.number, case.id, moment, matching.fits(rule, case, data), possible)
