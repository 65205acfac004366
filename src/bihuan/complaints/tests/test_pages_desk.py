"""The service desk: what the case shows, steps taken and refused. The inbox is tested in bihuan/desk."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.models import Liability, Offer
from bihuan.conversations.models import Draft, Message

from .conftest import AT
from .play import owned, said, take
from .test_pages_consumer import signed_in

HX = {"HX-Request": "true"}


@pytest.fixture
def case_id(played: stage.Stage) -> UUID:
    return owned(played)


@pytest.fixture
def desk(played: stage.Stage) -> Client:
    client = signed_in(played.who("agent"))
    client.cookies["django_language"] = "en"
    return client


def test_case_page_says_who_what_when_why_and_what_next(desk: Client, case_id: UUID) -> None:
    page = desk.get(f"/desk/{case_id}").content.decode()
    for words in (
        "收到的水壶漏水",
        "客服 小陈",
        "PCN-3.2.3",
        f"/desk/{case_id}/steps/open_investigation",
        "Until when",
    ):
        assert words in page
    assert "style=" not in page
    assert "<script>" not in page


def test_other_people_s_cases_are_not_there(played: stage.Stage, case_id: UUID) -> None:
    for part in ("consumer", "merchant", "counsel", "officer"):
        client = signed_in(played.who(part))
        assert client.get(f"/desk/{case_id}").status_code == 404, part
        assert client.post(f"/desk/{case_id}/steps/hand_over", {"reason": "x"}).status_code == 404, part
    assert signed_in(played.who("agent")).get(f"/desk/{uuid4()}").status_code == 404


def test_a_step_is_taken_and_leads_back(desk: Client, case_id: UUID) -> None:
    answer = desk.post(f"/desk/{case_id}/steps/open_investigation", {"first_step": "draw_records"})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/{case_id}")
    assert Case.objects.get(id=case_id).state == "investigating"
    assert desk.post(f"/desk/{case_id}/steps/draw_records", headers=HX)["HX-Redirect"] == f"/desk/{case_id}"


def test_a_refusal_keeps_what_was_typed_and_names_the_clause(desk: Client, case_id: UUID) -> None:
    before = said(case_id)
    answer = desk.post(
        f"/desk/{case_id}/steps/record_findings", {"result": "partly", "reason": "核对照片后属实"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "核对照片后属实" in page
    assert 'value="partly" selected' in page
    assert 'href="/rules/PCN-3.2.3"' in page
    assert said(case_id) == before


def test_a_sum_that_is_none_is_told_at_its_field(played: stage.Stage, desk: Client, case_id: UUID) -> None:
    _to_settling(played, case_id)
    typed = {"kind": "refund", "amount": "一百", "text": "全额退款，原路退回"}
    answer = desk.post(f"/desk/{case_id}/steps/offer", typed, headers=HX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="error-amount"' in page
    assert 'value="一百"' in page
    assert "全额退款，原路退回" in page
    assert not Offer.objects.exists()


def test_yuan_become_fen(played: stage.Stage, desk: Client, case_id: UUID) -> None:
    _to_settling(played, case_id)
    desk.post(
        f"/desk/{case_id}/steps/offer", {"kind": "refund", "amount": "1,28.5", "text": "退款一百二十八元五角"}
    )
    assert Offer.objects.get().amount == 12850


def test_shares_are_read_from_their_table(desk: Client, case_id: UUID) -> None:
    typed = {
        "party": "shared",
        "ground": "transport_damage",
        "reason": "包装与运输均有问题",
        "shares.merchant": "70",
        "shares.third_party": "30",
    }
    assert desk.post(f"/desk/{case_id}/steps/decide_liability", typed).status_code == 302
    assert Liability.objects.get().shares == {"merchant": 70, "third_party": 30}


def test_an_unknown_step_is_not_there(desk: Client, case_id: UUID) -> None:
    assert desk.get(f"/desk/{case_id}/steps/nonsense").status_code == 404


def test_answer_and_note_have_drafts_of_their_own(played: stage.Stage, desk: Client, case_id: UUID) -> None:
    for audience, text in (("consumer", "写了一半的答复"), ("internal", "写了一半的备注")):
        assert desk.post(f"/desk/{case_id}/draft", {"audience": audience, "text": text}).status_code == 200
    page = desk.get(f"/desk/{case_id}").content.decode()
    assert "写了一半的答复</textarea>" in page
    assert "写了一半的备注</textarea>" in page
    desk.post(f"/desk/{case_id}/steps/send_message", {"audience": "internal", "text": "请品控看一下批次"})
    assert Draft.objects.get().audience == "consumer"
    assert Message.objects.get().thread.audience == "internal"


def test_explanation_of_a_clock_and_only_of_this_case(
    played: stage.Stage, desk: Client, case_id: UUID
) -> None:
    page = desk.get(f"/desk/{case_id}").content.decode()
    path = "/clocks/" + page.split('href="/clocks/')[1].split('"')[0]
    assert "The clause with source and examples" in desk.get(path).content.decode()
    assert desk.get(f"/clocks/{case_id}/{uuid4()}").status_code == 404
    assert signed_in(played.who("counsel")).get(path).status_code == 404


def test_registered_at_the_desk_it_gets_number_code_and_clocks(desk: Client) -> None:
    typed = {
        "channel": "telephone",
        "phone": "13700001234",
        "matter_text": "门店自提时被要求加钱",
        "type": "price",
        "demand": "refund",
        "demand_amount": "30",
    }
    answer = desk.post("/desk/new", typed)
    case = Case.objects.get()
    assert answer.status_code == 201
    assert case.number in answer.content.decode()
    assert (case.channel, case.complaint.demand_amount) == ("telephone", 3000)


def test_a_bad_registration_keeps_the_input_and_stores_nothing(desk: Client) -> None:
    typed = {
        "channel": "telephone",
        "phone": "13700001234",
        "matter_text": "门店自提时被要求加钱",
        "type": "price",
    }
    answer = desk.post("/desk/new", typed)
    assert answer.status_code == 422
    assert "门店自提时被要求加钱" in answer.content.decode()
    assert 'id="error-demand"' in answer.content.decode()
    assert not Case.objects.exists()


def test_chinese_page_has_no_english_words_of_the_frame(desk: Client, case_id: UUID) -> None:
    desk.cookies["django_language"] = "zh-hans"
    page = desk.get(f"/desk/{case_id}").content.decode()
    for words in ("最近到期", "下一步", "启动调查", "时间线", "答复投诉人"):
        assert words in page
    for words in (">Next", ">Owner", "Until when", "overdue by", ">Send"):
        assert words not in page


def _to_settling(played: stage.Stage, case_id: UUID) -> None:
    take(played, "agent", case_id, AT, "open_investigation")
    take(
        played,
        "agent",
        case_id,
        AT,
        "decide_liability",
        party="merchant",
        ground="product_quality",
        reason="检测不合格",
    )
    take(played, "agent", case_id, AT, "record_findings", result="substantiated", reason="质量问题属实")
