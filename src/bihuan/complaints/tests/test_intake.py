from __future__ import annotations

from datetime import datetime

from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import actions, stage
from bihuan.complaints.actions import NewComplaint
from bihuan.journal import queries as journal

from .conftest import AT


def new(played: stage.Stage, **more: object) -> NewComplaint:
    order = played.orders[0]
    values = {
        "channel": "site",
        "consumer_id": played.consumers[order["buyer"]["ref"]].id,
        "matter_text": "收到的水壶漏水",
        "type": "quality",
        "demand": "refund",
        "order_number": order["number"],
    }
    return NewComplaint(**{**values, **more})


def submit(played: stage.Stage, **more: object) -> actions.Submitted:
    consumer = played.who("consumer")
    files = (stage.photo(consumer, at=AT),)
    return actions.submit(actor=consumer, at=AT, new=new(played, **{"evidence_ids": files, **more}))


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
