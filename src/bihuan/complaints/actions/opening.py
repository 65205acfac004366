"""A complaint opened from a case of another flow: what is known there is not asked for again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.cases.kinds import Story
from bihuan.cases.models import Case
from bihuan.complaints import rules
from bihuan.complaints.actions.intake import NewComplaint, NewItem, submit
from bihuan.complaints.models import Complaint
from bihuan.journal.actor import Actor


def open_from(*, source: Case, story: Story, actor: Actor, at: datetime) -> UUID:
    """Submit a complaint about what another case is about; gives its id. Raises as ``submit`` does."""
    kind = story.type if story.type in rules.COMPLAINT_TYPES else "other"
    demand = story.demand if story.demand in rules.COMPLAINT_DEMANDS else "other"
    new = NewComplaint(
        channel=source.channel if source.channel in rules.CHANNELS else "site",
        consumer_id=source.consumer_id,
        representative_id=source.representative_id,
        matter_text=story.matter,
        type=kind,
        demand=demand,
        demand_text=story.demand_text,
        demand_amount=story.amount,
        order_number=source.order_number,
        items=tuple(NewItem(matter=kind, demand=demand, order_line=str(line)) for line in story.lines),
        opened_from=source.id,
    )
    return submit(actor=actor, at=at, new=new).case_id


def story(case_id: UUID) -> Story:
    """A complaint as another flow takes it over."""
    complaint = Complaint.objects.select_related("case").prefetch_related("items").get(case_id=case_id)
    ids = [text for text in (complaint.matter_text, complaint.demand_text) if text is not None]
    bodies = accounts.bodies(ids)
    return Story(
        matter=bodies.get(complaint.matter_text, ""),
        type=complaint.case.type,
        demand=complaint.demand,
        demand_text=bodies.get(complaint.demand_text, "") if complaint.demand_text else "",
        amount=complaint.demand_amount,
        lines=tuple(int(i.order_line) for i in complaint.items.all() if i.order_line.isdigit()),
    )
