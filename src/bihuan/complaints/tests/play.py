"""Short words for tests: submit a case, bring it somewhere, let time pass with its jobs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bihuan.clocks import queries as clocks
from bihuan.clocks.firing import fire_due
from bihuan.complaints import actions, stage, steps
from bihuan.complaints.actions import NewComplaint
from bihuan.complaints.jobs import attend
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.project.drain import drain

from .conftest import AT


def new(played: stage.Stage, **more: Any) -> NewComplaint:
    order = played.orders[0]
    values: dict[str, Any] = {
        "channel": "site",
        "consumer_id": played.who("consumer").id,
        "matter_text": "收到的水壶漏水",
        "type": "quality",
        "demand": "refund",
        "order_number": order["number"],
    }
    return NewComplaint(**{**values, **more})


def submit(played: stage.Stage, *, at: datetime = AT, files: int = 1, **more: Any) -> actions.Submitted:
    consumer = played.who("consumer")
    photos = tuple(stage.photo(consumer, at=at, shade=n) for n in range(files))
    return actions.submit(actor=consumer, at=at, new=new(played, evidence_ids=photos, **more))


def asked_of_merchant(played: stage.Stage, matter_text: str) -> UUID:
    """A complaint against the stage's merchant of which a statement is asked."""
    agent = played.who("agent")
    case_id = submit(played, matter_text=matter_text).case_id
    actions.take(case_id=case_id, actor=agent, at=AT)
    actions.request_evidence(
        case_id=case_id,
        actor=agent,
        at=AT,
        party="merchant",
        what="inspection_report",
        reason="请提供检验报告",
        due_at=AT + timedelta(days=3),
    )
    return case_id


def pass_to(at: datetime) -> None:
    """Let the time be that, and everything happen that is due then."""
    time.set_drill_time(at)
    drain(at=at)
    while fire_due(at=at).rows:
        drain(at=at)
    attend(at=at)
    drain(at=at)


def take(played: stage.Stage, who: str, case_id: UUID, at: datetime, step: str, **data: Any) -> Any:
    time.set_drill_time(at)
    result = steps.take(name=step, case_id=case_id, actor=played.who(who), at=at, data=data)
    drain(at=at)
    return result


def owned(played: stage.Stage, **more: Any) -> UUID:
    """An accepted case of the agent's."""
    case_id = submit(played, **more).case_id
    drain(at=AT)
    take(played, "supervisor", case_id, AT, "assign", owner_id=str(played.who("agent").id))
    return case_id


def verdicts(case_id: UUID) -> dict[str, str | None]:
    return {s.clock.clause_id: s.clock.verdict for s in clocks.of(case_id)}


def said(case_id: UUID) -> list[str]:
    return [e.event for e in journal.entries_of(case_id)]
