"""The site of merchants: their own cases only, the answer to what is asked, nobody named."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from bihuan.cases.models import Case
from bihuan.complaints import actions, stage
from bihuan.complaints.models import Complaint

from .conftest import AT
from .play import asked_of_merchant
from .test_pages_consumer import investigated, picture, signed_in


@pytest.fixture
def case_id(played: stage.Stage) -> UUID:
    """A complaint against the stage's merchant of which a statement is asked."""
    return asked_of_merchant(played, "水壶漏水，我叫王小明，电话13912345678")


def test_the_list_says_what_is_asked_until_when(played: stage.Stage, case_id: UUID) -> None:
    page = signed_in(played.who("merchant")).get("/partner?shown=asked").content.decode()
    assert Case.objects.get().number in page
    assert "Inspection report" in page
    assert "Mar 5, 10:00" in page


def test_another_merchant_sees_nothing(played: stage.Stage, case_id: UUID) -> None:
    mine = played.who("merchant").organisation_id
    other = next(
        a for p, a in played.people.items() if p.startswith("merchant") and a.organisation_id != mine
    )
    client = signed_in(other)
    assert Case.objects.get().number not in client.get("/partner?shown=all").content.decode()
    assert client.get(f"/partner/{case_id}").status_code == 404
    assert client.post(f"/partner/{case_id}/steps/write", {"text": "你好"}).status_code == 404
    assert signed_in(played.who("consumer")).get(f"/partner/{case_id}").status_code == 404
    assert Client().get("/partner").status_code == 302


def test_no_personal_data_of_the_consumer(played: stage.Stage, case_id: UUID) -> None:
    page = signed_in(played.who("merchant")).get(f"/partner/{case_id}").content.decode()
    assert "水壶漏水" in page
    assert "13912345678" not in page
    assert "photo.jpg" not in page
    assert "File 1" in page


def test_answering_with_a_file(played: stage.Stage, case_id: UUID) -> None:
    client = signed_in(played.who("merchant"))
    request = Complaint.objects.get().evidence_requests.get()
    assert "go against you" in client.get(f"/partner/{case_id}").content.decode()
    typed = {"request_id": str(request.id), "reason": "检验合格，报告见附件", "evidence_ids": [picture()]}
    assert (
        client.post(f"/partner/{case_id}/steps/answer_evidence", typed)["Location"] == f"/partner/{case_id}"
    )
    request.refresh_from_db()
    assert request.answered_at == AT
    assert "检验合格" in client.get(f"/partner/{case_id}").content.decode()


def test_an_empty_answer_is_refused_and_keeps_its_file(played: stage.Stage, case_id: UUID) -> None:
    client = signed_in(played.who("merchant"))
    request = Complaint.objects.get().evidence_requests.get()
    typed = {"request_id": str(request.id), "reason": "", "evidence_ids": [picture()]}
    answer = client.post(f"/partner/{case_id}/steps/answer_evidence", typed)
    assert answer.status_code in (409, 422)
    assert 'name="kept_files"' in answer.content.decode()
    request.refresh_from_db()
    assert request.answered_at is None


def test_an_offer_of_the_merchant_reaches_the_consumer(played: stage.Stage, case_id: UUID) -> None:
    request = Complaint.objects.get().evidence_requests.get()
    actions.answer_evidence(
        case_id=case_id, actor=played.who("merchant"), at=AT, request_id=request.id, reason="报告如附件所示"
    )
    investigated(played, case_id)
    typed = {"kind": "refund", "amount": "66.00", "text": "愿意退款六十六元，请您谅解", "rule": ""}
    signed_in(played.who("merchant")).post(f"/partner/{case_id}/steps/offer", typed)
    assert "¥66.00" in signed_in(played.who("consumer")).get(f"/my/{case_id}").content.decode()


def test_messages_of_the_consumer_are_not_read_by_the_merchant(played: stage.Stage, case_id: UUID) -> None:
    actions.write(case_id=case_id, actor=played.who("consumer"), at=AT, text="只想对客服说的话")
    actions.send_message(
        case_id=case_id,
        actor=played.who("agent"),
        at=AT,
        text="请贵店尽快说明出厂检验情况",
        audience="merchant",
    )
    page = signed_in(played.who("merchant")).get(f"/partner/{case_id}").content.decode()
    assert "请贵店尽快说明出厂检验情况" in page
    assert "只想对客服说的话" not in page


def test_a_step_of_the_consumer_is_not_there(played: stage.Stage, case_id: UUID) -> None:
    assert signed_in(played.who("merchant")).post(f"/partner/{case_id}/steps/withdraw", {}).status_code == 404
    assert Case.objects.get().state == "accepted"
