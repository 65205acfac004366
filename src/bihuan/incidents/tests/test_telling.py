"""Telling: everybody once, in pieces, with pause, resume and stop; who is not reached and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.clocks import queries as clocks
from bihuan.complaints import stage
from bihuan.engine.errors import Refusal
from bihuan.incidents import actions, queries
from bihuan.incidents.models import Recipient, TouchedOrder
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace.models import Buyer
from bihuan.money.models import Refund
from bihuan.notices import queries as notices
from bihuan.notices.models import InboxLetter, Notice
from bihuan.project.drain import drain

from .conftest import AT, TEXT, people, ready


def test_everybody_is_told_once_and_the_clock_is_met(played: stage.Stage) -> None:
    made = ready(played)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    drain(at=AT)
    incident = queries.get(made)
    assert (incident.state, people(made)) == ("told", {"told": incident.people})
    assert Notice.objects.filter(kind="incident").count() == incident.people
    assert InboxLetter.objects.filter(notice__kind="incident").count() == incident.people
    assert clocks.of(made)[0].clock.verdict == "met"
    told = [e for e in journal.entries_of(made) if e.event == "incident.told"]
    assert [(e.data["told"], e.data["failed"], e.data["unknown"]) for e in told] == [(incident.people, 0, 0)]


def test_the_letter_speaks_the_consumer_s_language(played: stage.Stage) -> None:
    made = ready(played, "voucher", amount_fen=500, days=30)
    consumer = played.who("consumer")
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    drain(at=AT)
    letter = next(one for one in notices.inbox(consumer) if one.kind == "incident")
    assert "优惠券5.00元" in letter.body
    assert TEXT in letter.body
    assert letter.path == f"/my/incidents/{made}"


def test_a_piece_told_twice_tells_nobody_twice(played: stage.Stage) -> None:
    made = ready(played)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    first = actions.tell_piece(incident_id=made, actor=PROGRAM, at=AT, most=2)
    Recipient.objects.filter(incident_id=made).update(state="waiting", notice_id=None)  # as if forgotten
    while actions.tell_piece(incident_id=made, actor=PROGRAM, at=AT, most=2):
        pass
    assert first == 2
    assert Notice.objects.filter(kind="incident").count() == queries.get(made).people
    assert people(made) == {"queued": 2, "told": queries.get(made).people - 2}
    assert actions.settle(incident_id=made, actor=PROGRAM, at=AT) is True
    assert people(made) == {"told": queries.get(made).people}


def test_pause_stops_and_resume_goes_on(played: stage.Stage) -> None:
    made, boss = ready(played), played.who("supervisor")
    actions.start(incident_id=made, actor=boss, at=AT)
    actions.tell_piece(incident_id=made, actor=PROGRAM, at=AT, most=1)
    actions.pause(incident_id=made, actor=boss, at=AT)
    drain(at=AT)
    assert people(made)["told"] == 1
    assert queries.get(made).state == "paused"
    with pytest.raises(Refusal):
        actions.pause(incident_id=made, actor=boss, at=AT)
    actions.resume(incident_id=made, actor=boss, at=AT + timedelta(minutes=5))
    drain(at=AT + timedelta(minutes=5))
    assert queries.get(made).state == "told"


def test_stop_leaves_the_rest_untold_and_owes_them_nothing(played: stage.Stage) -> None:
    made, boss = ready(played, "voucher", amount_fen=500, days=30), played.who("supervisor")
    actions.start(incident_id=made, actor=boss, at=AT)
    actions.tell_piece(incident_id=made, actor=PROGRAM, at=AT, most=1)
    stopped = actions.stop(incident_id=made, reason="系误报", actor=boss, at=AT)
    drain(at=AT)
    assert people(made) == {"told": 1, "stopped": stopped.people - 1}
    told = Recipient.objects.get(incident_id=made, state="told")
    got = TouchedOrder.objects.filter(incident_id=made, issued="granted").values_list("key", flat=True)
    assert set(got) == {told.key}
    assert clocks.of(made)[0].clock.verdict == "cancelled"


def test_lost_jobs_begin_anew(played: stage.Stage) -> None:
    from django.db import connection

    made = ready(played)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'incidents'")
    assert queries.going() == [made]
    assert actions.keep_going(incident_id=made, actor=PROGRAM, at=AT) == ["incidents.tell"]
    assert actions.keep_going(incident_id=made, actor=PROGRAM, at=AT) == []
    drain(at=AT)
    assert queries.get(made).state == "told"


def test_who_is_not_reached_is_named_with_the_reason(played: stage.Stage) -> None:
    Buyer.objects.update(person=None, ref_digest=b"x", phone_digest=None)
    made = ready(played)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    drain(at=AT)
    incident = queries.get(made)
    found = queries.progress(incident)
    assert (incident.state, found.reasons, found.unreached) == (
        "told", [("unknown_buyer", incident.people)], incident.people,
    )  # fmt: skip
    lines = list(queries.lines(played.who("manager"), incident, only="unreached"))
    assert {(line.told, line.why, line.person_id) for line in lines} == {("unknown", "unknown_buyer", None)}
    assert len(lines) == incident.orders


def test_a_refund_is_asked_once_an_order(played: stage.Stage) -> None:
    made = ready(played, "refund", amount_fen=300)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    drain(at=AT)
    incident = queries.get(made)
    assert Refund.objects.filter(basis_id=made, amount_fen=300, rule="PCN-2.3.4.a").count() == incident.orders
    TouchedOrder.objects.filter(incident=incident).update(issued="due", refund_id=None)  # as if forgotten
    while actions.issue_piece(incident_id=made, actor=PROGRAM, at=AT):
        pass
    assert Refund.objects.filter(basis_id=made).count() == incident.orders
    issued = [e.data for e in journal.entries_of(made) if e.event == "incident.issued"]
    assert [(d["asked"], d["failed"]) for d in issued] == [(incident.orders, 0)]
    assert {line.issued for line in queries.lines(played.who("manager"), incident)} == {"asked"}


def test_a_refund_that_is_refused_does_not_keep_back_the_others(
    played: stage.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bihuan.money import actions as money

    ask, bad = money.request_refund, played.orders[0]["number"]

    def picky(**given: object) -> object:
        if given["order_number"] == bad:
            raise Refusal("No.", code="money.no")
        return ask(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(money, "request_refund", picky)
    made = ready(played, "refund", amount_fen=300)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    drain(at=AT)
    failed = TouchedOrder.objects.get(incident_id=made, issued="failed")
    assert (failed.number, failed.code) == (bad, "money.no")
    assert (
        TouchedOrder.objects.filter(incident_id=made, issued="asked").count() == queries.get(made).orders - 1
    )
