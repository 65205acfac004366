"""Vouchers and longer validity, asked of the marketplace: once each, and asked again until it answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from bihuan.complaints import stage
from bihuan.engine.errors import Refusal
from bihuan.incidents import actions, queries
from bihuan.incidents.models import TouchedOrder
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace.models import Grant
from bihuan.marketplace.tests.serving import Setup, running
from bihuan.project.drain import drain

from .conftest import AT, ready


@pytest.fixture
def shop(played: stage.Stage, settings: object) -> Iterator[Setup]:
    """The orders of the stage at a marketplace outside."""
    with running() as made:
        made.app.orders.update({order["number"]: order for order in played.orders})
        settings.MARKETPLACE = replace(made.config, attempts=1)  # type: ignore[attr-defined]
        yield made


def begun(played: stage.Stage, remedy: str = "voucher") -> UUID:
    figures = {"amount_fen": 500, "days": 30} if remedy == "voucher" else {"days": 7}
    made = ready(played, remedy, **figures)
    actions.start(incident_id=made, actor=played.who("supervisor"), at=AT)
    return made


def piece(incident_id: UUID, minutes: int = 0) -> int:
    at = AT + timedelta(minutes=minutes)
    time.set_drill_time(at)
    return actions.issue_piece(incident_id=incident_id, actor=PROGRAM, at=at)


def states(incident_id: UUID) -> set[tuple[str, str]]:
    return set(TouchedOrder.objects.filter(incident_id=incident_id).values_list("issued", "code"))


def ended(incident_id: UUID) -> list[tuple[int, int]]:
    said = [e.data for e in journal.entries_of(incident_id) if e.event == "incident.issued"]
    return [(data["granted"], data["failed"]) for data in said]


def test_every_order_gets_its_voucher_once(played: stage.Stage) -> None:
    made = begun(played)
    drain(at=AT)
    orders = queries.get(made).orders
    assert (orders, states(made)) == (6, {("granted", "")})
    TouchedOrder.objects.filter(incident_id=made).update(issued="due")  # as if forgotten
    while piece(made):
        pass
    assert Grant.objects.filter(kind="voucher", amount_fen=500, days=30).count() == orders
    assert Grant.objects.count() == orders
    assert ended(made) == [(orders, 0)]


def test_the_report_names_who_could_not_get_it_and_why(played: stage.Stage) -> None:
    made, boss = begun(played, "validity"), played.who("supervisor")
    drain(at=AT)
    gone = [order["number"] for order in played.orders if order["status"] in ("completed", "cancelled")]
    found = list(queries.lines(boss, queries.get(made), only="owed"))
    assert gone
    assert sorted((line.number, line.issued, line.remedy_code) for line in found) == sorted(
        (number, "failed", "ended") for number in gone
    )
    assert ended(made) == [(queries.get(made).orders - len(gone), len(gone))]


def test_what_was_refused_a_person_writes_down_when_it_was_granted_by_hand(played: stage.Stage) -> None:
    made, boss = begun(played, "validity"), played.who("supervisor")
    drain(at=AT)
    actions.grant(incident_id=made, reason="平台批次 20260302-1", actor=boss, at=AT)
    assert states(made) == {("granted", "")}
    with pytest.raises(Refusal):
        actions.grant(incident_id=made, reason="再次", actor=boss, at=AT)


def test_a_marketplace_that_is_away_is_asked_again_and_gives_once(played: stage.Stage, shop: Setup) -> None:
    made = begun(played)
    shop.app.faults.errors = 1
    assert piece(made) == 0
    assert states(made) == {("unknown", "error")}
    assert piece(made, 1) == 0  # not yet time
    assert made in queries.going()
    assert actions.keep_going(incident_id=made, actor=PROGRAM, at=AT + timedelta(minutes=3)) == []
    orders = queries.get(made).orders
    assert piece(made, 3) == orders
    assert states(made) == {("granted", "")}
    assert len(shop.app.given) == len(set(shop.app.given)) == orders
    unanswered = [e.data for e in journal.entries_of(made) if e.event == "incident.grants_unanswered"]
    assert [(data["orders"], data["why"]) for data in unanswered] == [(orders, "error")]
    assert ended(made) == [(orders, 0)]


def test_a_lost_answer_gives_nothing_twice(played: stage.Stage, shop: Setup) -> None:
    made = begun(played)
    shop.app.faults.lose_answers = 1
    assert piece(made) == 0
    assert piece(made, 3) == queries.get(made).orders
    assert len(shop.app.given) == queries.get(made).orders


@pytest.mark.parametrize("point", ["before", "after"])
def test_killed_beside_the_call_gives_once(
    played: stage.Stage, shop: Setup, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bihuan.incidents.actions.granting import marketplace

    made, ask = begun(played), marketplace.grant

    def dies(**given: object) -> None:
        if point == "after":
            ask(**given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(marketplace, "grant", dies)
    with pytest.raises(KeyboardInterrupt):
        piece(made)
    monkeypatch.setattr(marketplace, "grant", ask)
    assert states(made) == {("asked", "")}
    assert piece(made, 1) == 0
    assert piece(made, 3) == queries.get(made).orders
    assert states(made) == {("granted", "")}
    assert len(shop.app.given) == queries.get(made).orders


def test_what_is_pending_is_asked_again_until_it_is_given(played: stage.Stage, shop: Setup) -> None:
    made = begun(played)
    shop.app.faults.hold_grants = True
    orders = queries.get(made).orders
    assert piece(made) == orders
    assert (states(made), ended(made)) == ({("asked", "")}, [])
    for known in shop.app.grants.values():
        known["state"] = "granted"
    assert piece(made, 59) == 0
    assert piece(made, 61) == orders
    assert ended(made) == [(orders, 0)]


def test_the_lost_job_of_a_stopped_incident_begins_anew_for_those_who_were_told(played: stage.Stage) -> None:
    from django.db import connection

    made, boss = begun(played), played.who("supervisor")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'incidents'")
    actions.tell_piece(incident_id=made, actor=PROGRAM, at=AT, most=1)
    actions.stop(incident_id=made, reason="系误报", actor=boss, at=AT)
    assert made in queries.going()
    assert actions.keep_going(incident_id=made, actor=PROGRAM, at=AT) == ["incidents.issue"]
    drain(at=AT)
    told = TouchedOrder.objects.filter(incident_id=made, issued="granted").count()
    assert told == Grant.objects.count() > 0
