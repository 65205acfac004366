"""A return from application to closed loop."""

from __future__ import annotations

from datetime import datetime, timedelta

from bihuan.aftersales.models import Application
from bihuan.cases import queries as cases
from bihuan.complaints import stage
from bihuan.money import queries as money

from .conftest import AT
from .play import apply, intact, returned, said, state, take, verdicts


def test_a_return_without_reason_is_approved_by_the_program(played: stage.Stage) -> None:
    done = apply(played)
    assert done.state == "approved"
    application = Application.objects.get(case_id=done.case_id)
    judgement = application.judgements.get()
    assert (judgement.outcome, application.freight_by) == ("eligible", "consumer")
    assert judgement.steps
    assert application.decisions.get().by == "program"
    assert verdicts(done.case_id)["PCN-2.3.3.b", ""] == "met"


def test_the_price_goes_back_by_r5_when_all_is_intact(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    assert state(case_id) == "inspecting"
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    part = Application.objects.get(case_id=case_id).parts.get()
    assert (part.kind, part.rule, part.amount_fen) == ("price", "remedy.R5", 15_000)
    assert [(line["code"], line["amount"]) for line in part.shown] == [("paid", 27_000), ("kept", -12_000)]
    assert money.refunds_of(case_id)[0].amount_fen == 15_000
    assert state(case_id) == "fulfilled"
    found = verdicts(case_id)
    assert found["L-07", ""] == "met"
    assert (found["L-11", "procedure"], found["L-11", "refund"]) == ("met", "met")
    assert found["ASM-3.2", ""] == "met"


def test_the_consumer_confirms_and_the_loop_is_closed(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    take(played, "consumer", case_id, AT + timedelta(days=1), "confirm", score=5)
    assert state(case_id) == "closed"
    assert said(case_id)[-3:] == ["aftersales.confirmed", "aftersales.rated", "aftersales.closed"]
    assert Application.objects.get(case_id=case_id).ratings.get().score == 5


def test_the_law_s_seven_days_run_without_roll(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    case = cases.get(case_id)
    assert case.strictest_clause == "L-07"
    assert case.strictest_due_at == datetime.fromisoformat("2026-03-10T00:00:00+08:00")
