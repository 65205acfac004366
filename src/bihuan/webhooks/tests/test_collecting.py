"""From the journal to deliveries: whom an event goes to, with what, and that none is lost or doubled."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from bihuan.accounts import actions as accounts
from bihuan.accounts.models.people import OrganisationKind
from bihuan.complaints import actions as complaints
from bihuan.complaints import stage
from bihuan.complaints.tests.play import asked_of_merchant
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.journal.models import Entry
from bihuan.webhooks import actions, queries
from bihuan.webhooks.actions.collecting import queue
from bihuan.webhooks.models import Delivery, Subscription

from .conftest import AT, Receiver, boss_of, deliver, hook


def complaint(played: stage.Stage) -> UUID:
    """A complaint against the stage's merchant of which a statement is asked."""
    return asked_of_merchant(played, "水壶漏水，电话13912345678")


def entries(case_id: UUID) -> list[Entry]:
    return journal.entries_of(case_id)


def test_a_merchant_hears_of_its_own_cases_only(played: stage.Stage, boss: Actor, receiver: Receiver) -> None:
    other = next(o for o in played.merchants.values() if o != boss.organisation_id)
    mine = hook(boss, receiver.url, "complaint.received", "complaint.evidence_requested")
    hook(boss_of(other, "rival"), receiver.url, "complaint.received", "complaint.evidence_requested")
    case_id = complaint(played)
    queue(entries(case_id), at=AT)
    assert set(Delivery.objects.values_list("event", "subscription")) == {
        ("complaint.received", mine.id),
        ("complaint.evidence_requested", mine.id),
    }


def test_the_body_holds_codes_and_ids_only(played: stage.Stage, boss: Actor, receiver: Receiver) -> None:
    hook(boss, receiver.url, "complaint.evidence_requested")
    case_id = complaint(played)
    (one,) = queue(entries(case_id), at=AT)
    deliver(one)
    (body,) = receiver.bodies()
    entry = next(e for e in entries(case_id) if e.event == "complaint.evidence_requested")
    assert (body["type"], body["timestamp"]) == (
        "complaint.evidence_requested",
        "2026-03-02T02:00:00.000000Z",
    )
    assert body["data"]["subject"] == {"kind": "case", "id": str(case_id)}
    assert (body["data"]["sequence"], body["data"]["entry_id"]) == (entry.sequence, entry.id)
    assert body["data"]["actor"] == {"kind": "staff"}
    assert sorted(body["data"]["fields"]) == ["due_at", "party", "request_id", "what"]
    text = json.dumps(body, ensure_ascii=False)
    assert "请提供" not in text
    assert str(played.who("agent").id) not in text


def test_the_marketplace_hears_everything_it_asked_for(played: stage.Stage, receiver: Receiver) -> None:
    chief = played.who("administrator")
    hook(chief, receiver.url, "complaint.assigned", "complaint.checked")
    case_id = complaint(played)
    queue(entries(case_id), at=AT)
    seen = {d.event: json.loads(d.body)["data"] for d in Delivery.objects.all()}
    assert set(seen) == {"complaint.assigned", "complaint.checked"}
    assert seen["complaint.assigned"]["fields"]["owner_id"] == str(played.who("agent").id)


def test_what_is_asked_of_another_side_is_not_told(
    played: stage.Stage, boss: Actor, receiver: Receiver
) -> None:
    hook(boss, receiver.url, "complaint.evidence_requested")
    case_id = complaint(played)
    complaints.request_evidence(
        case_id=case_id,
        actor=played.who("agent"),
        at=AT,
        party="consumer",
        what="photo",
        reason="请补充照片",
        due_at=AT + timedelta(days=3),
    )
    assert len(queue(entries(case_id), at=AT)) == 1


def test_internal_events_cannot_be_asked_for(boss: Actor, receiver: Receiver) -> None:
    for name in ("complaint.offer_held", "complaint.assigned", "clock.breached", "person.created", "no.such"):
        with pytest.raises(Invalid) as refused:
            hook(boss, receiver.url, "complaint.received", name)
        assert refused.value.data["names"] == name
    assert "complaint.default_warned" in queries.events_for(boss)
    assert not Subscription.objects.exists()


def test_an_entry_read_twice_is_delivered_once(played: stage.Stage, boss: Actor, receiver: Receiver) -> None:
    hook(boss, receiver.url)
    found = entries(complaint(played))
    first = queue(found, at=AT)
    deliver(first[0])
    assert queue(found, at=AT) == first
    assert Delivery.objects.get().state == "delivered"


def test_a_replay_of_a_span_brings_what_was_missed(
    played: stage.Stage, boss: Actor, receiver: Receiver
) -> None:
    made = hook(boss, receiver.url, "complaint.received", "complaint.evidence_requested")
    found = entries(complaint(played))
    (first,) = queue([e for e in found if e.event == "complaint.received"], at=AT)
    deliver(first)
    span = {"from_at": AT - timedelta(hours=1), "until_at": AT + timedelta(hours=1)}
    assert actions.replay_span(subscription_id=made.id, actor=boss, at=AT, **span) == 2
    for one in Delivery.objects.all():
        deliver(one.id)
    assert receiver.ids().count(f"msg_{first.hex}") == 2
    assert sorted(b["type"] for b in receiver.bodies()) == [
        "complaint.evidence_requested", "complaint.received", "complaint.received",
    ]  # fmt: skip
    with pytest.raises(Invalid):
        actions.replay_span(
            subscription_id=made.id, from_at=AT, until_at=AT + timedelta(days=32), actor=boss, at=AT
        )


def test_one_delivery_is_sent_again(played: stage.Stage, boss: Actor, receiver: Receiver) -> None:
    made = hook(boss, receiver.url)
    (one,) = queue(entries(complaint(played)), at=AT)
    again = {"subscription_id": made.id, "delivery_id": one, "actor": boss, "at": AT}
    with pytest.raises(Refusal) as early:
        actions.replay(**again)  # type: ignore[arg-type]
    assert early.value.error_code == "webhook.on_its_way"
    deliver(one)
    actions.replay(**again)  # type: ignore[arg-type]
    assert deliver(one).number == 2
    assert receiver.ids() == [f"msg_{one.hex}"] * 2


def test_who_may(played: stage.Stage, boss: Actor, receiver: Receiver) -> None:
    made = hook(boss, receiver.url)
    for stranger in (played.who("merchant"), played.who("agent"), played.who("consumer")):
        with pytest.raises(NotAllowed):
            hook(stranger, receiver.url)
        with pytest.raises(NotFound):
            queries.get_for(stranger, made.id)
    other = boss_of(next(o for o in played.merchants.values() if o != boss.organisation_id), "rival")
    with pytest.raises(NotFound):
        actions.rotate(subscription_id=made.id, actor=other, at=AT)
    with pytest.raises(NotAllowed):  # reads everything, changes nothing
        actions.switch(subscription_id=made.id, on=False, actor=played.who("auditor"), at=AT)
    assert Subscription.objects.get().state == "active"


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_delivered_once_and_nothing_else(receiver: Receiver) -> None:
    made = actions.create(url=receiver.url, events=["organisation.created"], actor=PROGRAM, at=AT)
    kind = OrganisationKind.MERCHANT
    with transaction.atomic():
        accounts.create_organisation(kind=kind, name="回滚的商家", actor=PROGRAM, at=AT)
        transaction.set_rollback(True)
    kept = accounts.create_organisation(kind=kind, name="留下的商家", actor=PROGRAM, at=AT)
    while actions.collect(at=AT):
        pass
    one = Delivery.objects.get()
    assert json.loads(one.body)["data"]["subject"]["id"] == str(kept.id)
    assert actions.collect(at=AT) == 0
    assert Subscription.objects.get().id == made.id
    assert Delivery.objects.count() == 1
