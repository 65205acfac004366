"""Change of address, recipient, telephone (PCN-2.3.2.a): in the order, after shipment by the carrier."""

from __future__ import annotations

import json

import pytest

from bihuan.cases.models import Case
from bihuan.complaints.stage import Stage
from bihuan.engine.errors import BihuanError, Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.models import Entry
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.tests.instructing import SYSTEM
from bihuan.orders import actions
from bihuan.orders.models import OrderService
from bihuan.orders.tests.play import (
    ADDRESS,
    AT,
    PARCEL,
    ask,
    instruction,
    order,
    run,
    said,
    state,
    then,
    told,
    verdicts,
)


def test_before_shipment_it_is_made_in_the_order_and_told(played: Stage) -> None:
    order(played)
    case_id = ask(played, "change_address").case_id
    assert (state(case_id), verdicts(case_id)) == ("instructed", {"PCN-2.3.2.a": None})
    run()
    assert state(case_id) == "completed"
    assert said(case_id) == ["requested", "change_asked", "change_answered", "done"]
    assert verdicts(case_id) == {"PCN-2.3.2.a": "met"}
    assert told(case_id) == {"order_asked", "order_done"}
    assert marketplace.delivery_of(SYSTEM, "S1") == ADDRESS


def test_the_address_stands_nowhere_in_the_clear(played: Stage) -> None:
    order(played)
    case_id = ask(played, "change_address").case_id
    run()
    kept = json.dumps(list(Entry.objects.values_list("data", flat=True)), ensure_ascii=False)
    assert ADDRESS["address"] not in kept
    assert instruction(case_id).sealed is None


def test_after_shipment_the_carrier_is_asked_and_its_answer_followed(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    case_id = ask(played, "change_recipient").case_id
    run()
    assert (state(case_id), instruction(case_id).state) == ("instructed", "pending")
    agent = played.who("agent")
    actions.take(case_id=case_id, actor=agent, at=AT)
    actions.record_answer(case_id=case_id, actor=agent, at=then(hours=3), outcome="done")
    assert state(case_id) == "completed"
    assert verdicts(case_id) == {"PCN-2.3.2.a": "met"}
    then(hours=4)
    assert said(case_id).count("done") == 1


def test_a_refusal_is_explained_with_the_other_ways(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    case_id = ask(played, "change_address").case_id
    run()
    actions.record_answer(
        case_id=case_id, actor=played.who("agent"), at=AT, outcome="refused", refusal="out_for_delivery"
    )
    refused = Entry.objects.get(subject_id=case_id, event="order.refused").data
    assert refused["routes"] == ["collect", "refuse_delivery", "complain"]
    assert (state(case_id), OrderService.objects.get(case_id=case_id).live) == ("not_done", False)
    assert "order_refused" in told(case_id)
    ask(played, "change_address")


def test_the_order_left_meanwhile(played: Stage) -> None:
    order(played)
    case_id = ask(played, "change_address").case_id
    order(played, status="shipped", shipments=[PARCEL])
    run()
    refused = Entry.objects.get(subject_id=case_id, event="order.refused").data
    assert (refused["refusal"], refused["routes"][0]) == ("shipped", "redirect")


def test_it_is_not_asked_twice_at_a_time(played: Stage) -> None:
    order(played)
    ask(played, "change_address")
    with pytest.raises(Refusal) as refused:
        ask(played, "change_address")
    assert (refused.value.error_code, refused.value.clause) == ("order.open_already", "PCN-2.3.2.a")
    assert OrderService.objects.count() == 1


def test_a_parcel_of_several_is_chosen(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL, PARCEL | {"tracking_number": "T2"}])
    with pytest.raises(Invalid):
        ask(played, "change_address", tracking_number="T3")
    case_id = ask(played, "change_address", tracking_number="T2").case_id
    assert instruction(case_id).tracking_number == "T2"


@pytest.mark.parametrize(
    ("service", "details", "field"),
    [
        ("change_address", {}, "address"),
        ("change_address", {"address": "短"}, "address"),
        ("change_address", {"address": "杭州市西湖区\x00文三路"}, "address"),
        ("change_phone", {"phone": "12"}, "phone"),
        ("change_phone", {"phone": "not a number"}, "phone"),
        ("invoice", {"title": "某某公司", "email": "nowhere"}, "email"),
        ("paint", {}, "service"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    played: Stage, service: str, details: dict[str, str], field: str
) -> None:
    order(played)
    before = Case.objects.count()
    with pytest.raises(BihuanError) as refused:
        ask(played, service, details=details)
    assert refused.value.data["field"] == field
    assert (Case.objects.count(), Instruction.objects.count()) == (before, 0)


def test_a_stranger_does_not_find_the_order(played: Stage) -> None:
    order(played)
    stranger = next(c for c in played.consumers.values() if c.id != played.who("consumer").id)
    new = actions.NewService(service="cancel", order_number="S1")
    with pytest.raises(NotFound):
        actions.open_service(actor=stranger, at=AT, new=new)
    with pytest.raises(NotAllowed):
        actions.open_service(actor=played.who("auditor"), at=AT, new=new)
    assert OrderService.objects.count() == 0


def test_the_desk_asks_for_the_buyer(played: Stage) -> None:
    order(played)
    case_id = ask(played, "change_address", who="agent", channel="telephone").case_id
    case = Case.objects.get(id=case_id)
    assert (case.consumer_id, case.owner_id) == (played.who("consumer").id, played.who("agent").id)
