"""Orders in several parcels: each has its own request and answer; what comes of some of them is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.complaints.stage import Stage
from bihuan.engine.errors import Invalid
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.queries import InstructionAnswer, InstructionState
from bihuan.money.models import Refund
from bihuan.notices.models import Notice
from bihuan.orders import actions
from bihuan.orders.models import OrderService
from bihuan.orders.tests.play import AT, PARCEL, ask, credit, order, run, said, state, told, verdicts

LATER = AT + timedelta(minutes=5)


def two(played: Stage, **more: Any) -> None:
    """Line 1 (100 yuan) in T1, line 2 (50 yuan) in T2; 6 yuan freight."""
    parcels = [PARCEL | {"lines": [1]}, PARCEL | {"tracking_number": "T2", "lines": [2]}]
    order(played, status="shipped", **({"shipments": parcels} | more))


def answer(case_id: UUID, number: str, outcome: str = "done") -> None:
    """The carrier tells the marketplace, which tells us; twice, as it may happen."""
    key = Instruction.objects.get(case_id=case_id, tracking_number=number).key
    code = "" if outcome == "done" else "carrier_refused"
    for _ in range(2):
        found = InstructionAnswer(key, InstructionState(outcome), code, at=LATER)
        marketplace.take_answer(actor=PROGRAM, at=LATER, answer=found)
    run(LATER)


def refunds(case_id: UUID) -> list[tuple[str, int]]:
    return list(Refund.objects.filter(case_id=case_id).order_by("kind").values_list("kind", "amount_fen"))


def test_each_parcel_has_its_own_request(played: Stage) -> None:
    two(played)
    case_id = ask(played, "intercept").case_id
    run()
    asked = Instruction.objects.filter(case_id=case_id).order_by("tracking_number")
    assert [(one.tracking_number, one.kind, one.state) for one in asked] == [
        ("T1", "intercept_parcel", "pending"), ("T2", "intercept_parcel", "pending"),
    ]  # fmt: skip
    answer(case_id, "T1")
    assert (state(case_id), said(case_id)[-1]) == ("instructed", "parcel_answered")
    answer(case_id, "T2")
    assert (state(case_id), OrderService.objects.get(case_id=case_id).lines) == ("coming_back", None)
    actions.receive_return(case_id=case_id, actor=played.who("agent"), at=LATER)
    run(LATER)
    assert refunds(case_id) == [("freight", 600), ("price", 15_000)]


def test_what_comes_back_in_part_is_told_and_refunded_in_part(played: Stage) -> None:
    two(played)
    case_id = ask(played, "intercept").case_id
    run()
    answer(case_id, "T2")
    answer(case_id, "T1", "refused")
    row = OrderService.objects.get(case_id=case_id)
    assert (state(case_id), row.lines, row.refusal) == ("coming_back", [2], "carrier_refused")
    params = Notice.objects.get(kind="order_partly").params
    assert (params["done"], params["all"], params["why"]) == (1, 2, ["carrier_refused"])
    assert "order_intercepted" not in told(case_id)
    actions.receive_return(case_id=case_id, actor=played.who("agent"), at=LATER)
    run(LATER)
    assert refunds(case_id) == [("price", 5_000)]
    credit(case_id, AT + timedelta(days=1))
    assert state(case_id) == "completed"


def test_all_refused_is_refused_once(played: Stage) -> None:
    two(played)
    case_id = ask(played, "change_address").case_id
    run()
    answer(case_id, "T1", "refused")
    assert verdicts(case_id)["PCN-2.3.2.a"] is None
    answer(case_id, "T2", "refused")
    assert (state(case_id), verdicts(case_id)["PCN-2.3.2.a"]) == ("not_done", "met")
    assert [e.data["left"] for e in journal.entries_named(case_id, "order.parcel_answered")] == [1, 0]
    assert said(case_id).count("refused") == 1


def test_a_redirection_in_part_is_done_and_says_so(played: Stage) -> None:
    two(played)
    case_id = ask(played, "change_address").case_id
    run()
    answer(case_id, "T1")
    answer(case_id, "T2", "refused")
    answered = journal.entries_named(case_id, "order.change_answered")
    assert [e.data["outcome"] for e in answered] == ["part"]
    assert (state(case_id), told(case_id)) == ("completed", {"order_asked", "order_partly"})


def test_a_person_says_which_parcel_was_answered(played: Stage) -> None:
    two(played)
    case_id, agent = ask(played, "intercept").case_id, played.who("agent")
    run()
    with pytest.raises(Invalid) as refused:
        actions.record_answer(case_id=case_id, actor=agent, at=LATER, outcome="done")
    assert (refused.value.data["field"], refused.value.data["parcels"]) == ("tracking_number", "T1, T2")
    run(LATER)
    actions.record_answer(case_id=case_id, actor=agent, at=LATER, outcome="done", tracking_number="T2")
    run(LATER)
    assert state(case_id) == "instructed"
    actions.record_answer(case_id=case_id, actor=agent, at=LATER, outcome="done")
    run(LATER)
    assert (state(case_id), said(case_id).count("intercepted")) == ("coming_back", 1)


def test_one_of_several_may_be_chosen_and_only_its_lines_are_paid_back(played: Stage) -> None:
    two(played)
    case_id = ask(played, "intercept", tracking_number="T1").case_id
    run()
    answer(case_id, "T1")
    actions.receive_return(case_id=case_id, actor=played.who("agent"), at=LATER)
    run(LATER)
    assert refunds(case_id) == [("price", 10_000)]
