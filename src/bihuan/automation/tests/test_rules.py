"""Rules: when they fire, as whom, what is refused, and that they fire once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.automation import actions, queries
from bihuan.automation.actions import firing
from bihuan.automation.models import Firing, Rule
from bihuan.clocks import queries as clocks
from bihuan.complaints import actions as complaints
from bihuan.complaints import stage
from bihuan.complaints.models import EvidenceRequest
from bihuan.complaints.tests.play import owned, submit
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.notices.models import Notice

from .conftest import AT

TOLD = {"text": "我们正在核实检验报告，明天答复您"}
ASK = {
    "party": "merchant",
    "what": "inspection_report",
    "reason": "请提供检验报告",
    "due_at": {"after": "3d"},
}


def rule(played: stage.Stage, *, on: bool = True, **more: Any) -> UUID:
    """A rule of the supervisor's that asks the merchant for evidence when a case is assigned."""
    boss = played.who("supervisor")
    values = {"name": "质量投诉自动举证", "event": "complaint.assigned", **more}
    made = actions.create_rule(actor=boss, at=AT, **values)
    actions.add_action(rule_id=made, step="request_evidence", data=ASK, actor=boss, at=AT)
    if on:
        actions.switch_rule(rule_id=made, on=True, actor=boss, at=AT)
    return made


def entry_of(case_id: UUID, event: str = "complaint.assigned") -> int:
    found = journal.last_of(case_id, [event])
    assert found is not None
    return found.id


def fired(rule_id: UUID, case_id: UUID, **more: Any) -> Firing | None:
    return actions.fire(rule_id=rule_id, entry_id=entry_of(case_id), at=AT, **more)


def test_a_rule_takes_its_step_as_the_program_and_is_named(played: stage.Stage) -> None:
    made, case_id = rule(played), owned(played)
    done = fired(made, case_id)
    assert done is not None
    assert (done.outcome, [r["state"] for r in done.results]) == ("done", ["done"])
    request = EvidenceRequest.objects.get()
    assert request.due_at == AT.replace(hour=0) + timedelta(days=4)  # three days, 24:00 of the last
    said = journal.last_of(case_id, ["complaint.evidence_requested"])
    assert said is not None
    assert (said.actor_kind, said.actor_id) == ("program", made)
    fire = journal.last_of(made, ["automation.rule_fired"])
    assert fire is not None
    assert (fire.data["entry_id"], fire.data["case_id"]) == (entry_of(case_id), str(case_id))


def test_the_same_cause_fires_once(played: stage.Stage) -> None:
    made, case_id = rule(played), owned(played)
    assert fired(made, case_id) is not None
    assert fired(made, case_id) is None
    assert EvidenceRequest.objects.count() == 1


def test_conditions_on_codes_narrow_it(played: stage.Stage) -> None:
    made, boss, case_id = rule(played), played.who("supervisor"), owned(played)
    actions.set_condition(rule_id=made, field="type", codes=["price"], actor=boss, at=AT)
    assert fired(made, case_id) is None
    actions.set_condition(rule_id=made, field="type", codes=["price", "quality"], actor=boss, at=AT)
    actions.set_condition(rule_id=made, field="event.rule", codes=["nobody"], actor=boss, at=AT)
    assert fired(made, case_id) is None
    actions.set_condition(rule_id=made, field="event.rule", codes=[], actor=boss, at=AT)
    assert fired(made, case_id) is not None
    for field, codes in (("type", ["no_such"]), ("consumer_id", ["x"]), ("event.nothing", ["x"])):
        with pytest.raises(Invalid):
            actions.set_condition(rule_id=made, field=field, codes=codes, actor=boss, at=AT)


def test_off_it_does_nothing(played: stage.Stage) -> None:
    made, case_id = rule(played, on=False), owned(played)
    assert fired(made, case_id) is None
    assert not Firing.objects.exists()


def test_a_refusal_is_kept_with_its_sentence(played: stage.Stage) -> None:
    made, case_id = rule(played), submit(played).case_id
    boss = played.who("supervisor")
    actions.add_action(rule_id=made, notify="supervisor", actor=boss, at=AT)
    actions.add_action(
        rule_id=made,
        step="tell_progress",
        data=TOLD,
        actor=boss,
        at=AT,
    )
    consumer = played.who("consumer")

    complaints.withdraw(case_id=case_id, actor=consumer, at=AT, reason="不投诉了")
    done = actions.fire(rule_id=made, entry_id=entry_of(case_id, "complaint.withdrawn"), at=AT)
    assert done is not None
    assert (done.outcome, [r["state"] for r in done.results]) == ("partly", ["refused", "done", "refused"])
    assert done.results[0]["msgid"]
    assert done.results[0]["clause"]
    assert not EvidenceRequest.objects.exists()
    assert Notice.objects.filter(kind="automation").count() == 2  # both supervisors


def test_it_does_only_what_its_owner_may(played: stage.Stage) -> None:
    made, boss, case_id = rule(played), played.who("supervisor"), owned(played)
    accounts.lock(person_id=boss.id, reason="left", actor=PROGRAM, at=AT)
    done = fired(made, case_id)
    assert done is not None
    assert (done.outcome, done.results[0]["code"]) == ("refused", "not_found")
    assert not EvidenceRequest.objects.exists()


def test_decisions_are_a_persons(played: stage.Stage) -> None:
    made, boss = rule(played), played.who("supervisor")
    for step in ("accept", "decide", "close", "refuse", "offer", "no_such"):
        with pytest.raises(NotFound):
            actions.add_action(rule_id=made, step=step, data={}, actor=boss, at=AT)
    with pytest.raises(Invalid):
        actions.add_action(rule_id=made, step="promise", data={"text": "x"}, actor=boss, at=AT)
    with pytest.raises(NotAllowed):
        actions.create_rule(name="x", event="complaint.received", actor=played.who("agent"), at=AT)
    assert len(Rule.objects.get().actions) == 1


def test_what_a_rule_caused_starts_no_rule(played: stage.Stage) -> None:
    made, case_id = rule(played), owned(played)
    chained = rule(played, name="连锁", event="complaint.evidence_requested")
    fired(made, case_id)
    assert firing.queue(journal.entries_of(case_id)) == 2  # both assignments, and not the request
    assert actions.fire(rule_id=chained, entry_id=entry_of(case_id), at=AT) is not None


def test_a_circle_is_cut(played: stage.Stage) -> None:
    made, case_id = rule(played), owned(played)
    for n in range(firing.OFTEN):
        Firing.objects.create(
            rule_id=made, cause=f"entry:-{n}", case_id=case_id, at=AT, outcome="done", results=[]
        )
    done = fired(made, case_id)
    assert done is not None
    assert done.results[0]["code"] == "automation.loop"
    assert (Rule.objects.get().is_on, Rule.objects.get().off_reason) == (False, "loop")
    assert not EvidenceRequest.objects.exists()


def test_a_time_before_a_clock_ends(played: stage.Stage) -> None:
    case_id = owned(played)
    clock = next(s for s in clocks.of(case_id) if s.clock.clause_id == "PCN-3.2.3")
    made = rule(played, name="到期前提醒", event="", clause="PCN-3.2.3", before="12h")
    early = clock.clock.due_at - timedelta(hours=13)
    assert actions.attend(at=early) == 0
    near = clock.clock.due_at - timedelta(hours=11)
    assert actions.attend(at=near) == 1
    assert actions.fire(rule_id=made, clock_id=clock.id, at=early) is None

    time.set_drill_time(near)
    assert actions.fire(rule_id=made, clock_id=clock.id, at=near) is not None
    assert actions.attend(at=near) == 0
    assert actions.fire(rule_id=made, clock_id=clock.id, at=near) is None


def test_a_dry_run_writes_nothing(played: stage.Stage) -> None:
    made, boss, case_id = rule(played), played.who("supervisor"), owned(played)
    actions.set_condition(rule_id=made, field="type", codes=["quality"], actor=boss, at=AT)
    run = queries.dry_run(boss, made, at=AT + timedelta(hours=1))
    assert (run.looked, run.fitting, run.more) == (2, 2, False)
    assert (run.rows[0].case_id, run.rows[0].possible) == (case_id, [("request_evidence", True)])
    actions.set_condition(rule_id=made, field="type", codes=["price"], actor=boss, at=AT)
    assert queries.dry_run(boss, made, at=AT + timedelta(hours=1)).fitting == 0
    assert not Firing.objects.exists()
    assert not EvidenceRequest.objects.exists()


def test_an_empty_rule_is_not_switched_on(played: stage.Stage) -> None:
    boss = played.who("supervisor")
    made = actions.create_rule(name="空", event="complaint.received", actor=boss, at=AT)
    with pytest.raises(Refusal):
        actions.switch_rule(rule_id=made, on=True, actor=boss, at=AT)
    assert not Rule.objects.get().is_on
