"""What comes in by the API: receipts, lists, and who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.accounts.models import Person
from bihuan.cases.models import Case
from bihuan.complaints import actions, stage

from .conftest import AT, Caller, complaint, key_of, rows, session_of
from .files import picture

pytestmark = pytest.mark.django_db


def submitted(caller: Caller, played: stage.Stage, **changes):
    answer = caller.post("/complaints", complaint(played, **changes))
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_complaint_is_accepted_at_once(played, platform) -> None:
    file = platform.form("/evidence", {"file": picture(), "party": "consumer"}).json()
    receipt = submitted(platform, played, evidence=[file["id"]])
    assert (receipt["state"], receipt["missing"]) == ("accepted", [])
    assert platform.get(f"/complaints/{receipt['id']}").json()["number"] == receipt["number"]


def test_a_merchants_key_sees_its_cases_and_no_others(played, platform, merchant) -> None:
    receipt = submitted(platform, played)
    other = next(m for m in played.merchants.values() if m != played.people["merchant"].organisation_id)
    stranger = key_of(other)
    assert [row["id"] for row in merchant.get("/complaints").json()["rows"]] == [receipt["id"]]
    assert stranger.get("/complaints").json()["rows"] == []
    for path in ("", "/steps"):
        answer = stranger.get(f"/complaints/{receipt['id']}{path}")
        assert (answer.status_code, answer.json()["clause"]) == (404, "PCN-1.2")


def test_a_merchants_key_neither_complains_nor_withdraws_for_a_consumer(played, platform, merchant) -> None:
    receipt = submitted(platform, played)
    before = rows()
    for path, body in (("", complaint(played)), (f"/{receipt['id']}/steps/withdraw", {})):
        assert merchant.post(f"/complaints{path}", body).status_code == 403
    assert rows() == before


def test_a_consumer_complains_for_nobody_else(played) -> None:
    consumer = session_of(played.people["consumer"])
    before = rows()
    answer = consumer.post("/complaints", complaint(played, consumer={"phone": "13800138000"}))
    assert (answer.status_code, answer.json()["field"], rows()) == (422, "consumer", before)
    assert consumer.post("/complaints", complaint(played, consumer=None)).status_code == 201


def test_a_complaint_that_fails_leaves_no_person_behind(played, platform) -> None:
    people = Person.objects.count()
    body = complaint(played, consumer={"phone": "13912345678"}, evidence=[str(played.people["agent"].id)])
    answer = platform.post("/complaints", body)
    assert answer.status_code >= 400
    assert (Person.objects.count(), Case.objects.count()) == (people, 0)


def test_paging_gives_each_case_once_while_cases_change_and_come(played, platform) -> None:
    ids = [submitted(platform, played)["id"] for _ in range(5)]
    for n, case in enumerate(Case.objects.order_by("number")):
        Case.objects.filter(id=case.id).update(received_at=AT - timedelta(hours=n))
    seen, after = [], None
    while True:
        page = platform.get("/complaints", limit=2, **({"after": after} if after else {})).json()
        seen += [row["id"] for row in page["rows"]]
        Case.objects.update(strictest_due_at=AT + timedelta(days=len(seen)), version=3)
        ids_new = submitted(platform, played)["id"]
        assert ids_new not in seen
        after = page["after"]
        if after is None:
            break
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize("after", ["x", "~", "2026~x", "9999-12-31T23:59:59-12:00~" + "0" * 32, "0" * 119])
def test_a_made_up_cursor_is_refused(played, platform, after) -> None:
    for path in ("/complaints", "/complaints/evidence-requests"):
        assert platform.get(path, after=after).json()["field"] == "after"
    assert platform.get("/complaints", order="strictest", after=after).status_code == 422


def test_a_merchants_own_system_answers_what_it_is_asked(played, platform, merchant) -> None:
    file = platform.form("/evidence", {"file": picture(), "party": "consumer"}).json()
    case = Case.objects.get(id=submitted(platform, played, evidence=[file["id"]])["id"])
    agent = played.people["supervisor"]
    asked = actions.request_evidence(
        case_id=case.id, actor=agent, at=AT, party="merchant", what="photo", reason="请提供打包照片",
        due_at=AT + timedelta(days=2),
    )  # fmt: skip
    waiting = merchant.get("/complaints/evidence-requests").json()["rows"]
    assert [(row["id"], row["text"]) for row in waiting] == [(str(asked), "请提供打包照片")]
    file = merchant.form("/evidence", {"file": picture(), "party": "consumer"}).json()
    assert file["party"] == "merchant"
    body = {"request_id": str(asked), "reason": "打包完好", "evidence_ids": [file["id"]]}
    assert merchant.post(f"/complaints/{case.id}/steps/answer_evidence", body).status_code == 200
    assert merchant.get("/complaints/evidence-requests").json()["rows"] == []
    assert len(merchant.get("/complaints/evidence-requests", open="false").json()["rows"]) == 1


def test_the_list_needs_the_scope(played) -> None:
    answer = key_of(scopes=["orders:read"]).get("/complaints")
    assert (answer.status_code, answer.json()["code"]) == (403, "key.scope")


def test_too_many_requests_say_when_to_come_again(played) -> None:
    slow = key_of(rate=2)
    answers = [slow.get("/complaints") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert (answers[2]["Retry-After"], answers[2].json()["code"]) == ("30", "too_many")
