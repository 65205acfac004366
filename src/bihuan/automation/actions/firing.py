"""Rules at work: found by reading the journal and the clocks, carried out once for each cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.permissions import Role, allows
from bihuan.automation import events, matching, running
from bihuan.automation.actions.saying import say
from bihuan.automation.models import Firing, Outcome, Place, Rule, Trigger
from bihuan.automation.running import Result
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import steps
from bihuan.complaints.permissions import P
from bihuan.engine.errors import BihuanError, NotAllowed, Refusal
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.models import Entry
from bihuan.journal.queries import Position
from bihuan.journal.queue import defer
from bihuan.notices import actions as notices

TASK: Final = "automation.fire"
QUEUE: Final = "automation"
BATCH: Final = 500
OFTEN: Final = 5
"""A rule that fires oftener on one case within a day goes round in a circle, and is switched off."""
DAY: Final = timedelta(days=1)


def place() -> None:
    """Begin to read the journal here, if it is not read yet; before the first rule is switched on."""
    Place.objects.get_or_create(id=1, defaults={"position": str(journal.newest_position())})


def collect(*, at: datetime) -> int:
    """A job for each rule that waits for what was committed since the last time; returns what was read.

    Entries that rules caused start no rule: nothing chains.
    """
    del at
    with transaction.atomic():
        row = Place.objects.select_for_update(skip_locked=True).first()
        if row is None:
            return 0
        newest = journal.newest_position()
        waiting = _waiting()
        if not waiting:
            _keep(row, newest)
            return 0
        found = journal.committed_after(Position.parse(row.position), BATCH)
        if found:
            queue([entry for _, entry in found], waiting)
            _keep(row, found[-1][0])
    return len(found)


def queue(entries: list[Entry], waiting: Mapping[str, list[UUID]] | None = None) -> int:
    """Jobs for the rules that wait for these entries; how many."""
    by_event = _waiting() if waiting is None else waiting
    rules = set(Rule.objects.values_list("id", flat=True))
    calls = [
        {"rule_id": str(rule), "entry_id": entry.id}
        for entry in entries
        if entry.subject_kind == "case" and entry.actor_id not in rules
        for rule in by_event.get(entry.event, ())
    ]
    defer(task=TASK, queue=QUEUE, calls=calls)
    return len(calls)


def attend(*, at: datetime, limit: int = 500) -> int:
    """A job for each clock that ends within the span that a rule waits for, and had none; how many."""
    calls = []
    for rule in Rule.objects.filter(is_on=True, trigger=Trigger.TIME):
        ends = clocks.ending(rule.clause, after=at, until=at + matching.span(rule.before), limit=limit)
        causes = {_time_cause(row.id, row.due_at): row for row in ends}
        known = set(rule.firings.filter(cause__in=causes).values_list("cause", flat=True))
        calls += [
            {"rule_id": str(rule.id), "clock_id": str(row.id)}
            for cause, row in causes.items()
            if cause not in known
        ]
    with transaction.atomic():
        defer(task=TASK, queue=QUEUE, calls=calls)
    return len(calls)


def fire(
    *, rule_id: UUID, at: datetime, entry_id: int | None = None, clock_id: UUID | None = None
) -> Firing | None:
    """Carry a rule out for one cause; None where it does not fit, is off, or was carried out before.

    Everything stands in one transaction: a kill leaves nothing behind, and the job does it anew. An action
    that is refused undoes itself alone, and the next is tried.
    """
    with transaction.atomic():
        rule = Rule.objects.select_for_update().filter(id=rule_id, is_on=True).first()
        found = _cause(rule, entry_id, clock_id, at) if rule else None
        if rule is None or found is None or rule.firings.filter(cause=found[0]).exists():
            return None
        cause, case, data = found
        if not matching.fits(rule, case, data):
            return None
        results = _carry_out(rule, case, at)
        firing = Firing.objects.create(
            rule=rule, cause=cause, entry_id=entry_id, clock_id=clock_id, case_id=case.id, at=at,
            outcome=_outcome(results), results=[r.as_json() for r in results],
        )  # fmt: skip
        _say_fired(rule, firing, results, at)
        return firing


def _carry_out(rule: Rule, case: Case, at: datetime) -> list[Result]:
    if rule.firings.filter(case_id=case.id, at__gt=at - DAY).count() >= OFTEN:
        _switch_off(rule, "loop", at)
        often = Refusal(
            "The rule fired {n} times on this case within a day and was switched off.",
            code="automation.loop",
            n=OFTEN,
            remedy="Narrow its conditions, then switch it on again.",
        )
        return [running.refused("rule", often)]
    try:
        owner = accounts_queries.actor_by_id(rule.owner_id, at=at)
        cases.get_for(owner, case.id)
    except BihuanError as error:
        return [running.refused("rule", error)]
    return [_one(rule, case.id, owner, planned, at) for planned in rule.actions]


def _one(rule: Rule, case_id: UUID, owner: Actor, planned: Mapping[str, Any], at: datetime) -> Result:
    case = cases.get(case_id)
    if planned.get("notify"):
        return _notify(rule, case, str(planned["notify"]), at)
    name = str(planned["step"])
    permission = P(steps.door(name).step.permission)
    if not allows(owner, permission, case.resource):
        remedy = "A rule does only what its owner may do."
        return running.refused(name, NotAllowed(permission=str(permission), remedy=remedy))
    return running.take(planned, case_id=case_id, inputs={}, actor=acting(rule.id), at=at)


def acting(rule_id: UUID) -> Actor:
    """The program, with the rule as its name: so the journal names the cause of what follows."""
    return Actor(id=rule_id, kind=ActorKind.PROGRAM, roles=frozenset({str(Role.PROGRAM)}))


def _notify(rule: Rule, case: Case, whom: str, at: datetime) -> Result:
    people = [case.owner_id] if whom == "owner" else accounts_queries.people_with_role(Role(whom), at=at)
    wanted = [person for person in people if person is not None]
    if not wanted:
        nobody = Refusal(
            "There is nobody to tell.", code="automation.nobody", remedy="Assign the case, or tell a role."
        )
        return running.refused(f"notify.{whom}", nobody)
    orders = [
        notices.Order(
            kind="automation",
            recipient=person,
            subject=case.subject,
            key=f"automation:{uuid4()}",
            params={"number": case.number},
        )
        for person in wanted
    ]
    notices.queue_many(orders=orders, actor=acting(rule.id), at=at)
    return Result(f"notify.{whom}", "done")


def _cause(
    rule: Rule, entry_id: int | None, clock_id: UUID | None, at: datetime
) -> tuple[str, Case, Mapping[str, Any]] | None:
    if entry_id is not None:
        entry = journal.entry(entry_id)
        return f"entry:{entry.id}", cases.get(entry.subject_id), entry.data
    if clock_id is None:
        return None
    row, stored = clocks.one(clock_id)
    if stored.clock.verdict is not None or not at < row.due_at <= at + matching.span(rule.before):
        return None
    return _time_cause(clock_id, row.due_at), cases.get(row.subject_id), {}


def _time_cause(clock_id: UUID, due_at: datetime) -> str:
    """An extended clock has another end, and is another cause."""
    return f"clock:{clock_id}:{int(due_at.timestamp())}"


def _outcome(results: list[Result]) -> str:
    done = sum(r.state == "done" for r in results)
    return Outcome.DONE if done == len(results) else Outcome.PARTLY if done else Outcome.REFUSED


def _say_fired(rule: Rule, firing: Firing, results: list[Result], at: datetime) -> None:
    fired = events.RuleFired(
        case_id=firing.case_id,
        firing_id=firing.id,
        outcome=firing.outcome,
        done=sum(r.state == "done" for r in results),
        entry_id=firing.entry_id,
        clock_id=firing.clock_id,
    )
    say("rule", rule.id, fired, actor=acting(rule.id), at=at)


def _switch_off(rule: Rule, reason: str, at: datetime) -> None:
    Rule.objects.filter(id=rule.id).update(is_on=False, off_reason=reason, changed_at=at)
    say("rule", rule.id, events.RuleSwitched(state="off", reason=reason), actor=PROGRAM, at=at)


def _waiting() -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    on = Rule.objects.filter(is_on=True, trigger=Trigger.EVENT).order_by("made_at")
    for rule_id, event in on.values_list("id", "event"):
        found.setdefault(event, []).append(rule_id)
    return found


def _keep(row: Place, position: Position) -> None:
    if row.position != str(position):
        row.position = str(position)
        row.save(update_fields=["position"])
