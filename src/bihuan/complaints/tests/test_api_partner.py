"""What a merchant's own system does through the API: all that its people do on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.api.conftest import Caller, key_of

from bihuan.accounts import actions as accounts
from bihuan.accounts.models.people import OrganisationKind
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.models import EvidenceRequest, Liability, Offer
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM
from bihuan.project import acts

from .conftest import AT
from .play import owned, submit, take

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def erp(played: stage.Stage) -> Caller:
    """The merchant's program."""
    return key_of(played.who("merchant").organisation_id)


def brought(played: stage.Stage, state: str) -> Any:
    performance = acts.Play(played)
    acts.prepare(performance, {"facts": {"state": state}, "acts": [{"at": AT + timedelta(hours=1)}]})
    return performance.case_id


def test_every_own_case_is_listed_once_by_cursor(played: stage.Stage, erp: Caller) -> None:
    for n in range(3):
        submit(played, files=n + 1)
    seen, after = [], None
    while True:
        page = erp.get("/complaints", limit=1, **({"after": after} if after else {})).json()
        seen += [row["number"] for row in page["rows"]]
        after = page["after"]
        if after is None:
            break
    assert sorted(seen) == sorted(Case.objects.values_list("number", flat=True))
    assert len(seen) == 3
    other = next(o for o in played.merchants.values() if o != played.who("merchant").organisation_id)
    assert key_of(other).get("/complaints").json() == {"rows": [], "after": None}


def test_it_reads_the_case_and_its_order_without_the_buyer(played: stage.Stage, erp: Caller) -> None:
    case_id = submit(played).case_id
    read = erp.get(f"/complaints/{case_id}")
    order = erp.get(f"/complaints/{case_id}/order")
    assert (read.status_code, order.status_code) == (200, 200)
    assert order.json()["lines"][0]["paid_fen"] == played.orders[0]["lines"][0]["paid_fen"]
    buyer = played.orders[0]["buyer"]["ref"]
    assert buyer not in read.content.decode() + order.content.decode()
    assert "buyer" not in order.json()


def test_a_carriers_program_sees_no_price(played: stage.Stage) -> None:
    case_id = submit(played).case_id
    firm = accounts.create_organisation(
        kind=OrganisationKind.CARRIER, name="迅达快递", reference="xd", actor=PROGRAM, at=AT
    )
    carrier = key_of(firm.id)
    assert carrier.get(f"/complaints/{case_id}/order").status_code == 404
    Case.objects.filter(id=case_id).update(partner_id=firm.id)
    order = carrier.get(f"/complaints/{case_id}/order").json()
    assert [line["paid_fen"] for line in order["lines"]] == [None] * len(order["lines"])
    assert order["number"] == played.orders[0]["number"]


def test_it_uploads_and_answers_what_is_asked(played: stage.Stage, erp: Caller) -> None:
    case_id = owned(played)
    due = (AT + timedelta(days=3)).isoformat()
    asked = {"party": "merchant", "what": "inspection_report", "reason": "请提供检验报告", "due_at": due}
    take(played, "agent", case_id, AT, "request_evidence", **asked)
    (request,) = erp.get("/complaints/evidence-requests").json()["rows"]
    assert (request["case_id"], request["text"]) == (str(case_id), "请提供检验报告")
    file = SimpleUploadedFile("report.png", PNG, content_type="image/png")
    given = erp.form("/evidence", {"file": file, "case_id": str(case_id), "party": "merchant"})
    assert given.status_code == 201, given.content
    body = {
        "request_id": request["id"],
        "reason": "检验合格，报告见附件",
        "evidence_ids": [given.json()["id"]],
    }
    assert erp.post(f"/complaints/{case_id}/steps/answer_evidence", body).status_code == 200
    assert EvidenceRequest.objects.get().answered_at is not None
    added = journal.last_of(case_id, ["complaint.evidence_added"])
    assert added is not None
    assert added.data["party"] == "merchant"
    assert erp.get("/complaints/evidence-requests").json()["rows"] == []


def test_it_objects_to_the_liability(played: stage.Stage, erp: Caller) -> None:
    case_id = owned(played)
    decided = {"party": "merchant", "ground": "product_quality", "reason": "壶底开裂"}
    take(played, "agent", case_id, AT, "decide_liability", **decided)
    answer = erp.post(f"/complaints/{case_id}/steps/object_liability", {"reason": "运输中破损，请核实物流"})
    assert answer.status_code == 200, answer.content
    assert Liability.objects.get().objected_by == "merchant"


def test_it_offers_in_time(played: stage.Stage, erp: Caller) -> None:
    case_id = brought(played, "settling")
    body = {"kind": "refund", "amount": 1000, "text": "我们愿意退还部分货款"}
    answer = erp.post(f"/complaints/{case_id}/steps/offer", body)
    assert answer.status_code == 200, answer.content
    assert Offer.objects.filter(by="merchant").count() == 1
    steps = {step["step"] for step in erp.get(f"/complaints/{case_id}/steps").json()}
    assert {"offer", "write"} <= steps
    assert "decide" not in steps


def test_it_appeals(played: stage.Stage, erp: Caller) -> None:
    case_id: UUID = brought(played, "told")
    body = {"ground": "liability", "reason": "责任认定有误，附上出库记录"}
    answer = erp.post(f"/complaints/{case_id}/steps/appeal", body)
    assert answer.status_code == 200, answer.content
    said = journal.last_of(case_id, ["complaint.appealed"])
    assert said is not None
    assert said.data["by"] == "merchant"


def test_the_desks_steps_are_not_its(played: stage.Stage, erp: Caller) -> None:
    case_id = owned(played)
    assert erp.post(f"/complaints/{case_id}/steps/draw_records", {}).status_code == 403
    other = next(o for o in played.merchants.values() if o != played.who("merchant").organisation_id)
    assert key_of(other).post(f"/complaints/{case_id}/steps/write", {"text": "你好"}).status_code == 404
    assert journal.last_of(case_id, ["complaint.records_drawn"]) is None
