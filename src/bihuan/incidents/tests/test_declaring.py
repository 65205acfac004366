"""From the first sign to the list and the remedy: found, frozen, approved by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bihuan.clocks import queries as clocks
from bihuan.complaints import stage
from bihuan.engine.errors import Invalid, NotAllowed, Refusal
from bihuan.incidents import actions, queries
from bihuan.incidents.models import Incident, TouchedOrder
from bihuan.journal import queries as journal
from bihuan.marketplace.models import Buyer, Order, Shipment
from bihuan.marketplace.queries import Reach
from bihuan.notices.models import Notice

from .conftest import AT, EVER, TEXT, declared, people, ready


def said(incident: Incident) -> list[str]:
    return [entry.event for entry in journal.entries_of(incident.id)]


def test_declaring_starts_the_clock(played: stage.Stage) -> None:
    made = declared(played)
    assert (made.state, made.number[:6], said(made)) == ("declared", "YC2603", ["incident.declared"])
    assert clocks.of(made.id)[0].clock.due_at == AT + timedelta(hours=2)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"kind": "weather"}, Invalid),
        ({"text": "  "}, Invalid),
        ({"text": "长" * 2001}, Invalid),
        ({"reach": replace(EVER, until_at=EVER.from_at)}, Invalid),
        ({"reach": replace(EVER, by="paid")}, Invalid),
        ({"reach": replace(EVER, sku="x")}, Invalid),
        ({"who": "agent"}, NotAllowed),
    ],
)
def test_what_cannot_be_declared(played: stage.Stage, given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        declared(played, **given)
    assert not Incident.objects.exists()


def test_the_list_is_frozen_with_everybody_and_who_is_not_known(played: stage.Stage) -> None:
    one = Order.objects.get(number=played.orders[0]["number"])
    Buyer.objects.filter(id=one.buyer_id).update(person=None, ref_digest=b"x", phone_digest=None)
    made = declared(played)
    frozen = actions.freeze(incident_id=made.id, actor=played.who("supervisor"), at=AT)
    assert frozen.orders == Order.objects.count()
    assert people(made.id)["unknown"] == 1
    assert TouchedOrder.objects.get(number=one.number).code == "unknown_buyer"
    Order.objects.filter(id=one.id).update(status="cancelled")
    assert TouchedOrder.objects.filter(incident=made).count() == frozen.orders


def test_a_reach_narrows_by_parcel_and_state(played: stage.Stage) -> None:
    boss = played.who("supervisor")
    parcel = Shipment.objects.filter(promised_at__isnull=False).first()
    assert parcel is not None
    carrier = queries.preview(boss, replace(EVER, carrier=parcel.carrier), at=AT)
    assert (
        carrier.orders == Shipment.objects.filter(carrier=parcel.carrier).values("order").distinct().count()
    )
    assert queries.preview(boss, replace(EVER, carrier="nobody"), at=AT).orders == 0
    paid = Order.objects.filter(status="paid").count()
    assert queries.preview(boss, replace(EVER, states=("paid",)), at=AT).orders == paid
    Shipment.objects.update(promised_at=AT - timedelta(days=1), delivered_at=None, shipped_at=None)
    late = Reach(from_at=AT - timedelta(days=2), until_at=AT, by="promised", late=True)
    assert queries.preview(boss, late, at=AT).orders == Shipment.objects.values("order").distinct().count()


def test_nothing_found_is_refused_and_the_state_stays(played: stage.Stage) -> None:
    made = declared(played, reach=replace(EVER, carrier="nobody"))
    with pytest.raises(Refusal) as refused:
        actions.freeze(incident_id=made.id, actor=played.who("supervisor"), at=AT)
    assert (refused.value.error_code, queries.get(made.id).state) == ("incident.empty", "declared")


@pytest.mark.parametrize(
    "given",
    [
        {"remedy": "gift"},
        {"remedy": "voucher", "amount_fen": 0, "days": 30},
        {"remedy": "voucher", "amount_fen": 500, "days": 0},
        {"remedy": "refund", "amount_fen": 500, "days": 3},
        {"remedy": "validity", "amount_fen": 1, "days": 3},
        {"remedy": "information", "amount_fen": 1},
        {"remedy": "refund", "amount_fen": -1},
    ],
)
def test_each_remedy_has_its_figures(played: stage.Stage, given: dict[str, Any]) -> None:
    made = declared(played).id
    actions.freeze(incident_id=made, actor=played.who("supervisor"), at=AT)
    with pytest.raises(Invalid):
        actions.choose(incident_id=made, actor=played.who("supervisor"), at=AT, **given)
    assert queries.get(made).remedy == ""


def test_above_the_limit_somebody_else_approves(played: stage.Stage) -> None:
    boss, manager = played.who("supervisor"), played.who("manager")
    made = declared(played).id
    orders = actions.freeze(incident_id=made, actor=boss, at=AT).orders
    amount = 500_000 // orders + 1
    held = actions.choose(incident_id=made, remedy="refund", amount_fen=amount, actor=boss, at=AT)
    assert (held.state, held.total_fen) == ("held", amount * orders)
    assert Notice.objects.filter(kind="incident_held", recipient_id=manager.id).count() == 1
    for who in ("supervisor", "other_supervisor"):
        with pytest.raises(Refusal) as refused:
            actions.approve(incident_id=made, actor=played.who(who), at=AT)
        assert refused.value.error_code == "incident.four_eyes"
    with pytest.raises(Refusal):
        actions.start(incident_id=made, actor=boss, at=AT)
    approved = actions.approve(incident_id=made, actor=manager, at=AT)
    assert (approved.state, approved.approved_by) == ("ready", manager.id)


def test_a_rejected_remedy_is_chosen_anew(played: stage.Stage) -> None:
    made = declared(played).id
    actions.freeze(incident_id=made, actor=played.who("supervisor"), at=AT)
    actions.choose(
        incident_id=made, remedy="voucher", amount_fen=900_000, days=30, actor=played.who("supervisor"), at=AT
    )
    with pytest.raises(Refusal):
        actions.reject(incident_id=made, reason=" ", actor=played.who("manager"), at=AT)
    back = actions.reject(incident_id=made, reason="过高", actor=played.who("manager"), at=AT)
    assert (back.state, back.remedy, back.total_fen) == ("frozen", "", 0)


def test_found_anew_the_remedy_is_to_be_chosen_anew(played: stage.Stage) -> None:
    made = ready(played, "validity", days=7)
    again = actions.freeze(incident_id=made, actor=played.who("supervisor"), at=AT)
    assert (again.state, again.remedy, again.days) == ("frozen", "", 0)
    assert TouchedOrder.objects.filter(incident=again).count() == again.orders


def test_the_program_points_out_many_late_parcels_once(
    played: stage.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bihuan.incidents import rules

    limits = {"proposed_from": {"window": "3d", "late": 2, "percent": 30}, "alone_fen": {}}
    monkeypatch.setattr(rules, "values", lambda at: limits)
    Shipment.objects.update(
        carrier="慢慢达", promised_at=AT - timedelta(days=1), delivered_at=None, state="in_transit"
    )
    made = [i for i in actions.watch(actor=played.who("program"), at=AT) if i.kind == "carrier"]
    assert [(i.key, i.state, i.reach["late"]) for i in made] == [("carrier:慢慢达", "proposed", True)]
    assert Notice.objects.filter(kind="incident_proposed", subject_id=made[0].id).count() == 2
    assert actions.watch(actor=played.who("program"), at=AT) == []
    assert clocks.of(made[0].id) == []
    actions.dismiss(
        incident_id=made[0].id, reason="节日停运，早有公告", actor=played.who("supervisor"), at=AT
    )
    assert [
        i
        for i in actions.watch(actor=played.who("program"), at=AT + timedelta(hours=1))
        if i.kind == "carrier"
    ] == []


def test_a_proposed_one_is_confirmed(played: stage.Stage) -> None:
    from bihuan.marketplace.queries import LateGroup

    found = LateGroup("carrier", "x", 30, 25)
    made = actions.propose(found=found, since=AT - timedelta(days=3), actor=played.who("program"), at=AT)
    assert made is not None
    done = actions.confirm(incident_id=made.id, text=TEXT, actor=played.who("supervisor"), at=AT)
    assert (done.state, said(done)) == ("declared", ["incident.proposed", "incident.declared"])
    assert clocks.of(made.id)[0].clock.due_at == AT + timedelta(hours=2)
