"""Pages of money: what each role finds, acting on it, errors that keep what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bihuan.aftersales.events import RecourseDue
from bihuan.journal.actions import Draft, append
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject
from bihuan.journal.time import now
from bihuan.ledger import queries
from bihuan.ledger.models import Posting, WriteOff
from bihuan.ledger.tests.world import World
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import actions as money
from bihuan.money.models import Difference, Limit

pytestmark = pytest.mark.django_db


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return str(answer.content.decode())


def streamed(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    return b"".join(answer.streaming_content).decode()


def test_the_books_of_oversight(world: World) -> None:
    row = world.credited()
    account = queries.balances_of(actor=world.on.who("auditor"), organisation_id=world.merchant)[0]
    for part in ("auditor", "manager", "supervisor"):
        client = world.client(part)
        page = text(client, "/oversight/ledger")
        assert "¥12.00" in page
        assert ("/oversight/ledger/book" in page) is (part != "auditor")
        text(client, f"/oversight/ledger/accounts/{account.id}")
        text(client, f"/oversight/ledger/postings/{Posting.objects.get(what='credited').pk}")
        text(client, "/oversight/ledger/write-offs")
    narrowed = text(world.client("auditor"), f"/oversight/ledger?owner={world.merchant}&what=compensation")
    assert str(row.id) in narrowed


@pytest.mark.parametrize("part", ["agent", "merchant1", "administrator"])
def test_others_have_no_books(world: World, part: str) -> None:
    client = world.client(part)
    for path in (
        "/oversight/ledger",
        "/oversight/ledger.csv",
        "/oversight/ledger/write-offs",
        "/oversight/ledger/book",
    ):
        assert client.get(f"/oversight/{path}").status_code in (403, 404)


def test_a_filter_that_fits_nothing_says_so(world: World) -> None:
    client = world.client("auditor")
    assert "There is no case 77" in text(client, "/oversight/ledger?case=77", 422)
    text(client, "/oversight/ledger?owner=x", 422)
    text(client, "/oversight/ledger?before=x", 422)
    text(client, f"/oversight/ledger/accounts/{uuid4()}", 404)


def test_a_refund_is_approved_from_the_work_list(world: World) -> None:
    row = world.ask(30_000)
    client = world.client("supervisor")
    assert "¥300.00" in text(client, "/desk/refunds")
    assert "¥300.00" in text(client, f"/desk/refunds?order={world.order}")
    assert "Approve ¥300.00" in text(client, f"/desk/refunds/{row.id}")
    assert client.post(f"/desk/refunds/{row.id}/approve").status_code == 302
    row.refresh_from_db()
    assert row.state == "requested"
    assert "¥300.00" not in text(client, "/desk/refunds")


def test_nobody_approves_the_own_one_nor_without_the_right(world: World) -> None:
    row = world.ask(600_000, part="supervisor")
    assert "another person approves" in text(world.client("supervisor"), f"/desk/refunds/{row.id}")
    assert world.client("supervisor").post(f"/desk/refunds/{row.id}/approve").status_code == 409
    assert world.client("agent").post(f"/desk/refunds/{row.id}/approve").status_code == 403
    assert world.client("supervisor").post(f"/desk/refunds/{row.id}/explode").status_code == 404
    row.refresh_from_db()
    assert row.state == "held"


def test_rejecting_needs_a_reason(world: World) -> None:
    row, client = world.ask(30_000), world.client("supervisor")
    assert client.post(f"/desk/refunds/{row.id}/reject", {"reason": "whatever"}).status_code == 422
    assert client.post(f"/desk/refunds/{row.id}/reject", {"reason": "not_owed"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.end_code) == ("cancelled", "not_owed")
    assert "¥300.00" in text(client, "/desk/refunds?show=ended")


def test_every_list_opens(world: World) -> None:
    client = world.client("manager")
    for show in ("held", "unknown", "failed", "way", "ended", "open", "differences"):
        text(client, f"/desk/refunds?show={show}")
    text(client, "/desk/refunds?show=other", 422)
    text(client, "/desk/refunds?after=x_y", 422)


def test_a_difference_is_closed_with_a_reason(world: World) -> None:
    row = world.ask(500)
    answer = RefundAnswer(row.key, RefundState.CREDITED, 500, at=now())
    money.take_callback(actor=PROGRAM, at=now(), answer=answer)
    one, client = Difference.objects.get(), world.client("manager")
    assert row.key in text(client, "/desk/refunds?show=differences")
    assert client.post(f"/desk/refunds/differences/{one.id}", {"reason": "x"}).status_code == 422
    assert (
        world.client("supervisor").post(f"/desk/refunds/differences/{one.id}", {"reason": "ours"}).status_code
        == 403
    )
    assert client.post(f"/desk/refunds/differences/{one.id}", {"reason": "ours"}).status_code == 302
    assert Difference.objects.get().close_code == "ours"


def test_an_outcome_is_recorded_by_hand_with_its_proof(world: World) -> None:
    row = world.ask(500)
    money.send(actor=PROGRAM, at=now(), refund_id=row.id)
    path = f"/desk/refunds/{row.id}/settle"
    when = f"{timezone.localtime(now()):%Y-%m-%dT%H:%M}"
    client = world.client("manager")
    wrong = client.post(path, {"outcome": "credited", "happened_at": "x", "proof": "bank-7"})
    assert wrong.status_code == 422
    assert "bank-7" in wrong.content.decode()
    assert (
        client.post(path, {"outcome": "credited", "happened_at": when, "proof": "bank-7"}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.state, row.proof_reference) == ("credited", "bank-7")


def test_limits_are_set_by_the_manager_from_a_day_to_come(world: World) -> None:
    day = timezone.localdate() + timedelta(days=1)
    given = {"role": "agent", "most": "350.50", "from_date": day.isoformat(), "reason": "大促授权"}
    client = world.client("manager")
    assert 'name="most"' not in text(world.client("agent"), "/desk/refunds/limits")
    today = client.post("/desk/refunds/limits", given | {"from_date": timezone.localdate().isoformat()})
    assert today.status_code == 409
    assert "大促授权" in today.content.decode()
    assert client.post("/desk/refunds/limits", given | {"most": "abc"}).status_code == 422
    assert world.client("supervisor").post("/desk/refunds/limits", given).status_code == 403
    assert client.post("/desk/refunds/limits", given).status_code == 302
    assert Limit.objects.get().most_fen == 35_050
    assert "大促授权" in text(client, "/desk/refunds/limits")


def test_booking_by_hand_and_undoing_it(world: World) -> None:
    client = world.client("manager")
    given = {"what": "deposit_in", "merchant": str(world.merchant), "amount": "500", "reference": "bank-3"}
    wrong = client.post("/oversight/ledger/book", given | {"reference": ""})
    assert wrong.status_code == 422
    assert 'value="500"' in wrong.content.decode()
    assert client.post("/oversight/ledger/book", given | {"what": "x"}).status_code == 422
    assert client.post("/oversight/ledger/book", given | {"merchant": ""}).status_code == 422
    made = client.post("/oversight/ledger/book", given)
    assert made.status_code == 302
    assert client.post(made["Location"], {"reason": ""}).status_code == 422
    undone = client.post(made["Location"], {"reason": "录入错误"})
    assert "录入错误" in text(client, undone["Location"])
    assert Posting.objects.count() == 2


def test_a_write_off_is_asked_for_and_decided(world: World) -> None:
    world.credited()
    account = queries.balances_of(actor=world.on.who("auditor"), organisation_id=world.merchant)[0]
    asking, deciding = world.client("supervisor"), world.client("manager")
    path = f"/oversight/ledger/accounts/{account.id}/ask"
    assert asking.post(path, {"amount": "13", "reason": "商家注销"}).status_code == 409
    assert asking.post(path, {"amount": "12", "reason": "商家注销"}).status_code == 302
    row = WriteOff.objects.get()
    assert "商家注销" in text(deciding, "/oversight/ledger/write-offs")
    assert asking.post(f"/oversight/ledger/write-offs/{row.id}/approve").status_code == 403
    assert deciding.post(f"/oversight/ledger/write-offs/{row.id}/reject").status_code == 422
    assert deciding.post(f"/oversight/ledger/write-offs/{row.id}/approve").status_code == 302
    assert queries.balance_fen(account.id) == 0


def test_a_merchant_sees_and_exports_its_own(world: World) -> None:
    world.credited()
    page = text(world.client("merchant1"), "/partner/money")
    assert page.count("¥12.00") == 2
    assert "/oversight/" not in page
    assert "¥12.00" not in text(world.client("merchant2"), "/partner/money")
    assert streamed(world.client("merchant1"), "/partner/money.csv").count("12.00") == 6
    assert "12.00" not in streamed(world.client("merchant2"), "/partner/money.csv")
    assert world.client("agent").get("/partner/money").status_code == 404


def test_exports_hold_every_leg(world: World) -> None:
    world.credited()
    client = world.client("auditor")
    sheet = client.get("/oversight/ledger.xlsx")
    assert sheet.content[:2] == b"PK"
    assert len(streamed(client, "/oversight/ledger.csv").splitlines()) == 1 + 6
    assert client.get("/oversight/ledger.pdf").status_code == 404


def test_a_merchants_operator_sees_what_waits_but_does_not_decide(world: World) -> None:
    row = world.ask(60_000, part="merchant1", kind="damages")
    client = world.client("merchant1")
    page = text(client, "/partner/money")
    assert ("¥600.00" in page, f"/partner/money/{row.id}/approve" in page) == (True, False)
    assert client.post(f"/partner/money/{row.id}/approve").status_code == 403
    row.refresh_from_db()
    assert row.state == "held"


def test_recourse_that_a_flow_found_is_listed_until_it_is_booked(world: World) -> None:
    case_id = uuid4()
    said = RecourseDue(recourse_id=uuid4(), amount=700, ground="lost", organisation_id=world.merchant)
    subject = Subject("case", case_id)
    with transaction.atomic():
        append([Draft(subject=subject, event=said, actor=PROGRAM, occurred_at=now())])
    page = text(world.client("manager"), "/oversight/ledger")
    assert f"what=to_carrier&amp;amount=7.00&amp;case=&amp;merchant={world.merchant}" in page
    form = text(world.client("manager"), "/oversight/ledger/book?what=to_carrier&amount=7.00")
    assert 'value="7.00"' in form
