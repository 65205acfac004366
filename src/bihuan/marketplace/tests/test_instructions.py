"""Carried out once, never forgotten: what the other side does and what the row says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from bihuan.accounts.permissions import Resource, Role
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.models import Entry
from bihuan.marketplace import actions
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.queries import InstructionAnswer, InstructionState, Parcel
from bihuan.marketplace.tests.factories import AT, actor
from bihuan.marketplace.tests.instructing import (
    ADDRESS,
    AGENT,
    SYSTEM,
    again,
    give,
    later,
    poll,
    said,
    send,
)
from bihuan.marketplace.tests.serving import Setup, running

pytestmark = pytest.mark.django_db
PARCEL = {"carrier": "迅捷速运", "tracking_number": "T1", "state": "in_transit"}


@pytest.fixture
def shop(settings: object) -> Iterator[Setup]:
    with running() as made:
        settings.MARKETPLACE = made.config  # type: ignore[attr-defined]
        yield made


def test_a_change_is_sent_and_done(shop: Setup) -> None:
    row = give()
    assert send(row) == "done"
    assert said(row) == ["given", "sent", "done"]
    assert shop.app.carried_out == [("order-0001", "change_order", ADDRESS)]


def test_the_details_are_sealed_and_thrown_away(shop: Setup) -> None:
    row = give()
    assert "王小明".encode() not in bytes(again(row).sealed)
    send(row)
    assert again(row).sealed is None
    told = json.dumps([entry.data for entry in Entry.objects.all()], ensure_ascii=False)
    assert not any(word in told for word in ADDRESS.values())


def test_the_job_twice_carries_out_once(shop: Setup) -> None:
    row = give()
    send(row)
    assert send(row) == "done"
    assert (said(row), len(shop.app.carried_out)) == (["given", "sent", "done"], 1)


def test_the_same_key_gives_the_same_instruction(shop: Setup) -> None:
    assert give().id == give().id
    with pytest.raises(Refusal):
        give(details=ADDRESS | {"recipient": "李四"})
    assert Instruction.objects.count() == 1


def test_no_answer_is_unknown_and_found_out_later(shop: Setup) -> None:
    row = give()
    shop.app.faults.lose_answers = 3
    assert send(row) == "unknown"
    assert poll(row, later(1)) == "unknown"
    assert poll(row, later(3)) == "done"
    assert said(row)[1:] == ["sent", "unknown", "done"]
    assert len(shop.app.carried_out) == 1


def test_one_that_never_arrived_is_sent_again_under_the_same_key(shop: Setup) -> None:
    row = give()
    shop.app.faults.errors = 3
    assert (send(row), shop.app.carried_out) == ("unknown", [])
    assert poll(row, later(3)) == "done"
    assert said(row)[1:] == ["sent", "unknown", "sent", "done"]
    assert shop.app.carried_out == [("order-0001", "change_order", ADDRESS)]


def test_a_long_outage_is_asked_about_ever_more_rarely(shop: Setup) -> None:
    row = give()
    shop.app.faults.errors = 10_000
    send(row)
    asked = []
    while (at := again(row).next_at) < later(24 * 60):
        assert poll(row, at - timedelta(seconds=1)) == "unknown"
        poll(row, at)
        asked.append((at - AT) // timedelta(minutes=1))
    assert (asked[:6], len(asked)) == ([2, 4, 8, 16, 32, 64], 28)
    assert said(row).count("unknown") == 1


def test_the_answer_of_a_carrier_is_followed(shop: Setup) -> None:
    shop.app.orders["A1"] |= {"status": "shipped", "shipments": [PARCEL]}
    row = give("redirect_parcel", parcel=Parcel("迅捷速运", "T1"))
    assert send(row) == "pending"
    assert poll(row, later(31)) == "pending"
    shop.app.instructions["order-0001"] |= {"state": "refused", "code": "out_for_delivery"}
    assert poll(row, later(62)) == "refused"
    assert said(row) == ["given", "sent", "taken", "refused"]
    assert (again(row).code, again(row).next_at) == ("out_for_delivery", None)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("change_order", "shipped", "shipped"),
        ("cancel_order", "received", "shipped"),
        ("cancel_order", "cancelled", "cancelled"),
        ("urge_shipment", "shipped", "shipped"),
    ],
)
def test_a_refusal_is_final(shop: Setup, kind: str, status: str, code: str) -> None:
    shop.app.orders["A1"]["status"] = status
    row = give(kind)
    assert send(row) == "refused"
    assert (again(row).code, shop.app.carried_out) == (code, [])
    assert (send(row), poll(row, later(90))) == ("refused", "refused")


def test_a_cancelled_order_is_cancelled_there(shop: Setup) -> None:
    assert send(give("cancel_order")) == "done"
    assert shop.app.orders["A1"]["status"] == "cancelled"


def answered(state: str, **more: str) -> Instruction:
    answer = InstructionAnswer("order-0001", InstructionState(state), **more)  # type: ignore[arg-type]
    return actions.take_answer(actor=SYSTEM, at=later(5), answer=answer)


def test_a_callback_twice_and_late_changes_nothing(shop: Setup) -> None:
    shop.app.faults.hold_instructions = True
    row = give()
    send(row)
    answered("done", reference="op-7")
    answered("done", reference="op-7")
    answered("pending")
    assert said(row) == ["given", "sent", "taken", "done"]
    assert (again(row).reference, again(row).proof) == ("op-7", "callback")


def test_a_contradicting_answer_is_said_and_changes_nothing(shop: Setup) -> None:
    row = give()
    send(row)
    answered("refused", code="shipped")
    assert (again(row).state, said(row)[-1]) == ("done", "contradicted")


def test_a_callback_for_nothing_known(shop: Setup) -> None:
    with pytest.raises(NotFound):
        answered("done")


def test_an_answer_before_it_was_sent_counts_and_nothing_is_sent(shop: Setup) -> None:
    row = give()
    answered("done")
    assert send(row) == "done"
    assert shop.app.carried_out == []


def test_a_person_records_the_answer_of_the_carrier(shop: Setup) -> None:
    shop.app.faults.hold_instructions = True
    row = give()
    send(row)
    by_hand = {"actor": AGENT, "at": later(9), "on": Resource(), "instruction_id": row.id}
    with pytest.raises(Invalid):
        actions.settle_instruction(outcome="refused", **by_hand)
    actions.settle_instruction(outcome="refused", refusal="carrier_refused", **by_hand)
    assert (again(row).state, again(row).proof) == ("refused", "manual")
    with pytest.raises(Refusal):
        actions.settle_instruction(outcome="done", **by_hand)


def test_the_sweep_does_everything_that_is_due(shop: Setup) -> None:
    shop.app.faults.errors = 3
    row = give()
    send(row)
    other = give("urge_shipment", key="order-0002")
    assert actions.sweep_instructions(actor=PROGRAM, at=later(3)) == 2
    assert (again(row).state, again(other).state) == ("done", "done")
    assert actions.sweep_instructions(actor=PROGRAM, at=later(4)) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(shop: Setup) -> None:
    row = give()
    with pytest.raises(RuntimeError), transaction.atomic():
        send(row)
    assert (again(row).state, shop.app.carried_out) == ("given", [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "paint_it_blue"},
        {"key": "short"},
        {"reason_code": "Free text"},
        {"details": {}},
        {"details": {"address": " "}},
        {"details": {"address": "x" * 301}},
        {"details": {"address": "a\x00b"}},
        {"details": {"title": "x"}},
        {"kind": "cancel_order", "details": ADDRESS},
        {"kind": "intercept_parcel", "details": None},
        {"parcel": Parcel("c", "T1")},
    ],
)
def test_bad_instructions_are_refused_and_nothing_is_written(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        give(**wrong)  # type: ignore[arg-type]
    assert not Instruction.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MERCHANT_OPERATOR, Role.CONSUMER])
def test_who_may_not_give_one(role: Role) -> None:
    with pytest.raises(NotAllowed):
        give(actor=actor(role))
    assert not Instruction.objects.exists()
