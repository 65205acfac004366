"""Merchants and carriers see what waits for their answer, read what is to be different, and answer it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts.models.people import OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import acting, person
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints.stage import Stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.engine.errors import NotAllowed, NotFound
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.models import Entry
from bihuan.marketplace import queries as marketplace
from bihuan.notices.models import Notice
from bihuan.orders import actions, queries
from bihuan.orders.awaiting import awaiting
from bihuan.orders.tests.play import ADDRESS, AT, PARCEL, ask, instruction, order, run, state, verdicts

pytestmark = pytest.mark.django_db
API = "/api/v1/order-services"


def worker_of(firm: str) -> Actor:
    """Somebody who works for a carrier that the marketplace calls by this name."""
    made = accounts.create_organisation(
        kind=OrganisationKind.CARRIER, name=firm, reference=firm, actor=PROGRAM, at=AT
    )
    return acting(person(ActorKind.PARTNER, Role.PARTNER_OPERATOR, at=AT, organisation_id=made.id), AT)


@pytest.fixture
def carrier(played: Stage) -> Actor:
    """The carrier of the parcels."""
    return worker_of("迅捷速运")


def merchant(played: Stage) -> Actor:
    seller = marketplace.organisation_of("S1")
    return next(one for one in played.people.values() if one.organisation_id == seller)


def redirected(played: Stage, **more: Any) -> UUID:
    order(played, status="shipped", **({"shipments": [PARCEL]} | more))
    case_id = ask(played, "change_address").case_id
    run()
    return case_id


def turn(case_id: UUID) -> tuple[str, str]:
    case = cases.get(case_id)
    return case.next_step, case.next_step_by


def body(found: Any) -> str:
    text: str = found.content.decode()
    return text


def test_a_carrier_finds_reads_and_answers_what_it_was_asked(played: Stage, carrier: Actor) -> None:
    case_id = redirected(played)
    assert turn(case_id) == ("record_answer", "carrier")
    mine, there = signed_in(carrier), f"/partner/orders/{case_id}"
    board = body(mine.get("/partner/orders"))
    assert there in board
    assert "Your turn" in board
    page = body(mine.get(there))
    assert f"{there}/steps/record_answer" in page
    assert ADDRESS["address"] not in page
    shown = mine.post(f"{there}/details")
    assert ADDRESS["address"] in body(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    looks = Entry.objects.filter(event="marketplace.instruction_shown", subject_id=instruction(case_id).id)
    assert [look.actor_id for look in looks] == [carrier.id]
    done = mine.post(f"{there}/steps/record_answer", {"outcome": "done", "reference": "R-7"})
    assert done.status_code == 302
    assert (state(case_id), instruction(case_id).reference) == ("completed", "R-7")
    assert verdicts(case_id)["PCN-2.3.2.a"] == "met"
    assert there not in body(mine.get("/partner/orders"))
    assert there in body(mine.get("/partner/orders?shown=ended"))
    assert ADDRESS["address"] not in body(mine.post(f"{there}/details"))


def test_a_refusal_needs_its_reason_and_is_told(played: Stage, carrier: Actor) -> None:
    case_id = redirected(played)
    mine, there = signed_in(carrier), f"/partner/orders/{case_id}/steps/record_answer"
    assert mine.post(there, {"outcome": "refused"}).status_code == 422
    assert state(case_id) == "instructed"
    assert mine.post(there, {"outcome": "refused", "refusal": "address_outside"}).status_code == 302
    assert (state(case_id), Notice.objects.filter(kind="order_refused").count()) == ("not_done", 1)


def test_each_answers_only_what_it_was_asked(played: Stage, carrier: Actor) -> None:
    case_id, seller = redirected(played), merchant(played)
    with pytest.raises(NotAllowed):
        actions.record_answer(case_id=case_id, actor=seller, at=AT, outcome="done")
    with pytest.raises(NotAllowed):
        actions.show_details(case_id=case_id, actor=seller, at=AT)
    assert "record_answer" not in body(signed_in(seller).get(f"/partner/orders/{case_id}"))
    assert signed_in(worker_of("另一家")).get(f"/partner/orders/{case_id}").status_code == 404
    assert state(case_id) == "instructed"


def test_a_merchant_answers_for_the_invoice_and_says_when_the_goods_are_back(
    played: Stage, carrier: Actor
) -> None:
    order(played)
    title = {"title": "某某商贸公司"}
    invoice = ask(played, "invoice", details=title).case_id
    run()
    assert turn(invoice) == ("record_answer", "merchant")
    seller = signed_in(merchant(played))
    assert title["title"] in body(seller.post(f"/partner/orders/{invoice}/details"))
    answered = seller.post(f"/partner/orders/{invoice}/steps/record_answer", {"outcome": "done"})
    assert (answered.status_code, state(invoice)) == (302, "completed")
    order(played, "S2", status="shipped", shipments=[PARCEL])
    back = ask(played, "intercept", "S2").case_id
    run()
    actions.record_answer(case_id=back, actor=carrier, at=AT, outcome="done")
    assert f"/partner/orders/{back}" in body(seller.get("/partner/orders"))
    assert seller.post(f"/partner/orders/{back}/steps/receive_return").status_code == 302
    assert state(back) == "repaying"


def test_the_same_over_the_api(played: Stage, carrier: Actor) -> None:
    case_id, mine = redirected(played), signed_in(carrier)
    assert [row["id"] for row in mine.get(API).json()["rows"]] == [str(case_id)]
    assert mine.post(f"{API}/{case_id}/details", "{}", content_type="application/json").json() == ADDRESS
    file = mine.get(f"{API}/{case_id}").json()
    assert (file["steps"], file["refunds"]) == (["record_answer"], [])
    assert [(one["tracking_number"], one["outcome"]) for one in file["parcels"]] == [("T1", "")]
    there = f"{API}/{case_id}/steps/record_answer"
    done = mine.post(there, '{"outcome": "done"}', content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    assert mine.get(API).json()["rows"] == []


def test_whoever_is_asked_hears_of_it(played: Stage, carrier: Actor) -> None:
    redirected(played)
    waits = Notice.objects.filter(kind="order_waits").values_list("recipient_id", flat=True)
    assert set(waits) == {carrier.id}


def test_who_is_asked_is_who_the_state_and_the_way_say(played: Stage, carrier: Actor) -> None:
    redirected(played)
    ask(played, "invoice", details={"title": "某某商贸公司"})
    order(played, "S2", status="shipped", shipments=[PARCEL])
    back = ask(played, "intercept", "S2").case_id
    order(played, "S3")
    ask(played, "cancel", "S3")
    order(
        played, "S4", status="shipped", shipments=[PARCEL | {"carrier": "无人承运", "tracking_number": "T4"}]
    )
    ask(played, "change_address", "S4")
    run()
    actions.record_answer(case_id=back, actor=carrier, at=AT, outcome="done")
    asked = {
        (case.state, case.service.way): case.id for case in Case.objects.filter(flow="order", is_open=True)
        if case.state != "instructed" or case.service.way == "merchant" or case.partner_id is not None
    }  # fmt: skip
    mine = {asked["instructed", "merchant"], asked["coming_back", "carrier"]}
    seller, agent = merchant(played), played.who("agent")
    assert set(queries.asked_of(seller).values_list("id", flat=True)) == mine
    assert [case.id for case in queries.asked_of(carrier)] == [asked["instructed", "carrier"]]
    assert not queries.asked_of(agent).exists()
    assert not queries.asked_of(played.who("supervisor")).exists()


def test_a_state_that_waits_for_nobody_here_is_told_without_a_question(
    played: Stage, django_assert_num_queries: Any
) -> None:
    order(played)
    case = cases.get(ask(played, "cancel").case_id)
    case.state = "repaying"
    with django_assert_num_queries(0):
        assert awaiting(case) is None


def test_orders_of_others_are_not_looked_up_by_merchants_and_carriers(played: Stage, carrier: Actor) -> None:
    order(played)
    other = next(
        one for one in played.people.values()
        if one.kind is ActorKind.MERCHANT and one.organisation_id != merchant(played).organisation_id
    )  # fmt: skip
    for stranger in (carrier, other):
        with pytest.raises(NotFound):
            queries.order_for(stranger, "S1")
    assert queries.order_for(merchant(played), "S1").order.number == "S1"
