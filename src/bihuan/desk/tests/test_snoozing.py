"""Put aside for oneself: out of sight until a time, back when something happens, past a clock only said."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.complaints.tests.play import said, submit, take
from bihuan.desk import actions, queries
from bihuan.desk.filters import Wanted
from bihuan.desk.models import Snooze
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import time

from .conftest import AT

HOUR = timedelta(hours=1)


def seen(played: stage.Stage, part: str, at=AT) -> set[UUID]:
    actor = played.who(part)
    asking = queries.Asking(actor, at, queries.snoozed(actor.id, at=at))
    return {case.id for case in queries.page(asking, Wanted(owner="all")).rows}


def test_out_of_sight_for_that_person_alone_and_back_at_its_time(played: stage.Stage, case_id: UUID) -> None:
    actions.snooze(case_id=case_id, until_at=AT + HOUR, actor=played.who("agent"), at=AT)
    assert case_id not in seen(played, "agent")
    assert case_id in seen(played, "supervisor")
    assert case_id in seen(played, "agent", AT + HOUR)
    assert said(played.who("agent").id)[-1] == "desk.snoozed"
    assert "desk.snoozed" not in said(case_id)


def test_back_when_something_happens_on_the_case(played: stage.Stage, case_id: UUID) -> None:
    actions.snooze(case_id=case_id, until_at=AT + 2 * HOUR, actor=played.who("agent"), at=AT)
    take(played, "consumer", case_id, AT + HOUR, "write", text="请问处理到哪一步了")
    assert case_id in seen(played, "agent", AT + HOUR)


def test_back_when_a_clock_of_it_runs_out(played: stage.Stage, case_id: UUID) -> None:
    due = Case.objects.get(id=case_id).strictest_due_at
    until = due + 5 * HOUR
    actions.snooze(case_id=case_id, until_at=until, beyond=True, actor=played.who("agent"), at=AT)
    assert case_id not in seen(played, "agent", due - HOUR)
    assert case_id in seen(played, "agent", due)


def test_not_past_the_strictest_clock_unless_said(played: stage.Stage, case_id: UUID) -> None:
    due = Case.objects.get(id=case_id).strictest_due_at
    with pytest.raises(Refusal) as refused:
        actions.snooze(case_id=case_id, until_at=due, actor=played.who("agent"), at=AT)
    assert (refused.value.error_code, refused.value.clause) == ("desk.beyond", "ISH-2.2")
    assert not Snooze.objects.exists()
    actions.snooze(case_id=case_id, until_at=due, beyond=True, actor=played.who("agent"), at=AT)
    assert Snooze.objects.get().until_at == due


def test_times_that_are_none_and_cases_of_others(played: stage.Stage, case_id: UUID) -> None:
    for until in (AT, AT + timedelta(days=61)):
        with pytest.raises(Invalid):
            actions.snooze(case_id=case_id, until_at=until, actor=played.who("agent"), at=AT)
    with pytest.raises(NotFound):
        actions.snooze(case_id=case_id, until_at=AT + HOUR, actor=played.who("counsel"), at=AT)
    assert not Snooze.objects.exists()


def test_taken_back_it_is_seen_at_once(played: stage.Stage, desk, case_id: UUID) -> None:
    time.set_drill_time(AT)
    assert desk.post(f"/desk/{case_id}/aside", {"until": "1h"}).status_code == 302
    assert Case.objects.get().number in desk.get("/desk?view=snoozed").content.decode()
    desk.post(f"/desk/{case_id}/back")
    assert not Snooze.objects.exists()
    assert said(played.who("agent").id)[-1] == "desk.woken"


def test_after_putting_aside_one_goes_on_to_where_the_page_says(desk, case_id: UUID) -> None:
    given = {"until": "at", "until_at": "2026-03-02T11:30", "next": "/desk?view=mine"}
    assert desk.post(f"/desk/{case_id}/aside", given)["Location"] == "/desk?view=mine"
    assert desk.post(f"/desk/{case_id}/aside", {**given, "next": "https://example.org/"})["Location"] == "/"
    assert desk.post(f"/desk/{case_id}/aside", {"until": "at", "until_at": "soon"}).status_code == 422


def test_unowned_case_can_be_put_aside_too(played: stage.Stage) -> None:
    case_id = submit(played).case_id
    actions.snooze(case_id=case_id, until_at=AT + HOUR, actor=played.who("agent"), at=AT)
    assert seen(played, "agent") == set()
