"""From after-sales to a complaint and back: nothing typed twice, both linked."""

from __future__ import annotations

from datetime import timedelta

from bihuan.accounts import queries as accounts
from bihuan.aftersales.models import Application
from bihuan.cases import opening
from bihuan.cases import queries as cases
from bihuan.complaints import actions as complaints
from bihuan.complaints import stage
from bihuan.complaints.actions import NewComplaint, NewItem
from bihuan.complaints.models import Complaint
from bihuan.evidence import queries as evidence

from .conftest import AT
from .play import apply, photo

LATE = AT + timedelta(days=18)


def test_an_application_becomes_a_complaint_with_its_words_lines_and_files(played: stage.Stage) -> None:
    case_id = apply(played, at=LATE, ground="quality", text="袖口开线", photos=1, pieces={2: 1}).case_id
    made = opening.open_as(flow="complaint", case_id=case_id, actor=played.who("consumer"), at=LATE)
    complaint = Complaint.objects.get(case_id=made.id)
    assert accounts.bodies([complaint.matter_text])[complaint.matter_text] == "袖口开线"
    assert (made.order_number, made.type, complaint.demand) == ("AS-1001", "quality", "return")
    assert [item.order_line for item in complaint.items.all()] == ["2"]
    assert len(evidence.items_of(made.id)) == 1
    assert [link.case.id for link in cases.links_of(played.who("consumer"), made.id)] == [case_id]


def test_a_complaint_becomes_an_application_and_only_once(played: stage.Stage) -> None:
    consumer = played.who("consumer")
    new = NewComplaint(
        channel="site",
        consumer_id=consumer.id,
        matter_text="大衣掉扣子",
        type="quality",
        demand="exchange",
        order_number="AS-1001",
        items=(NewItem(matter="quality", demand="exchange", order_line="1"),),
        evidence_ids=(photo(played, "consumer", AT),),
    )
    source = complaints.submit(actor=consumer, at=AT, new=new).case_id
    made = opening.open_as(flow="aftersales", case_id=source, actor=consumer, at=AT)
    application = Application.objects.get(case_id=made.id)
    assert (made.type, application.ground, made.state) == ("exchange", "quality", "deciding")
    assert [(line.number, line.quantity) for line in application.lines.all()] == [(1, 1)]
    assert len(application.materials["photo"]) == 1
    again = opening.open_as(flow="aftersales", case_id=source, actor=consumer, at=AT)
    assert again.id == made.id
