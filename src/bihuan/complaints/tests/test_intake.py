from __future__ import annotations

from datetime import datetime

import pytest

from bihuan.accounts import queries as accounts
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import stage
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.journal import queries as journal

from .play import submit


def test_complete_complaint_is_accepted_by_the_program(played: stage.Stage) -> None:
    done = submit(played)
    assert done.state == "accepted"
    assert dict(done.checks) == dict.fromkeys(
        ("party", "order_or_record", "matter", "demand", "evidence"), "pass"
    )
    events = [e.event for e in journal.entries_of(done.case_id)]
    assert events[0] == "complaint.received"
    assert events[-1] == "complaint.accepted"
    running = {s.clock.clause_id: s.clock.due_at for s in clocks.of(done.case_id) if s.clock.verdict is None}
    assert running["PCN-3.1.3.a"] == datetime.fromisoformat("2026-03-03T10:00:00+08:00")
    assert running["PCN-3.2.3"] == datetime.fromisoformat("2026-03-10T00:00:00+08:00")
    case = Case.objects.get(id=done.case_id)
    assert case.strictest_due_at == min(running.values())


def test_an_order_is_not_needed_to_be_heard(played: stage.Stage) -> None:
    done = submit(played, order_number="", party="victim")
    assert done.state == "accepted"
    assert dict(done.checks)["order_or_record"] == "pass"


def test_what_is_missing_is_asked_for_and_never_refused(played: stage.Stage) -> None:
    done = submit(played, files=0)
    assert (done.state, done.missing) == ("received", ("evidence",))


def test_personal_data_in_the_words_goes_to_the_vault(played: stage.Stage) -> None:
    done = submit(played, matter_text="水壶漏水，请打 13912345678 找我")
    text = Case.objects.get(id=done.case_id).complaint.matter_text
    assert "13912345678" not in accounts.bodies([text])[text]


def test_a_matter_without_words_is_not_registered(played: stage.Stage) -> None:
    with pytest.raises(Invalid) as refused:
        submit(played, matter_text="  ")
    assert (refused.value.clause, refused.value.data["field"]) == ("CRP-1.1.b", "matter_text")
    assert not Case.objects.exists()


def test_nobody_complains_for_another_without_being_registered(played: stage.Stage) -> None:
    consumers = list(played.consumers.values())
    other = next(c for c in consumers if c.id != played.who("consumer").id)
    with pytest.raises(NotAllowed):
        submit(played, consumer_id=other.id, representative_id=played.who("consumer").id, files=0)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("text", "type_", "severity"),
    [
        ("骑手太慢了", "delivery", "normal"),
        ("充电时起火，孩子受伤住院", "safety", "major"),
        ("急用的药品没有到", "other", "normal"),
    ],
)
def test_the_words_classify_and_the_basis_is_a_code(
    played: stage.Stage, text: str, type_: str, severity: str
) -> None:
    case = Case.objects.get(id=submit(played, matter_text=text, type="other").case_id)
    assert (case.type, case.severity) == (type_, severity)
