"""After-sales through its pages: applying with the rules beside, deciding, inspecting, confirming."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from bihuan.aftersales.models import Application
from bihuan.aftersales.stage import NUMBER
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.tests.test_pages_consumer import picture, signed_in
from bihuan.project.drain import drain

from .conftest import AT
from .play import ADDRESS, apply, photo, returned, state

pytestmark = pytest.mark.usefixtures("played")


def typed(**more: Any) -> dict[str, Any]:
    values = {
        "token": str(uuid4()),
        "order": NUMBER,
        "line": [f"{NUMBER}:2"],
        f"quantity:{NUMBER}:2": "1",
        "kind": "return",
        "ground": "no_reason",
        "text": "颜色不喜欢",
        "opened": "yes",
        "used": "no",
    }
    return {**values, **more}


def step(client: Client, site: str, case_id: UUID, name: str, **data: Any) -> Any:
    sent = client.post(f"/{site}/aftersales/{case_id}/steps/{name}", data)
    drain(at=AT)
    return sent


def test_the_form_shows_what_the_rules_say_before_it_is_sent(played: stage.Stage) -> None:
    shown = signed_in(played.who("consumer")).post("/aftersales/check", typed()).content.decode()
    assert "By the rules this is due to you." in shown
    assert "¥10.00" in shown  # coat and one shirt are kept: the reduction from 300 yuan is lost
    assert 'href="/rules/L-03"' in shown
    assert not Application.objects.exists()


def test_sent_it_is_a_case_of_the_consumer(played: stage.Stage) -> None:
    client = signed_in(played.who("consumer"))
    sent = client.post("/aftersales/new", typed())
    case = Case.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, f"/my/aftersales/{case.id}")
    assert list(case.aftersales.lines.values_list("number", "quantity")) == [(2, 1)]
    assert "Return of the goods" in client.get(f"/my/aftersales/{case.id}").content.decode()
    assert case.number in client.get("/my").content.decode()


def test_the_same_form_sent_twice_makes_one_application(played: stage.Stage) -> None:
    client, values = signed_in(played.who("consumer")), typed()
    for _ in range(2):
        assert client.post("/aftersales/new", values).status_code == 302
    assert Case.objects.count() == 1


def test_what_is_missing_is_said_at_its_field_and_nothing_is_stored(played: stage.Stage) -> None:
    sent = signed_in(played.who("consumer")).post("/aftersales/new", typed(kind="", line=[]))
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "Tick at least one of its goods." in page
    assert "颜色不喜欢" in page
    assert not Case.objects.exists()


def test_an_order_of_somebody_else_is_not_offered(played: stage.Stage) -> None:
    other = next(a for a in played.consumers.values() if a.id != played.who("consumer").id)
    sent = signed_in(other).post("/aftersales/new", typed())
    assert (sent.status_code, Case.objects.count()) == (422, 0)


def test_a_draft_is_kept_and_found_again(played: stage.Stage) -> None:
    client = signed_in(played.who("consumer"))
    assert client.post("/aftersales/draft", typed(text="晚点再寄")).status_code == 204
    assert "晚点再寄" in client.get("/aftersales/new").content.decode()


def test_from_approval_to_the_closed_loop_on_three_sites(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    merchant, consumer = signed_in(played.who("merchant")), signed_in(played.who("consumer"))
    step(merchant, "partner", case_id, "give_address", **ADDRESS)
    page = consumer.get(f"/my/aftersales/{case_id}").content.decode()
    assert ADDRESS["address"] in page
    step(consumer, "my", case_id, "send_back", carrier="顺丰速运", tracking_number="SF12345678")
    step(merchant, "partner", case_id, "receive")
    step(merchant, "partner", case_id, "inspect", **{"findings.1:1.finding": "intact"})
    assert state(case_id) == "fulfilled"
    assert "What you get back" in consumer.get(f"/my/aftersales/{case_id}").content.decode()
    step(consumer, "my", case_id, "confirm", score="5")
    assert state(case_id) == "closed"


def test_a_finding_against_the_consumer_needs_a_photo(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    merchant = signed_in(played.who("merchant"))
    worn = {"findings.1:1.finding": "worn", "findings.1:1.deduction": "20.00", "text": "有污渍"}
    refused = step(merchant, "partner", case_id, "inspect", **worn)
    assert refused.status_code == 422
    assert state(case_id) == "inspecting"
    step(merchant, "partner", case_id, "inspect", **worn, evidence_ids=picture())
    assert state(case_id) == "disputed"
    page = signed_in(played.who("consumer")).get(f"/my/aftersales/{case_id}").content.decode()
    assert "¥20.00" in page


def test_materials_are_given_by_what_the_files_show(played: stage.Stage) -> None:
    case_id = apply(played, ground="damaged_in_transit", pieces={1: 1}).case_id
    assert state(case_id) == "materials"
    given = str(photo(played, "consumer", AT))
    consumer = signed_in(played.who("consumer"))
    missing = Application.objects.get(case_id=case_id).missing
    step(consumer, "my", case_id, "give_materials", materials_given=missing, kept_files=[given])
    assert state(case_id) != "materials"


def test_the_desk_sees_rules_goods_and_next_step_in_one_look(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    page = signed_in(played.who("supervisor")).get(f"/desk/aftersales/{case_id}").content.decode()
    for words in ("What the rules say", "羊毛大衣", "Clocks", f"/desk/aftersales/{case_id}/steps/"):
        assert words in page
    inbox = signed_in(played.who("supervisor")).get("/desk?owner=all").content.decode()
    assert f"/desk/aftersales/{case_id}" in inbox


def test_the_desk_registers_for_the_buyer_of_an_order(played: stage.Stage) -> None:
    agent = signed_in(played.who("agent"))
    assert "羊毛大衣" in agent.get(f"/desk/aftersales/new?order={NUMBER}").content.decode()
    sent = agent.post("/desk/aftersales/new", typed(channel="telephone"))
    case = Case.objects.get()
    assert (sent.status_code, case.channel, case.consumer_id) == (302, "telephone", played.who("consumer").id)


def test_everybody_has_their_own_page_and_no_other(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    consumer, merchant = signed_in(played.who("consumer")), signed_in(played.who("merchant"))
    other = next(a for a in played.consumers.values() if a.id != played.who("consumer").id)
    assert consumer.get(f"/desk/aftersales/{case_id}").status_code == 404
    assert merchant.get(f"/my/aftersales/{case_id}").status_code == 404
    assert signed_in(other).get(f"/my/aftersales/{case_id}").status_code == 404
    assert merchant.get(f"/partner/aftersales/{case_id}").status_code == 200
    assert merchant.get("/partner/aftersales?shown=open").status_code == 200


def test_a_complaint_opens_from_it_with_nothing_typed_twice(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    client = signed_in(played.who("consumer"))
    opened = client.post(f"/cases/{case_id}/open/complaint")
    complaint = Case.objects.get(flow="complaint")
    assert opened["Location"] == f"/my/{complaint.id}"
    assert complaint.order_number == NUMBER
    assert client.post(f"/cases/{case_id}/open/complaint")["Location"] == f"/my/{complaint.id}"
    for address in (f"/my/{complaint.id}", f"/my/aftersales/{case_id}"):
        page = client.get(address).content.decode()
        assert Case.objects.get(id=case_id).number in page
        assert complaint.number in page


def test_number_and_code_lead_to_the_case_of_any_kind(played: stage.Stage) -> None:
    done = apply(played)
    sent = Client().post("/follow", {"number": done.number, "code": done.code})
    assert sent["Location"] == f"/my/aftersales/{done.case_id}"


def test_it_is_part_of_everything_that_is_kept_of_the_consumer(played: stage.Stage) -> None:
    made = apply(played)
    client = signed_in(played.who("consumer"))
    (kept,) = client.get("/my/data/export?form=json").json()["cases"]
    assert (kept["number"], kept["flow"], kept["type"]) == (made.number, "aftersales", "return")
    assert (kept["text"], kept["page"]) == ("颜色不喜欢", f"/my/aftersales/{made.case_id}")
    page = client.get("/my/data/export").content.decode()
    assert made.number in page
    assert "颜色不喜欢" in page


def test_the_consumer_reads_whose_date_it_is(played: stage.Stage) -> None:
    """A green case is taken up within half an hour; the consumer has a week for what is missing."""
    made = apply(played, ground="quality", text="给独居老人买的，坏了")
    case = Case.objects.get(id=made.case_id)
    assert (case.state, case.strictest_clause) == ("materials", "PCN-2.3.4.b")
    page = signed_in(played.who("consumer")).get(f"/my/aftersales/{made.case_id}").content.decode()
    assert "until Mar 9, 24:00" in page
    assert "minutes left" not in signed_in(played.who("consumer")).get("/my").content.decode()
