"""The goods' way: back, lost, inspected, disputed; replaced, repaired; told by the carrier."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.aftersales import actions, queries
from bihuan.aftersales.models import Application
from bihuan.cases import queries as cases
from bihuan.complaints import stage
from bihuan.engine.errors import BihuanError
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM

from .conftest import AT
from .play import ADDRESS, apply, intact, pass_to, photo, returned, said, state, take, verdicts

NEXT = AT + timedelta(hours=1)
OUT = {"carrier": "圆通", "tracking_number": "YT-1"}


def inspecting(played: stage.Stage, **more: Any) -> UUID:
    case_id = apply(played, **more).case_id
    if state(case_id) == "deciding":
        take(played, "merchant", case_id, AT, "approve")
    returned(played, case_id, AT)
    return case_id


def worn(played: stage.Stage, deduction: int = 1_000) -> dict[str, Any]:
    found = {"number": 1, "quantity": 1, "finding": "worn", "deduction": deduction}
    return {
        "findings": [found],
        "text": "袖口有污渍",
        "evidence_ids": [str(photo(played, "merchant", NEXT))],
    }


def refused(played: stage.Stage, who: str, case_id: UUID, step: str, **data: Any) -> BihuanError:
    before = state(case_id), len(journal.entries_of(case_id))
    with pytest.raises(BihuanError) as caught:
        take(played, who, case_id, NEXT, step, **data)
    assert (state(case_id), len(journal.entries_of(case_id))) == before
    return caught.value


def test_the_return_address_is_sealed_and_shown_to_who_may_see_it(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    take(played, "merchant", case_id, AT, "give_address", **ADDRESS)
    row = Application.objects.get(case_id=case_id)
    assert ADDRESS["phone"].encode() not in bytes(row.address_sealed or b"")
    shown = queries.file_for(played.who("consumer"), case_id, at=AT).address
    assert (shown["phone"], shown["recipient"]) == (ADDRESS["phone"], "退货组")
    assert not [e for e in journal.entries_of(case_id) if ADDRESS["phone"] in str(e.data)]


def test_nothing_is_sent_before_there_is_an_address(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    error = refused(played, "consumer", case_id, "send_back", carrier="顺丰", tracking_number="SF11")
    assert error.clause == "L-11"


def test_the_carriers_stamp_starts_the_seven_days(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    take(played, "merchant", case_id, AT, "give_address", **ADDRESS)
    parcel = take(played, "consumer", case_id, AT, "send_back", carrier="顺丰速运", tracking_number="SF-7")
    signed = AT + timedelta(days=2)
    at = AT + timedelta(days=3)
    take(played, "consumer", case_id, at, "write", text="快递显示已签收")
    actions.track(
        case_id=case_id, actor=PROGRAM, at=at, parcel_id=parcel.id, state="delivered", delivered_at=signed
    )
    assert state(case_id) == "inspecting"
    clock = next(
        c for c in queries.file_for(played.who("agent"), case_id, at=at).clocks if c.clause == "L-07"
    )
    assert clock.started_at == signed
    assert clock.due_at == datetime.fromisoformat("2026-03-12T00:00:00+08:00")


def test_all_intact_pays_at_once(played: stage.Stage) -> None:
    case_id = inspecting(played)
    take(played, "merchant", case_id, NEXT, "inspect", findings=intact((1, 1)))
    assert state(case_id) == "fulfilled"


def test_every_piece_is_accounted_for(played: stage.Stage) -> None:
    case_id = inspecting(played, pieces={1: 1, 2: 2})
    error = refused(played, "merchant", case_id, "inspect", findings=intact((1, 1), (2, 1)))
    assert error.clause == "ASM-5.3"


def test_a_finding_against_the_consumer_needs_words_and_a_photo(played: stage.Stage) -> None:
    case_id = inspecting(played)
    bare = {"findings": worn(played)["findings"]}
    assert refused(played, "merchant", case_id, "inspect", **bare).clause == "ASM-5.3"


def test_no_more_is_held_back_than_was_paid(played: stage.Stage) -> None:
    case_id = inspecting(played)
    assert refused(played, "merchant", case_id, "inspect", **worn(played, 16_876)).clause == "L-06"


def test_the_flaw_that_was_claimed_holds_nothing_back(played: stage.Stage) -> None:
    case_id = inspecting(played, ground="quality", photos=1)
    found = [{"number": 1, "quantity": 1, "finding": "damaged", "deduction": 100}]
    assert refused(played, "merchant", case_id, "inspect", findings=found, text="有破损").clause == "L-06"


def test_accepting_the_finding_pays_the_rest(played: stage.Stage) -> None:
    case_id = inspecting(played)
    take(played, "merchant", case_id, NEXT, "inspect", **worn(played))
    assert state(case_id) == "disputed"
    take(played, "consumer", case_id, NEXT, "accept_finding")
    part = Application.objects.get(case_id=case_id).parts.get()
    assert (part.amount_fen, part.shown[-1]["amount"]) == (14_000, -1_000)
    assert state(case_id) == "fulfilled"


def test_a_dispute_is_decided_by_a_person_and_not_by_the_merchant(played: stage.Stage) -> None:
    case_id = inspecting(played)
    take(played, "merchant", case_id, NEXT, "inspect", **worn(played))
    take(played, "consumer", case_id, NEXT, "object_finding", reason="寄出时完好")
    assert (
        refused(played, "merchant", case_id, "settle", outcome="rejected", reason="不退").clause == "PCN-1.2"
    )
    take(played, "supervisor", case_id, NEXT, "settle", outcome="partly", deduction=400, reason="轻微污渍")
    assert Application.objects.get(case_id=case_id).parts.get().amount_fen == 14_600


def test_a_decision_that_nothing_goes_back_ends_the_laws_clocks(played: stage.Stage) -> None:
    case_id = inspecting(played)
    take(played, "merchant", case_id, NEXT, "inspect", **worn(played))
    take(played, "supervisor", case_id, NEXT, "settle", outcome="rejected", reason="寄回的不是原商品")
    found = verdicts(case_id)
    assert (found["L-07", ""], found["L-11", "refund"]) == ("cancelled", "cancelled")
    assert Application.objects.get(case_id=case_id).outcome == "rejected"


def test_pieces_that_were_not_sent_are_not_settled(played: stage.Stage) -> None:
    case_id = inspecting(played, ground="quality", photos=1, pieces={2: 2})
    found = [
        {"number": 2, "quantity": 1, "finding": "damaged"},
        {"number": 2, "quantity": 1, "finding": "missing"},
    ]
    data = {"text": "少一件", "evidence_ids": [str(photo(played, "merchant", NEXT))]}
    take(played, "merchant", case_id, NEXT, "inspect", findings=found, **data)
    take(played, "consumer", case_id, NEXT, "accept_finding")
    application = Application.objects.get(case_id=case_id)
    assert (application.lines.get().accepted, application.parts.get().amount_fen) == (1, 5_063)


def test_an_exchange_sends_goods_and_starts_the_warranty_anew(played: stage.Stage) -> None:
    case_id = inspecting(played, kind="exchange", ground="quality", photos=1)
    take(played, "merchant", case_id, NEXT, "inspect", findings=intact((1, 1)))
    assert state(case_id) == "replacing"
    take(played, "merchant", case_id, NEXT, "send_goods", **OUT)
    take(played, "consumer", case_id, NEXT + timedelta(days=2), "deliver")
    assert state(case_id) == "fulfilled"
    assert "aftersales.warranty_restarted" in said(case_id)
    assert not Application.objects.get(case_id=case_id).parts.exists()


def test_days_in_repair_do_not_count_to_the_warranty(played: stage.Stage) -> None:
    case_id = inspecting(played, kind="repair", ground="quality", photos=1)
    take(played, "merchant", case_id, NEXT, "inspect", findings=intact((1, 1)))
    take(
        played,
        "merchant",
        case_id,
        NEXT + timedelta(days=3),
        "finish_repair",
        text="换了拉链",
        parts=["拉链"],
    )
    take(played, "merchant", case_id, NEXT + timedelta(days=4), "send_goods", **OUT)
    take(played, "consumer", case_id, NEXT + timedelta(days=6), "deliver")
    held = next(e for e in journal.entries_of(case_id) if e.event == "aftersales.warranty_held")
    assert held.data["days"] == 7
    assert Application.objects.get(case_id=case_id).repairs.get().parts == ["拉链"]


def test_a_replacement_lost_is_owed_again_and_the_carrier_is_claimed(played: stage.Stage) -> None:
    case_id = inspecting(played, kind="exchange", ground="quality", photos=1)
    take(played, "merchant", case_id, NEXT, "inspect", findings=intact((1, 1)))
    take(played, "merchant", case_id, NEXT, "send_goods", **OUT)
    take(played, "consumer", case_id, NEXT, "report_loss", what="lost", reason="一直没有更新")
    assert state(case_id) == "replacing"
    recourse = Application.objects.get(case_id=case_id).recourses.get()
    assert (recourse.carrier, recourse.amount_fen) == ("圆通", 16_875)
    take(played, "merchant", case_id, NEXT, "send_goods", carrier="yto", tracking_number="YT-2")


def test_a_return_parcel_lost_is_decided_by_a_person(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    take(played, "merchant", case_id, AT, "give_address", **ADDRESS)
    take(played, "consumer", case_id, AT, "send_back", carrier="sf", tracking_number="SF-8")
    take(played, "consumer", case_id, NEXT, "report_loss", what="lost", reason="快递丢失")
    assert state(case_id) == "disputed"
    take(played, "supervisor", case_id, NEXT, "settle", outcome="granted", reason="承运方确认丢失")
    assert Application.objects.get(case_id=case_id).parts.get().amount_fen == 15_000


def test_goods_that_cannot_be_replaced_turn_to_a_refund_with_its_own_clock(played: stage.Stage) -> None:
    case_id = inspecting(played, kind="exchange", ground="quality", photos=1)
    assert ("L-07", "") not in verdicts(case_id)
    take(played, "merchant", case_id, NEXT, "inspect", findings=intact((1, 1)))
    take(played, "merchant", case_id, NEXT, "turn_to_refund", reason="缺货")
    assert Application.objects.get(case_id=case_id).parts.get(kind="price").amount_fen == 16_875
    assert verdicts(case_id)["L-07", ""] == "met"


@pytest.mark.parametrize("first", ["evidence", "message"])
def test_independent_events_may_come_in_any_order(played: stage.Stage, first: str) -> None:
    case_id = inspecting(played)
    words = [
        ("write", {"text": "请尽快验货"}),
        ("add_evidence", {"evidence_ids": [str(photo(played, "consumer", NEXT))]}),
    ]
    for step, data in words if first == "message" else reversed(words):
        take(played, "consumer", case_id, NEXT, step, **data)
    take(played, "merchant", case_id, NEXT, "inspect", findings=intact((1, 1)))
    assert Application.objects.get(case_id=case_id).parts.get().amount_fen == 15_000


def test_goods_that_a_warned_merchant_does_not_inspect_are_taken_as_intact(played: stage.Stage) -> None:
    case_id = inspecting(played)
    pass_to(AT + timedelta(hours=48))
    assert "aftersales.inspection_warned" in said(case_id)
    pass_to(AT + timedelta(hours=73))
    row = Application.objects.get(case_id=case_id).inspections.get()
    findings = [f.finding for f in row.findings.all()]
    assert (row.by, findings, state(case_id)) == ("program", ["intact"], "fulfilled")
    assert verdicts(case_id)["L-07", ""] == "met"


def test_without_a_reader_of_the_last_notice_a_person_inspects(played: stage.Stage) -> None:
    case_id = inspecting(played)
    merchant, administrator = played.who("merchant"), played.who("administrator")
    accounts.lock(person_id=merchant.id, reason="security", why="测试", actor=administrator, at=AT)
    pass_to(AT + timedelta(hours=73))
    case = cases.get(case_id)
    assert (case.state, case.next_step, case.next_step_by) == ("inspecting", "inspect", "agent")
    take(played, "agent", case_id, AT + timedelta(hours=74), "inspect", findings=intact((1, 1)))
    assert state(case_id) == "fulfilled"
