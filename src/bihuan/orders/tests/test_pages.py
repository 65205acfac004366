"""The pages of consumers and the desk: statuses, refusals of others, what was typed stays."""

from __future__ import annotations

import pytest
from django.test import Client

from bihuan.complaints.stage import Stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.journal.models import Entry
from bihuan.orders.models import OrderService
from bihuan.orders.tests.play import ADDRESS, PARCEL, ask, order, run, state

pytestmark = pytest.mark.django_db


def client(played: Stage, who: str) -> Client:
    return signed_in(played.who(who))


def body(found: object) -> str:
    return found.content.decode()  # type: ignore[attr-defined]


def test_my_orders_and_the_look_up(played: Stage) -> None:
    order(played)
    mine = client(played, "consumer")
    assert 'href="/orders/S1"' in body(mine.get("/orders"))
    assert mine.get("/orders?find=S1").headers["Location"] == "/orders/S1"
    assert "no order of yours" in body(mine.get("/orders?find=S9"))


def test_what_can_be_done_and_why_not(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    page = body(client(played, "consumer").get("/orders/S1"))
    assert 'href="/orders/S1/change_address"' in page
    assert 'href="/orders/S1/urge_shipment"' not in page
    assert "The order has left the merchant already." in page


def test_a_service_is_asked_for(played: Stage) -> None:
    order(played)
    mine = client(played, "consumer")
    assert 'name="address"' in body(mine.get("/orders/S1/change_address"))
    done = mine.post("/orders/S1/change_address", ADDRESS)
    case_id = OrderService.objects.get().case_id
    assert (done.status_code, done.headers["Location"]) == (302, f"/orders/service/{case_id}")
    run()
    page = body(mine.get(f"/orders/service/{case_id}"))
    assert "Done." in page
    assert ADDRESS["address"] not in page


def test_what_was_typed_stays_where_it_is_refused(played: Stage) -> None:
    order(played)
    found = client(played, "consumer").post("/orders/S1/change_phone", {"phone": "12-not"})
    assert (found.status_code, OrderService.objects.count()) == (422, 0)
    assert 'value="12-not"' in body(found)
    assert 'id="error-phone"' in body(found)


def test_a_service_that_is_not_possible_says_why(played: Stage) -> None:
    order(played, status="received")
    mine = client(played, "consumer")
    page = body(mine.get("/orders/S1/change_address"))
    assert "nothing can be changed on the way any more" in page
    assert "<textarea" not in page
    assert mine.post("/orders/S1/change_address", ADDRESS).status_code == 422
    assert mine.get("/orders/S1/paint").status_code == 404


@pytest.mark.parametrize("path", ["/orders/S1", "/orders/S1/cancel"])
def test_others_find_nothing(played: Stage, path: str) -> None:
    order(played)
    stranger = next(c for c in played.consumers.values() if c.id != played.who("consumer").id)
    other = signed_in(stranger)
    assert other.get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert client(played, "agent").get(path).status_code == 404
    assert client(played, "merchant").get(path).status_code in (403, 404)


def test_the_desk_finds_by_number_and_by_telephone(played: Stage) -> None:
    order(played)
    desk = client(played, "agent")
    assert desk.post("/desk/orders", {"find": "S1"}).headers["Location"] == "/desk/orders/S1"
    phone = played.orders[0]["buyer"]["phone"]
    assert 'href="/desk/orders/S1"' in body(desk.post("/desk/orders", {"find": phone}))
    assert Entry.objects.filter(event="vault.searched").count() == 1
    assert "No order was found" in body(desk.post("/desk/orders", {"find": "nobody"}))
    assert desk.post("/desk/orders", {"find": ""}).status_code == 422


@pytest.mark.parametrize("who", ["consumer", "merchant", "auditor"])
def test_who_does_not_find_orders_at_the_desk(played: Stage, who: str) -> None:
    assert client(played, who).get("/desk/orders").status_code in (403, 404)


def test_the_desk_asks_in_two_clicks_and_records_the_answer(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    desk = client(played, "agent")
    assert 'href="/desk/orders/S1/intercept"' in body(desk.get("/desk/orders/S1"))
    done = desk.post("/desk/orders/S1/intercept", {"channel": "telephone"})
    case_id = OrderService.objects.get().case_id
    assert done.headers["Location"] == f"/desk/orders/service/{case_id}"
    run()
    assert "record_answer" in body(desk.get(done.headers["Location"]))
    step = f"/desk/orders/service/{case_id}/steps/record_answer"
    assert desk.get(step).status_code == 200
    assert desk.post(step, {"outcome": "refused"}).status_code == 422
    assert desk.post(step, {"outcome": "done", "reference": "c-7"}).status_code == 302
    assert state(case_id) == "coming_back"


def test_a_step_is_for_the_desk_and_needs_the_token_of_its_form(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    case_id = ask(played, "intercept").case_id
    run()
    step = f"/desk/orders/service/{case_id}/steps/record_answer"
    assert client(played, "consumer").get(step).status_code == 404
    assert Client().get(step).headers["Location"].startswith("/sign-in?next=")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client(played, "agent").cookies
    assert strict.post(step, {"outcome": "done"}).status_code == 403
    assert state(case_id) == "instructed"
    token = strict.get(step).content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert strict.post(step, {"outcome": "done", "csrfmiddlewaretoken": token}).status_code == 302
    assert state(case_id) == "coming_back"


def test_a_case_is_the_consumers_own(played: Stage) -> None:
    order(played)
    case_id = ask(played, "cancel").case_id
    stranger = next(c for c in played.consumers.values() if c.id != played.who("consumer").id)
    other = signed_in(stranger)
    assert other.get(f"/orders/service/{case_id}").status_code == 404
    assert client(played, "consumer").get(f"/orders/service/{case_id}").status_code == 200
