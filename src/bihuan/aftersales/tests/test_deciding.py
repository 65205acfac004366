"""Who decides, in which time, on which grounds; what is refused changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.aftersales import actions
from bihuan.aftersales.models import Application
from bihuan.aftersales.stage import record, take_order
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.engine.errors import BihuanError, Invalid, NotFound, Refusal
from bihuan.journal import queries as journal
from bihuan.notices.models import Notice

from .conftest import AT
from .play import apply, new, pass_to, photo, said, state, take, verdicts

LATE = AT + timedelta(days=18)


def to_decide(played: stage.Stage, *, at: datetime = LATE, **more: Any) -> UUID:
    """A defect claimed long after signing: a person has to judge."""
    done = apply(played, at=at, ground="quality", photos=1, **more)
    assert done.state == "deciding"
    return done.case_id


def unchanged(case_id: UUID) -> tuple[Any, ...]:
    case = cases.get(case_id)
    return case.state, case.version, len(journal.entries_of(case_id)), Notice.objects.count()


def refused(
    played: stage.Stage, who: str, case_id: UUID, at: datetime, step: str, **data: Any
) -> BihuanError:
    before = unchanged(case_id)
    with pytest.raises(BihuanError) as caught:
        take(played, who, case_id, at, step, **data)
    assert unchanged(case_id) == before
    return caught.value


def test_materials_follow_from_reason_and_goods(played: stage.Stage) -> None:
    done = apply(played, at=LATE, ground="damaged_in_transit")
    assert (done.state, done.missing) == ("materials", ("photo", "packaging"))
    assert "PCN-2.3.3.b" not in {clause for clause, _ in verdicts(done.case_id)}


def test_with_the_last_material_the_24_hours_begin(played: stage.Stage) -> None:
    case_id = apply(played, at=LATE, ground="damaged_in_transit").case_id
    later = LATE + timedelta(hours=5)
    files = [str(photo(played, "consumer", later, n)) for n in (1, 2)]
    take(played, "consumer", case_id, later, "give_materials", evidence_ids=files[:1])
    assert state(case_id) == "materials"
    take(played, "consumer", case_id, later, "give_materials", evidence_ids=files[1:])
    assert state(case_id) == "deciding"
    due = cases.get(case_id).strictest_due_at
    assert due == later + timedelta(hours=24)


def test_materials_not_given_in_time_end_the_application_and_it_comes_back(played: stage.Stage) -> None:
    case_id = apply(played, at=LATE, ground="quality").case_id
    pass_to(LATE + timedelta(days=5))
    assert "aftersales.materials_reminded" in said(case_id)
    pass_to(LATE + timedelta(days=8))
    assert state(case_id) == "expired"
    at = LATE + timedelta(days=9)
    take(played, "consumer", case_id, at, "give_materials", evidence_ids=[str(photo(played, "consumer", at))])
    assert state(case_id) == "deciding"


def test_the_merchant_approves_and_the_consumer_is_told(played: stage.Stage) -> None:
    case_id = to_decide(played)
    take(played, "merchant", case_id, LATE + timedelta(hours=2), "approve")
    decision = Application.objects.get(case_id=case_id).decisions.get()
    assert (decision.outcome, decision.by, state(case_id)) == ("approved", "merchant", "approved")
    assert verdicts(case_id)["PCN-2.3.3.b", ""] == "met"
    assert verdicts(case_id)["ASM-3.1", ""] == "met"


def test_silence_after_a_warning_loses_the_decision(played: stage.Stage) -> None:
    case_id = to_decide(played)
    pass_to(LATE + timedelta(hours=13))
    assert "aftersales.merchant_warned" in said(case_id)
    pass_to(LATE + timedelta(hours=16, minutes=1))
    application = Application.objects.get(case_id=case_id)
    assert (application.platform_decides, state(case_id)) == (True, "approved")
    assert application.decisions.get().by == "platform"
    assert verdicts(case_id)["PCN-2.3.3.b", ""] == "met"


def test_a_merchant_nobody_can_reach_loses_nothing_by_silence(played: stage.Stage) -> None:
    case_id = to_decide(played)
    merchant = played.who("merchant")
    accounts.lock(
        person_id=merchant.id, reason="security", why="测试", actor=played.who("administrator"), at=LATE
    )
    pass_to(LATE + timedelta(hours=13))
    pass_to(LATE + timedelta(hours=17))
    assert state(case_id) == "deciding"
    assert Application.objects.get(case_id=case_id).platform_decides
    assert "aftersales.merchant_warned" not in said(case_id)


def test_after_its_time_the_merchant_decides_no_more(played: stage.Stage) -> None:
    case_id = to_decide(played, kind="refund_only")
    pass_to(LATE + timedelta(hours=13))
    pass_to(LATE + timedelta(hours=17))
    error = refused(played, "merchant", case_id, LATE + timedelta(hours=18), "approve")
    assert (error.error_code, error.clause) == ("aftersales.decision_passed", "PCN-2.3.3.b")


def test_what_is_due_is_not_refused(played: stage.Stage) -> None:
    """800 yuan, not shipped: due, but above the sum that the program pays alone; so a person has it."""
    line = record(played.orders[0])["lines"][0] | {"unit_price_fen": 80_000, "paid_fen": 80_000}
    paid = [{"way": "wechat", "amount_fen": 80_000, "reference": "pay-AS-2"}]
    unshipped = {"status": "paid", "lines": [line], "shipments": [], "promotions": [], "payments": paid}
    number = take_order(played.orders[0], at=AT, number="AS-2", **unshipped)
    done = apply(played, kind="refund_only", order_number=number)
    assert done.state == "deciding"
    data = {"ground": "out_of_time", "alternatives": ["negotiate"], "reason": "不想退"}
    error = refused(played, "merchant", done.case_id, AT, "decline", **data)
    assert (error.error_code, error.clause) == ("aftersales.due", "PCN-2.3.3.c")
    assert error.data["articles"] == "PCN-2.3.2.b"


def test_a_ground_that_does_not_hold_refuses_nothing(played: stage.Stage) -> None:
    done = apply(played, kind="refund_only", ground="quality", photos=1)
    assert done.state == "deciding"
    data = {"ground": "out_of_time", "alternatives": ["negotiate"], "reason": "不想退"}
    assert refused(played, "merchant", done.case_id, AT, "decline", **data).clause == "PCN-3.3.2.c"


@pytest.mark.parametrize("alternatives", [[], ["voucher"]])
def test_a_refusal_without_a_real_alternative_is_none(played: stage.Stage, alternatives: list[str]) -> None:
    case_id = apply(played, at=LATE).case_id
    data = {"ground": "out_of_time", "alternatives": alternatives, "reason": "超过七日"}
    assert refused(played, "merchant", case_id, LATE, "decline", **data).clause == "PCN-2.3.3.c"


def test_a_refusal_names_ground_alternative_and_routes(played: stage.Stage) -> None:
    case_id = apply(played, at=LATE).case_id
    data = {"ground": "out_of_time", "alternatives": ["repair", "negotiate"], "reason": "超过七日"}
    take(played, "merchant", case_id, LATE, "decline", **data)
    said_of = next(e for e in journal.entries_of(case_id) if e.event == "aftersales.refused")
    assert (said_of.data["article"], said_of.data["alternatives"]) == ("L-03", ["repair", "negotiate"])
    assert "court" in said_of.data["routes"]
    assert verdicts(case_id)["PCN-2.3.3.b", ""] == "met"
    assert verdicts(case_id)["L-11", "procedure"] == "cancelled"


def test_a_refusal_is_a_persons(played: stage.Stage) -> None:
    case_id = apply(played, at=LATE).case_id
    data = {"ground": "out_of_time", "alternatives": ["negotiate"], "reason": "超过七日"}
    assert (
        refused(played, "program", case_id, LATE, "decline", **data).error_code == "aftersales.person_needed"
    )


def test_an_appeal_is_decided_by_somebody_else(played: stage.Stage) -> None:
    case_id = apply(played, at=LATE).case_id
    data = {"ground": "out_of_time", "alternatives": ["negotiate"], "reason": "超过七日"}
    take(played, "supervisor", case_id, LATE, "decline", **data)
    take(played, "consumer", case_id, LATE, "appeal", reason="签收日期有误")
    assert refused(played, "supervisor", case_id, LATE, "approve").clause == "P-19"
    take(played, "other_supervisor", case_id, LATE, "approve")
    assert (state(case_id), cases.get(case_id).generation) == ("approved", 2)


def test_another_merchant_does_not_decide(played: stage.Stage) -> None:
    case_id = to_decide(played)
    own = played.who("merchant").organisation_id
    other = next(p for p, a in played.people.items() if p.startswith("merchant") and a.organisation_id != own)
    assert refused(played, other, case_id, LATE, "approve").clause == "PCN-1.2"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"pieces": {}}, "pieces"),
        ({"pieces": {1: 2}}, "pieces"),
        ({"pieces": {9: 1}}, "pieces"),
        ({"kind": "gift"}, "kind"),
        ({"ground": "mood"}, "ground"),
        ({"channel": "fax"}, "channel"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"kind": "price_protection"}, "price_now_fen"),
    ],
)
def test_bad_input_is_named_and_nothing_is_registered(
    played: stage.Stage, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        actions.submit(actor=played.who("consumer"), at=AT, new=new(played, **more))
    assert caught.value.data["field"] == field
    assert not Case.objects.exists()


def test_an_order_of_somebody_else_is_not_there(played: stage.Stage) -> None:
    other = next(c for c in played.consumers.values() if c.id != played.who("consumer").id)
    with pytest.raises(NotFound):
        actions.submit(actor=other, at=AT, new=new(played, consumer_id=other.id))
    assert not Case.objects.exists()


def test_a_piece_is_applied_for_once_at_a_time(played: stage.Stage) -> None:
    apply(played, pieces={2: 1})
    apply(played, pieces={2: 1})
    with pytest.raises(Refusal) as caught:
        apply(played, pieces={2: 1})
    assert caught.value.error_code == "aftersales.applied_already"
    assert Case.objects.count() == 2
