"""Whose turn it is, from the application to the confirmation (ISH-2.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bihuan.aftersales.awaiting import awaiting
from bihuan.cases import queries as cases
from bihuan.complaints import stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.engine.errors import Refusal

from .conftest import AT
from .play import ADDRESS, apply, intact, pass_to, photo, returned, take, turn
from .test_deciding import LATE, to_decide
from .test_finding import find


def test_address_before_parcel_and_finding_before_refund(played: stage.Stage) -> None:
    case_id = apply(played).case_id
    assert turn(case_id) == ("give_address", "merchant")
    take(played, "merchant", case_id, AT, "give_address", **ADDRESS)
    assert turn(case_id) == ("send_back", "consumer")
    take(played, "consumer", case_id, AT, "send_back", carrier="顺丰速运", tracking_number="SFBACK1")
    take(played, "merchant", case_id, AT, "receive")
    assert turn(case_id) == ("inspect", "merchant")
    worn = [{"number": 1, "quantity": 1, "finding": "worn", "deduction": 1_000}]
    files = [str(photo(played, "merchant", AT))]
    take(played, "merchant", case_id, AT, "inspect", findings=worn, text="有穿着痕迹", evidence_ids=files)
    assert turn(case_id) == ("accept_finding", "consumer")
    take(played, "consumer", case_id, AT, "object_finding", reason="没有穿过")
    assert turn(case_id) == ("settle", "agent")
    take(played, "agent", case_id, AT, "settle", outcome="granted", reason="照片看不出痕迹")
    assert turn(case_id) == ("confirm", "consumer")


def test_while_the_decision_is_in_question_the_consumer_is_not_asked_about_the_goods(
    played: stage.Stage,
) -> None:
    case_id = apply(played).case_id
    take(played, "agent", case_id, AT, "take")
    find(played, case_id, "traces.tag_removed", at=AT, file=True, line=1)
    returned(played, case_id, AT)
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    assert turn(case_id) == ("settle", "agent")
    with pytest.raises(Refusal) as refused:
        take(played, "consumer", case_id, AT, "accept_finding")
    assert refused.value.error_code == "aftersales.no_finding"
    page = signed_in(played.who("consumer")).get(f"/my/aftersales/{case_id}").content.decode()
    assert "Nothing is asked of you now." in page
    assert "steps/accept_finding" not in page


def test_silence_hands_the_turn_to_the_platform(played: stage.Stage) -> None:
    case_id = to_decide(played, kind="refund_only")
    first = turn(case_id)
    pass_to(LATE + timedelta(hours=13))
    pass_to(LATE + timedelta(hours=17))
    assert (first, turn(case_id)) == (("approve", "merchant"), ("approve", "agent"))
    page = signed_in(played.who("merchant")).get(f"/partner/aftersales/{case_id}").content.decode()
    assert "steps/approve" not in page
    assert "steps/decline" not in page


def test_what_is_under_way_waits_for_who_gets_it(played: stage.Stage) -> None:
    case_id = apply(played, kind="exchange", ground="wrong_item", photos=1).case_id
    take(played, "merchant", case_id, AT, "approve")
    returned(played, case_id, AT)
    take(
        played,
        "merchant",
        case_id,
        AT,
        "inspect",
        findings=[{"number": 1, "quantity": 1, "finding": "intact"}],
    )
    assert turn(case_id) == ("send_goods", "merchant")
    take(played, "merchant", case_id, AT, "send_goods", carrier="圆通速递", tracking_number="YT10001")
    assert turn(case_id) == ("deliver", "consumer")


def test_a_state_that_says_it_alone_is_told_without_a_question(
    played: stage.Stage, django_assert_num_queries: Any
) -> None:
    case = cases.get(apply(played).case_id)
    case.state = "returning"
    with django_assert_num_queries(0):
        assert awaiting(case) is None


def test_an_objection_after_a_clean_inspection_is_settled_by_a_person(played: stage.Stage) -> None:
    """Nothing was found against the consumer, so there is no finding to accept."""
    case_id = apply(played).case_id
    returned(played, case_id, AT)
    take(played, "merchant", case_id, AT, "inspect", findings=intact((1, 1)))
    assert turn(case_id) == ("confirm", "consumer")
    take(played, "consumer", case_id, AT, "object", reason="运费没有退")
    assert turn(case_id) == ("settle", "agent")
    with pytest.raises(Refusal) as refused:
        take(played, "consumer", case_id, AT, "accept_finding")
    assert refused.value.error_code == "aftersales.no_finding"
