"""Urgent needs among requests about orders: found in what was ordered, ended with the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.cases import queries as cases
from bihuan.complaints.stage import Stage
from bihuan.engine.errors import NotAllowed, Refusal
from bihuan.marketplace.tests.factories import line
from bihuan.orders import actions
from bihuan.orders.steps import TABLE
from bihuan.orders.tests.play import AT, PARCEL, ask, order, run, then, verdicts

MEDICINE = {"ref": "p-1", "title": "阿莫西林胶囊", "category": "medicine"}
INSULIN = {"ref": "p-1", "title": "门冬胰岛素注射笔", "category": "health"}


@pytest.mark.parametrize(("product", "by"), [(MEDICINE, "product:medicine"), (INSULIN, "words:words.3")])
def test_what_was_ordered_shows_the_need(played: Stage, product: dict[str, str], by: str) -> None:
    order(played, lines=[line(1, product=product)], freight_fen=0, status="shipped", shipments=[PARCEL])
    case = cases.get(ask(played, "change_address").case_id)
    assert (case.green, case.green_by) == ("medicine", by)
    assert verdicts(case.id)["PCN-2.3.4.b"] is None


def test_an_ordinary_order_is_not_urgent_and_guidance_has_nothing_to_hurry(played: Stage) -> None:
    order(played)
    assert cases.get(ask(played, "change_address").case_id).green == ""
    order(played, "S2", lines=[line(1, product=MEDICINE)], status="shipped", shipments=[PARCEL])
    case = cases.get(ask(played, "cancel", "S2").case_id)
    assert (case.state, case.green) == ("guided", "")


def test_the_clock_ends_when_the_program_has_done_it(played: Stage) -> None:
    order(played, lines=[line(1, product=MEDICINE)])
    case_id = ask(played, "cancel").case_id
    run()
    assert verdicts(case_id)["PCN-2.3.4.b"] == "met"


def test_ended_unserved_and_late_is_late(played: Stage) -> None:
    order(played, lines=[line(1, product=MEDICINE)], status="shipped", shipments=[PARCEL])
    case_id = ask(played, "intercept").case_id
    run()
    at = then(minutes=50)
    refused = {"outcome": "refused", "refusal": "carrier_refused"}
    actions.record_answer(case_id=case_id, actor=played.who("agent"), at=at, **refused)
    assert (cases.get(case_id).state, verdicts(case_id)["PCN-2.3.4.b"]) == ("not_done", "late")


def test_the_first_step_of_who_took_it_serves_it(played: Stage) -> None:
    order(played, lines=[line(1, product=MEDICINE)], status="shipped", shipments=[PARCEL])
    case_id, agent = ask(played, "intercept").case_id, played.who("agent")
    run()
    at = then(minutes=10)
    actions.take(case_id=case_id, actor=agent, at=at)
    actions.record_answer(case_id=case_id, actor=agent, at=at, outcome="done")
    assert (cases.get(case_id).state, verdicts(case_id)["PCN-2.3.4.b"]) == ("coming_back", "met")


def test_a_person_marks_and_a_supervisor_takes_off(played: Stage) -> None:
    order(played, status="shipped", shipments=[PARCEL])
    case_id, agent = ask(played, "change_address").case_id, played.who("agent")
    given = {"need": "infant", "reason": "来电说奶粉已断"}
    TABLE.take(name="mark_green", case_id=case_id, actor=agent, at=AT, data=given)
    with pytest.raises(Refusal):
        actions.mark_green(case_id=case_id, actor=agent, at=AT, **given)
    with pytest.raises(NotAllowed):
        actions.unmark_green(case_id=case_id, actor=agent, at=AT, reason="已送达")
    later = AT + timedelta(minutes=5)
    boss = played.who("supervisor")
    run(later)
    actions.unmark_green(case_id=case_id, actor=boss, at=later, reason="已送达")
    assert (cases.get(case_id).green, verdicts(case_id)["PCN-2.3.4.b"]) == ("", "cancelled")
