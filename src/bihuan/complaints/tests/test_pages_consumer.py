"""The consumer's site: submit, follow, answer; what is wrong keeps what was typed and stores nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import CASE_KEY
from bihuan.cases.models import Case
from bihuan.complaints import actions, stage
from bihuan.complaints.models import Complaint
from bihuan.evidence.models import Item
from bihuan.journal.actor import Actor

from .conftest import AT


def signed_in(actor: Actor) -> Client:
    """A client with a session of the person, in English."""
    client, person = Client(), accounts.person_by_id(actor.id)
    session = client.session
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
        str(person.id),
        "bihuan.accounts.backends.PersonBackend",
    )
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def picture() -> SimpleUploadedFile:
    body = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 60, 60)).save(body, "JPEG")
    return SimpleUploadedFile("水壶.jpg", body.getvalue(), content_type="image/jpeg")


def filled(played: stage.Stage, **more: Any) -> dict[str, Any]:
    order = played.orders[0]
    values = {
        "token": str(uuid4()),
        "order": order["number"],
        "line": [f"{order['number']}:1"],
        f"demand:{order['number']}:1": "exchange",
        f"amount:{order['number']}:1": "12.50",
        "party": "buyer",
        "type": "quality",
        "matter_text": "水壶漏水，打电话13912345678没人理",
        "demand": "refund",
        "demand_amount": "1,280.5",
        "happened_on": "2026-03-01",
        "photos": [picture()],
    }
    return {**values, **more}


@pytest.fixture
def consumer(played: stage.Stage) -> Client:
    return signed_in(played.who("consumer"))


@pytest.fixture
def accepted(played: stage.Stage) -> actions.Submitted:
    """A complaint of the stage's consumer that the program accepted."""
    actor, order = played.who("consumer"), played.orders[0]
    new = actions.NewComplaint(
        channel="site",
        consumer_id=actor.id,
        matter_text="水壶漏水",
        type="quality",
        demand="refund",
        order_number=order["number"],
        evidence_ids=(stage.photo(actor, at=AT),),
    )
    return actions.submit(actor=actor, at=AT, new=new)


def investigated(played: stage.Stage, case_id: UUID) -> None:
    """The desk has taken the case and found out what happened."""
    asked = {"case_id": case_id, "actor": played.who("agent"), "at": AT}
    if Case.objects.get(id=case_id).owner_id is None:
        actions.take(**asked)
    actions.open_investigation(**asked)
    actions.decide_liability(**asked, party="merchant", ground="product_quality", reason="照片显示壶底开裂")
    actions.record_findings(**asked, result="substantiated", reason="核对照片后属实")


def settled(played: stage.Stage, done: actions.Submitted) -> UUID:
    """An offer of the desk that waits for the consumer."""
    agent = played.who("agent")
    investigated(played, done.case_id)
    made = actions.offer(
        case_id=done.case_id, actor=agent, at=AT, kind="refund", amount=8800, text="为您办理退款，三日内到账"
    )
    return made.id


def test_submitting_makes_an_accepted_case_and_shows_number_and_code(
    played: stage.Stage, consumer: Client
) -> None:
    answer = consumer.post("/complain", filled(played))
    assert answer.status_code == 302
    found = Complaint.objects.select_related("case").get()
    assert (found.case.state, found.demand, found.demand_amount) == ("accepted", "refund", 128050)
    item = found.items.get()
    assert (item.order_line, item.matter, item.demand, item.amount) == ("1", "quality", "exchange", 1250)
    page = consumer.get(answer["Location"]).content.decode()
    assert found.case.number in page
    assert re.search(r">[0-9A-F]{8}<", page)
    assert "13912345678" not in page


def test_what_is_wrong_is_said_at_each_field_and_nothing_typed_is_lost(
    played: stage.Stage, consumer: Client
) -> None:
    wrong = filled(played, matter_text=" ", type="", demand_amount="12,5,x", happened_on="2026-03-09")
    answer = consumer.post("/complain", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Case.objects.exists()
    for name in ("matter_text", "type", "demand_amount", "happened_on"):
        assert f'id="error-{name}"' in page
    assert 'value="12,5,x"' in page
    assert 'value="2026-03-09"' in page
    assert re.search(r'name="kept_files" value="[0-9a-f-]{36}" checked', page)
    assert re.search(rf'name="order" value="{played.orders[0]["number"]}" checked', page)


def test_the_kept_file_goes_with_the_corrected_form(played: stage.Stage, consumer: Client) -> None:
    consumer.post("/complain", filled(played, type=""))
    kept = str(Item.objects.get(subject_id=None).id)
    consumer.post("/complain", filled(played, photos=[], kept_files=[kept]))
    assert Item.objects.get(id=kept).subject_id == Case.objects.get().id


def test_a_file_of_an_unknown_kind_is_refused_and_stores_nothing(
    played: stage.Stage, consumer: Client
) -> None:
    bad = SimpleUploadedFile("x.exe", b"MZ\x90\x00" * 30, content_type="image/jpeg")
    answer = consumer.post("/complain", filled(played, photos=[bad]))
    assert answer.status_code == 422
    assert 'id="error-photos"' in answer.content.decode()
    assert not Case.objects.exists()
    assert not Item.objects.exists()


def test_missing_conditions_lead_to_no_refusal(played: stage.Stage, consumer: Client) -> None:
    answer = consumer.post("/complain", filled(played, order="other", order_number="", line=[], photos=[]))
    assert answer.status_code == 302
    assert Case.objects.get().state == "received"
    page = consumer.get(answer["Location"]).content.decode()
    assert "This is no refusal" in page


def test_the_same_form_sent_twice_makes_one_complaint(played: stage.Stage, consumer: Client) -> None:
    form = filled(played)
    first, again = consumer.post("/complain", form), consumer.post("/complain", form)
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == 1


def test_somebody_elses_order_is_taken_as_a_typed_number_only(played: stage.Stage, consumer: Client) -> None:
    mine = played.orders[0]["buyer"]["ref"]
    other = next(o for o in played.orders if o["buyer"]["ref"] != mine)["number"]
    page = consumer.post("/complain", filled(played, order=other, line=[], type="")).content.decode()
    assert other not in page


def test_without_sign_in_the_way_is_shown(client: Client, played: stage.Stage) -> None:
    assert client.get("/complain").status_code == 200
    page = client.get("/complain/start", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "/sign-in/phone?next=/complain" in page.content.decode()
    assert client.get("/my")["Location"] == "/follow?next=%2Fmy"


def test_number_and_code_open_that_case_alone(
    played: stage.Stage, accepted: actions.Submitted, client: Client
) -> None:
    other = actions.submit(
        actor=played.who("consumer"),
        at=AT,
        new=actions.NewComplaint(
            channel="site",
            consumer_id=played.who("consumer").id,
            matter_text="少发一件",
            type="delivery",
            demand="resend",
        ),
    )
    answer = client.post("/follow", {"number": accepted.number.lower(), "code": accepted.code.lower()})
    assert answer["Location"] == f"/my/{accepted.case_id}"
    assert client.session[CASE_KEY] == str(accepted.case_id)
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(f"/my/{other.case_id}").status_code == 404
    assert other.number not in client.get("/my").content.decode()
    assert client.get("/complain")["Location"] == "/complain/start"
    refused = client.post("/complain", filled(played))
    assert refused["Location"] == "/complain/start"
    assert Case.objects.count() == 2


def test_wrong_number_and_wrong_code_are_answered_alike(
    played: stage.Stage, accepted: actions.Submitted, client: Client
) -> None:
    pages = []
    for number, code in ((accepted.number, "00000000"), ("BH260399999999", accepted.code)):
        answer = client.post("/follow", {"number": number, "code": code})
        assert answer.status_code == 404
        pages.append(re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode()))
    assert pages[0] == pages[1]
    assert CASE_KEY not in client.session


def test_guessing_codes_is_slowed_down(
    played: stage.Stage, accepted: actions.Submitted, client: Client
) -> None:
    for _ in range(10):
        assert client.post("/follow", {"number": accepted.number, "code": "A"}).status_code == 404
    last = client.post("/follow", {"number": accepted.number, "code": accepted.code})
    assert last.status_code == 429
    assert CASE_KEY not in client.session


def test_another_consumers_case_is_not_there(played: stage.Stage, accepted: actions.Submitted) -> None:
    stranger = next(a for a in played.consumers.values() if a.id != played.who("consumer").id)
    client = signed_in(stranger)
    for path in (
        f"/my/{accepted.case_id}",
        f"/complain/{accepted.case_id}/received",
        f"/my/{accepted.case_id}/steps/write",
    ):
        assert client.get(path).status_code == 404
    answer = client.post(f"/my/{accepted.case_id}/steps/withdraw", {})
    assert answer.status_code == 404
    assert Case.objects.get().state == "accepted"
    assert accepted.number not in client.get("/my").content.decode()


def test_staff_and_merchants_find_nothing_here(played: stage.Stage, accepted: actions.Submitted) -> None:
    for part in ("agent", "merchant"):
        client = signed_in(played.who(part))
        assert client.get("/complain").status_code == 404
        assert client.get(f"/my/{accepted.case_id}").status_code == 404


def test_the_way_tells_done_and_promised(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    page = consumer.get(f"/my/{accepted.case_id}").content.decode()
    assert "By Mar 5, 10:00 at the latest: everything that we owe you is on its way" in page
    assert "ISH-1.2.b.solved" in page
    assert "Nothing is asked of you now." in page


def test_a_held_offer_is_not_seen_an_approved_one_is_first(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    agent = played.who("agent")
    investigated(played, accepted.case_id)
    held = actions.offer(
        case_id=accepted.case_id,
        actor=agent,
        at=AT,
        kind="refund",
        amount=50_000_00,
        text="全额退款并承担运费",
    )
    assert held.state == "held"
    page = consumer.get(f"/my/{accepted.case_id}").content.decode()
    assert "50,000.00" not in page
    assert "5000000" not in page
    actions.approve_offer(case_id=accepted.case_id, actor=played.who("manager"), at=AT, offer_id=held.id)
    assert "50,000.00" in consumer.get(f"/my/{accepted.case_id}").content.decode()


def test_accepting_an_offer(played: stage.Stage, accepted: actions.Submitted, consumer: Client) -> None:
    offer_id = settled(played, accepted)
    assert "Yes, accept" in consumer.get(f"/my/{accepted.case_id}").content.decode()
    answer = consumer.post(f"/my/{accepted.case_id}/steps/accept_offer", {"offer_id": str(offer_id)})
    assert answer["Location"] == f"/my/{accepted.case_id}"
    assert Case.objects.get().state == "executing"
    assert Complaint.objects.get().remedies.get().amount == 8800


def test_an_unreadable_counter_keeps_what_was_typed(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    offer_id = settled(played, accepted)
    typed = {
        "offer_id": str(offer_id),
        "kind": "refund",
        "amount": "一百",
        "text": "请退一百元，东西完全不能用",
    }
    answer = consumer.post(f"/my/{accepted.case_id}/steps/counter", typed)
    assert answer.status_code == 422
    assert 'value="一百"' in answer.content.decode()
    assert typed["text"] in answer.content.decode()
    assert Complaint.objects.get().offers.count() == 1


def test_evidence_asked_of_the_consumer_stands_first_and_is_answered(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    agent = played.who("agent")
    actions.take(case_id=accepted.case_id, actor=agent, at=AT)
    request = actions.request_evidence(
        case_id=accepted.case_id,
        actor=agent,
        at=AT,
        party="consumer",
        what="invoice",
        reason="请提供发票",
        due_at=AT + timedelta(days=3),
    )
    page = consumer.get(f"/my/{accepted.case_id}").content.decode()
    assert page.index("请提供发票") < page.index("How far it is")
    typed = {"request_id": str(request), "reason": "发票见附件", "evidence_ids": [picture()]}
    consumer.post(f"/my/{accepted.case_id}/steps/answer_evidence", typed)
    assert Complaint.objects.get().evidence_requests.get().answered_at == AT
    assert Item.objects.filter(subject_id=accepted.case_id).count() == 2


def test_a_message_reaches_the_desk(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    consumer.post(f"/my/{accepted.case_id}/steps/write", {"text": "请问什么时候有结果"})
    assert "请问什么时候有结果" in consumer.get(f"/my/{accepted.case_id}").content.decode()


def test_withdrawing_asks_first(played: stage.Stage, accepted: actions.Submitted, consumer: Client) -> None:
    page = consumer.get(f"/my/{accepted.case_id}/steps/withdraw").content.decode()
    assert "The complaint ends here" in page
    assert Case.objects.get().state == "accepted"
    consumer.post(f"/my/{accepted.case_id}/steps/withdraw", {})
    assert Case.objects.get().state == "withdrawn"


def test_a_step_of_the_desk_is_not_there(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    answer = consumer.post(f"/my/{accepted.case_id}/steps/open_investigation", {"first_step": "interview"})
    assert answer.status_code == 404
    assert Case.objects.get().state == "accepted"


def test_the_list_says_where_an_offer_waits_for_an_answer(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    assert "You are asked for something" not in consumer.get("/my").content.decode()
    settled(played, accepted)
    assert "You are asked for something" in consumer.get("/my").content.decode()


def test_ones_own_proposal_is_said_to_wait_for_the_other_side(
    played: stage.Stage, accepted: actions.Submitted, consumer: Client
) -> None:
    offer_id = settled(played, accepted)
    actions.counter(
        case_id=accepted.case_id, actor=played.who("consumer"), at=AT, offer_id=offer_id, kind="refund",
        amount=9900, text="请退九十九元",
    )  # fmt: skip
    page = consumer.get(f"/my/{accepted.case_id}").content.decode()
    assert "Your proposal is with the other side" in page
