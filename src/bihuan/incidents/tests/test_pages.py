"""The pages of incidents: who enters, from looking to telling, the report, a consumer's part."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from bihuan.complaints import stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.incidents import actions, queries
from bihuan.incidents.models import Incident
from bihuan.marketplace.models import Buyer, Order
from bihuan.project.drain import drain

from .conftest import AT, TEXT, declared, ready

FORM = {"kind": "carrier", "from_at": "2025-06-01T00:00", "until_at": "2026-03-03T00:00", "text": TEXT}


@pytest.fixture
def boss(played: stage.Stage) -> Client:
    return signed_in(played.who("supervisor"))


def test_who_enters(played: stage.Stage) -> None:
    made = declared(played)
    assert Client().get("/desk/incidents").status_code == 302
    for part in ("consumer", "merchant"):
        assert signed_in(played.who(part)).get(f"/desk/incidents/{made.id}").status_code == 403, part
    agent = signed_in(played.who("agent"))
    page = agent.get(f"/desk/incidents/{made.id}").content.decode()
    assert TEXT in page
    assert "/steps/" not in page
    assert agent.get("/desk/incidents/new").status_code == 403
    assert agent.post(f"/desk/incidents/{made.id}/steps/freeze").status_code == 403
    assert agent.get(f"/desk/incidents/{made.id}/report.csv").status_code == 403
    assert queries.get(made.id).state == "declared"


def test_looking_keeps_nothing(played: stage.Stage, boss: Client) -> None:
    page = boss.post("/desk/incidents/new", {**FORM, "preview": "1"}).content.decode()
    assert f"<dd>{Order.objects.count()}</dd>" in page
    assert TEXT in page
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"from_at": "gestern"}, "gestern"), ({"until_at": "2025-06-01T00:00"}, "366"), ({"text": ""}, "2000")],
)
def test_what_was_typed_stays_with_the_refusal(
    played: stage.Stage, boss: Client, wrong: dict[str, str], words: str
) -> None:
    answer = boss.post("/desk/incidents/new", {**FORM, "carrier": "慢慢达", **wrong, "declare": "1"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "慢慢达" in answer.content.decode()
    assert not Incident.objects.exists()


def test_from_declaring_to_everybody_told(played: stage.Stage, boss: Client) -> None:
    there = boss.post("/desk/incidents/new", {**FORM, "declare": "1"}).headers["Location"]
    take = f"{there}/steps"
    assert boss.post(f"{take}/freeze").status_code == 302
    wrong = boss.post(f"{take}/choose", {"remedy": "voucher", "amount_fen": "5,5,5x", "days": "30"})
    assert (wrong.status_code, "5,5,5x" in wrong.content.decode()) == (422, True)
    assert (
        boss.post(f"{take}/choose", {"remedy": "voucher", "amount_fen": "5.00", "days": "30"}).status_code
        == 302
    )
    assert boss.post(f"{take}/start").status_code == 302
    assert boss.post(f"{take}/stop", {"reason": " "}).status_code == 409
    part = boss.get(f"{there}/progress", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in part.content.decode()
    drain(at=AT)
    ended = boss.get(f"{there}/progress", headers={"HX-Request": "true"})
    assert (ended.headers["HX-Refresh"], "hx-trigger" in ended.content.decode()) == ("true", False)
    page = boss.get(there).content.decode()
    assert "100%" in page
    assert "style=" not in page
    assert "?only=owed" not in page  # the marketplace granted it to everybody
    assert boss.post(f"{take}/grant", {"reason": "批次 1"}).status_code == 409
    assert boss.post(f"{take}/dance").status_code == 404


def test_the_report_says_who_got_what(played: stage.Stage, boss: Client) -> None:
    one = Order.objects.get(number=played.orders[0]["number"])
    Buyer.objects.filter(id=one.buyer_id).update(person=None, ref_digest=b"x", phone_digest=None)
    made = ready(played, "voucher", amount_fen=500, days=30)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    drain(at=AT)
    answer: Any = boss.get(f"/desk/incidents/{made}/report.csv")
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == queries.get(made).orders + 1
    mine = next(row for row in rows if row[0] == one.number)
    assert (mine[1], mine[2], mine[5]) == ("", "not known here", "the buyer has no account here")
    other = next(row for row in rows[1:] if row[2] == "told")
    assert (other[4], other[8], other[9], other[10]) == ("station letter", "voucher", "5.0", "30")
    book: Any = boss.get(f"/desk/incidents/{made}/report.xlsx")
    names = ZipFile(BytesIO(b"".join(book.streaming_content))).namelist()
    assert "xl/worksheets/sheet1.xml" in names
    for path in ("report.pdf", "report.csv?only=x"):
        assert boss.get(f"/desk/incidents/{made}/{path}").status_code == 404


def test_a_consumer_reads_the_own_part_and_nobody_else_s(played: stage.Stage) -> None:
    made = ready(played, "refund", amount_fen=300)
    consumer = signed_in(played.who("consumer"))
    assert consumer.get(f"/my/incidents/{made}").status_code == 404
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    drain(at=AT)
    page = consumer.get(f"/my/incidents/{made}").content.decode()
    own = set(
        Order.objects.filter(buyer__person_id=played.who("consumer").id).values_list("number", flat=True)
    )
    assert TEXT in page
    assert "¥3.00" in page
    assert {number for number in Order.objects.values_list("number", flat=True) if number in page} == own
    assert signed_in(played.who("merchant")).get(f"/my/incidents/{made}").status_code == 403


def test_the_list_goes_on_page_by_page(played: stage.Stage, boss: Client) -> None:
    made = {declared(played).id for _ in range(3)}
    seen: list[Any] = []
    after = ""
    while len(seen) < 3:
        page = queries.latest(played.who("manager"), after=after, limit=1)
        seen, after = [*seen, page.rows[0].id], page.after or ""
    assert set(seen) == made
    assert boss.get("/desk/incidents?after=nonsense").status_code == 422
    assert boss.get("/desk/incidents?state=told").status_code == 200


def test_which_incidents_touched_an_order(played: stage.Stage, boss: Client) -> None:
    touching, other = queries.get(ready(played)), declared(played)
    page = boss.get(f"/desk/incidents?order={played.orders[0]['number']}").content.decode()
    assert touching.number in page
    assert other.number not in page
