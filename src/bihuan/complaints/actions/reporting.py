"""Reports of violations from anyone (PCN-3.1.1.b): a case of its own type, with no order and no name needed.

The case file, its steps and its clocks are those of a complaint: registered at once with a number, examined
as an investigation, ended with a decision (a measure, or none) whose result is told. The reporter asks for
nothing for themselves, so the conditions of acceptance ask neither account nor order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as people
from bihuan.accounts.actions import ConsumerFacts
from bihuan.complaints import rules
from bihuan.complaints.actions.intake import NewComplaint, NewItem, Submitted, submit
from bihuan.journal.actor import Actor

DEMAND = "examination"
_UNNAMED = "unnamed-report"


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """What a door collected. ``reporter_id`` from ``unnamed_reporter`` where somebody gives no name."""

    channel: str
    reporter_id: UUID
    matter_text: str
    about: str
    named: bool = True
    order_number: str = ""
    happened_at: datetime | None = None
    evidence_ids: tuple[UUID, ...] = field(default_factory=tuple)


def report(*, actor: Actor, at: datetime, new: NewReport, received_at: datetime | None = None) -> Submitted:
    """Register a report; number and code follow it. Raises NotAllowed, Invalid."""
    rules.known("about", new.about, rules.REPORTED)
    made = NewComplaint(
        channel=new.channel,
        consumer_id=new.reporter_id,
        matter_text=new.matter_text,
        type=rules.VIOLATION,
        demand=DEMAND,
        happened_at=new.happened_at,
        order_number=new.order_number,
        party="reporter",
        items=(NewItem(matter=rules.VIOLATION, demand=DEMAND),),
        evidence_ids=new.evidence_ids,
        about=new.about,
        named=new.named,
    )
    return submit(actor=actor, at=at, new=made, received_at=received_at)


def unnamed_reporter(*, actor: Actor, at: datetime) -> Actor:
    """Somebody of whom nothing is known: they read answers with number and code only."""
    facts = ConsumerFacts(external_ref=f"{_UNNAMED}-{uuid4()}")
    made = accounts.ensure_consumer(facts=facts, actor=actor, at=at)
    return people.actor_by_id(made.person_id, at=at)
