"""The board: its numbers lead to their rows; loads, approvals; few questions to the database."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.models import Offer
from bihuan.complaints.tests.play import owned, submit
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.desk import queries
from bihuan.incidents import actions as incidents
from bihuan.incidents.tests.conftest import declared

from .conftest import AT


def test_the_board_is_for_those_who_lead(played: stage.Stage, desk: Client) -> None:
    assert desk.get("/desk/board").status_code == 403
    for part in ("supervisor", "manager"):
        assert signed_in(played.who(part)).get("/desk/board").status_code == 200, part


def test_numbers_and_their_rows_agree(played: stage.Stage, boss: Client) -> None:
    late, today, free = owned(played), owned(played), submit(played).case_id
    Case.objects.filter(id=late).update(strictest_due_at=AT.replace(hour=9))
    Case.objects.filter(id=today).update(strictest_due_at=AT.replace(hour=18))
    Case.objects.filter(id=free).update(strictest_due_at=AT.replace(day=20))
    shown = queries.board(played.who("supervisor"), at=AT, language="zh-hans")
    counted = {name: str(count) for name, count in shown.numbers.items()}
    expected = {"overdue": "1", "today": "1", "unowned": "1", "open": "3", "offers": "0"}
    assert {name: counted[name] for name in expected} == expected
    for name, wanted in shown.wanted.items():
        page = boss.get(f"/desk?{wanted.query()}").content.decode()
        assert page.count("data-bh-row ") == int(counted[name]), name


def test_loads_by_person(played: stage.Stage) -> None:
    ids = [owned(played), owned(played)]
    Case.objects.filter(id=ids[0]).update(strictest_due_at=AT.replace(hour=9))
    shown = queries.board(played.who("supervisor"), at=AT, language="zh-hans")
    load = next(one for one in shown.loads if one.person_id == played.who("agent").id)
    assert (load.name, load.open, load.overdue, load.absent) == ("客服 小陈", 2, 1, False)


def test_an_offer_that_waits_leads_to_its_approval(played: stage.Stage, boss: Client) -> None:
    case_id = owned(played)
    Offer.objects.create(
        complaint_id=case_id, by="platform", made_by=played.who("agent").id, kind="refund", amount=12800,
        text=Case.objects.get().complaint.matter_text, state="held", hold_reason="beyond_authority",
        made_at=AT,
    )  # fmt: skip
    page = boss.get("/desk/board").content.decode()
    assert f'href="/desk/{case_id}/steps/approve_offer"' in page
    assert "¥128.00" in page
    assert Case.objects.get().number in boss.get("/desk?owner=all&waiting=offers").content.decode()


def test_the_board_asks_little_however_many_cases(played: stage.Stage, boss: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        boss.get("/desk/board")
    for _ in range(5):
        owned(played)
    with CaptureQueriesContext(connection) as many:
        boss.get("/desk/board")
    assert len(many) < len(few) + 5, "a question for each case"
    assert len(many) <= 24  # with what is read anew by the minute


def test_what_waits_on_lists_of_its_own_leads_there(played: stage.Stage, boss: Client) -> None:
    assert "/desk/incidents?state=held" not in boss.get("/desk/board").content.decode()
    made = declared(played).id
    incidents.freeze(incident_id=made, actor=played.who("supervisor"), at=AT)
    incidents.choose(
        incident_id=made, remedy="refund", amount_fen=10**6, actor=played.who("supervisor"), at=AT
    )
    page = boss.get("/desk/board").content.decode()
    assert '<a class="bh-number" href="/desk/incidents?state=held">1</a>' in page
    assert "/desk/refunds?show=held" not in page
