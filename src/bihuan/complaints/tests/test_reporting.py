"""Reports of violations (PCN-3.1.1.b): from anybody, without order or name, with number, code and result."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.models import Person
from bihuan.cases.models import Case
from bihuan.complaints import actions, stage
from bihuan.complaints.actions import NewReport
from bihuan.engine.errors import Invalid
from bihuan.evidence.models import Item
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM
from bihuan.project.drain import drain

from .conftest import AT
from .play import new, take
from .test_pages_consumer import picture, signed_in

SEEN = {"token": "r-1", "about": "merchant", "matter_text": "某店铺出售无厂名厂址的电热毯"}


def reported(played: stage.Stage, **more: Any) -> Case:
    reporter = actions.unnamed_reporter(actor=PROGRAM, at=AT)
    values: dict[str, Any] = {
        "channel": "site",
        "reporter_id": reporter.id,
        "named": False,
        "matter_text": "某店铺出售无厂名厂址的电热毯",
        "about": "merchant",
        "evidence_ids": (stage.photo(reporter, at=AT),),
    }
    done = actions.report(actor=reporter, at=AT, new=NewReport(**{**values, **more}))
    return Case.objects.get(id=done.case_id)


def test_anybody_reports_and_follows_with_number_and_code(played: stage.Stage, client: Client) -> None:
    answer = client.post("/report", {**SEEN, "photos": [picture()]})
    assert answer["Location"] == "/report/received"
    case = Case.objects.get()
    assert (case.type, case.state, case.order_number, case.merchant_id) == ("violation", "accepted", "", None)
    page = client.get("/report/received").content.decode()
    code = re.findall(r'bh-code">([0-9A-F]{8})<', page)[0]
    assert case.number in page
    assert client.post("/follow", {"number": case.number, "code": code})["Location"] == f"/my/{case.id}"
    assert "电热毯" in client.get(f"/my/{case.id}").content.decode()


def test_it_says_that_it_is_a_report_and_who_is_meant(played: stage.Stage) -> None:
    case = reported(played)
    said = next(e for e in journal.entries_of(case.id) if e.event == "complaint.reported")
    assert said.data == {"about": "merchant", "named": False}


def test_without_files_a_person_looks_and_nobody_is_refused(played: stage.Stage, client: Client) -> None:
    client.post("/report", SEEN)
    assert Case.objects.get().state == "received"


def test_what_is_missing_is_said_and_nobody_is_written_down(played: stage.Stage, client: Client) -> None:
    before = Person.objects.count()
    answer = client.post("/report", {**SEEN, "about": "", "matter_text": " "})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="error-about"' in page
    assert 'id="error-matter_text"' in page
    assert (Person.objects.count(), Case.objects.count()) == (before, 0)


def test_a_refused_file_leaves_nothing_behind(played: stage.Stage, client: Client) -> None:
    before = Person.objects.count()
    bad = picture()
    bad.file.seek(0)
    bad.file.truncate(20)
    assert client.post("/report", {**SEEN, "photos": [bad]}).status_code >= 400
    assert (Person.objects.count(), Case.objects.count(), Item.objects.count()) == (before, 0, 0)


def test_the_same_form_sent_twice_makes_one_report(played: stage.Stage, client: Client) -> None:
    client.post("/report", SEEN)
    client.post("/report", SEEN)
    assert Case.objects.count() == 1


def test_somebody_signed_in_finds_it_among_their_cases(played: stage.Stage) -> None:
    client = signed_in(played.who("consumer"))
    client.post("/report", SEEN)
    case = Case.objects.get()
    assert case.consumer_id == played.who("consumer").id
    assert case.number in client.get("/my").content.decode()


def test_staff_report_without_their_account(played: stage.Stage) -> None:
    client = signed_in(played.who("agent"))
    client.post("/report", SEEN)
    assert Case.objects.get().consumer_id != played.who("agent").id
    assert client.get("/report/received").status_code == 200


def test_the_desk_registers_one_without_a_number(played: stage.Stage) -> None:
    client = signed_in(played.who("agent"))
    assert client.get("/desk/new/report").status_code == 200
    form = {"channel": "telephone", "about": "staff", "matter_text": "骑手在楼道里丢弃餐盒"}
    answer = client.post("/desk/new/report", form)
    assert answer.status_code == 201
    case = Case.objects.get()
    assert (case.type, case.channel) == ("violation", "telephone")
    assert case.number in answer.content.decode()
    assert client.post("/desk/new/report", {**form, "channel": "x"}).status_code == 422
    assert signed_in(played.who("merchant")).get("/desk/new/report").status_code == 403


def test_it_is_examined_and_ends_with_a_result(played: stage.Stage) -> None:
    case_id = reported(played).id
    drain(at=AT)
    take(played, "supervisor", case_id, AT, "assign", owner_id=str(played.who("agent").id))
    take(played, "agent", case_id, AT, "open_investigation")
    liable = {"party": "merchant", "ground": "no_maker_named", "reason": "商品由该店铺出售"}
    take(played, "agent", case_id, AT, "decide_liability", **liable)
    take(played, "agent", case_id, AT, "record_findings", result="substantiated", reason="页面无厂名厂址")
    decided = {"outcome": "upheld", "kind": "measure", "amount": 0, "article": "", "reason": "商品下架"}
    take(played, "agent", case_id, AT, "decide", **decided)
    remedy = Case.objects.get(id=case_id).complaint.remedies.get()
    take(played, "agent", case_id, AT, "execute", remedy_id=str(remedy.id), reference="下架通知 1")
    take(played, "agent", case_id, AT, "handle")
    take(played, "agent", case_id, AT, "tell_result", reason="商品已下架", corrective="同类商品已核对")
    assert Case.objects.get(id=case_id).state == "told"


def test_a_merchant_does_not_see_who_reports_it(played: stage.Stage) -> None:
    case = reported(played, order_number="")
    assert signed_in(played.who("merchant")).get(f"/partner/{case.id}").status_code == 404


def test_a_buyers_complaint_is_no_report(played: stage.Stage) -> None:
    with pytest.raises(Invalid) as refused:
        actions.submit(actor=played.who("consumer"), at=AT, new=new(played, type="violation"))
    assert refused.value.clause == "PCN-3.1.1.b"
    assert not Case.objects.exists()
