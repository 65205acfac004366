"""What happens when somebody does not answer: supplement, evidence, clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bihuan.accounts.models import Person
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import stage
from bihuan.complaints.jobs import attend
from bihuan.engine.errors import Refusal
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace.config import Config

from .conftest import AT
from .play import owned, pass_to, said, submit, take, verdicts

DAY = timedelta(days=1)


def asked(played: stage.Stage) -> object:
    case_id = submit(played, files=0).case_id
    take(played, "supervisor", case_id, AT, "request_supplement", missing=["evidence"], reason="请补充照片")
    return case_id


def test_a_supplement_is_reminded_once_and_then_lapses(played: stage.Stage) -> None:
    case_id = asked(played)
    for day in range(1, 12):
        pass_to(AT + day * DAY)
    assert said(case_id).count("complaint.supplement_reminded") == 1
    assert said(case_id).count("complaint.lapsed") == 1
    assert Case.objects.get(id=case_id).state == "lapsed"


def test_a_supplement_brings_the_same_case_back_with_fresh_hours(played: stage.Stage) -> None:
    case_id = asked(played)
    later = AT + 3 * DAY
    pass_to(later)
    photo = stage.photo(played.who("consumer"), at=later, shade=77)
    take(played, "consumer", case_id, later, "supplement", evidence_ids=[str(photo)])
    assert Case.objects.get(id=case_id).state == "accepted"
    hours = [s.clock for s in clocks.of(case_id) if s.clock.clause_id == "PCN-3.1.3.a"]
    assert [(c.round, c.verdict) for c in sorted(hours, key=lambda c: c.round)] == [
        (1, "cancelled"),
        (2, "met"),
    ]
    assert max(c.due_at for c in hours) == later + DAY


def test_a_silent_merchant_is_warned_a_day_before_the_default(played: stage.Stage) -> None:
    case_id = owned(played)
    take(played, "agent", case_id, AT, "open_investigation")
    due = (AT + 2 * DAY).isoformat()
    take(
        played,
        "agent",
        case_id,
        AT,
        "request_evidence",
        party="merchant",
        what="report",
        reason="请举证",
        due_at=due,
    )
    pass_to(AT + timedelta(hours=23))
    assert "complaint.default_warned" not in said(case_id)
    pass_to(AT + timedelta(hours=25))
    assert said(case_id).count("complaint.default_warned") == 1
    pass_to(AT + timedelta(hours=48))
    assert "complaint.default_found" not in said(case_id)
    pass_to(AT + timedelta(hours=50))
    pass_to(AT + timedelta(hours=51))
    assert said(case_id).count("complaint.default_found") == 1


def test_no_default_follows_where_nobody_could_be_told(played: stage.Stage) -> None:
    case_id = owned(played)
    take(played, "agent", case_id, AT, "open_investigation")
    due = (AT + 2 * DAY).isoformat()
    asked_for = {"party": "merchant", "what": "report", "reason": "请举证", "due_at": due}
    take(played, "agent", case_id, AT, "request_evidence", **asked_for)
    Person.objects.filter(organisation_id=Case.objects.get(id=case_id).merchant_id).update(state="left")
    for hours in (25, 50, 80):
        pass_to(AT + timedelta(hours=hours))
    assert not {"complaint.default_warned", "complaint.default_found"} & set(said(case_id))


def test_a_breach_is_said_once_and_the_verdict_is_the_stop_not_the_poller(played: stage.Stage) -> None:
    case_id = owned(played)
    pass_to(AT + 2 * DAY)
    pass_to(AT + 2 * DAY + timedelta(minutes=1))
    breached = [e.data["clause"] for e in journal.entries_of(case_id) if e.event == "clock.breached"]
    assert breached.count("ISH-1.2.b.first") == 1
    take(played, "agent", case_id, AT + 3 * DAY, "send_message", text="我们已经看到并在核实")
    assert verdicts(case_id)["ISH-1.2.b.first"] == "late"


def test_findings_wait_for_open_requests(played: stage.Stage) -> None:
    case_id = owned(played)
    take(played, "agent", case_id, AT, "open_investigation")
    due = (AT + 2 * DAY).isoformat()
    take(
        played,
        "agent",
        case_id,
        AT,
        "request_evidence",
        party="merchant",
        what="report",
        reason="请举证",
        due_at=due,
    )
    with pytest.raises(Refusal) as refused:
        take(played, "agent", case_id, AT, "record_findings", result="substantiated", reason="属实")
    assert refused.value.error_code == "complaint.open_work"
    assert Case.objects.get(id=case_id).state == "investigating"


def test_what_the_marketplace_could_not_say_is_checked_when_it_answers(
    played: stage.Stage, settings: Any
) -> None:
    settings.MARKETPLACE = Config(adapter="http", url="http://127.0.0.1:9", key_id="k", secret="s")
    done = submit(played, order_number="NOT-KNOWN-YET")
    assert (done.state, dict(done.checks)["order_or_record"]) == ("received", "unknown")
    attend(at=AT)
    assert Case.objects.get(id=done.case_id).state == "received"
    record = {**played.orders[0], "number": "NOT-KNOWN-YET"}
    marketplace.take_orders(actor=PROGRAM, at=AT, batch=[record], source="import")
    attend(at=AT)
    assert Case.objects.get(id=done.case_id).state == "accepted"
