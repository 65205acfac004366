"""Pages and API of webhooks."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.api.conftest import Caller, key_of

from bihuan.accounts import limits
from bihuan.complaints import stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.journal.actor import Actor
from bihuan.webhooks import actions
from bihuan.webhooks.models import Delivery, Subscription

from .conftest import AT, Receiver, deliver, hook


@pytest.fixture
def system(boss: Actor) -> Caller:
    """The merchant's own program."""
    limits.forget_leases()
    return key_of(boss.organisation_id, ["webhooks:read", "webhooks:write"])


def test_the_page_makes_a_webhook_and_shows_its_secret_once(boss: Actor, receiver: Receiver) -> None:
    client = signed_in(boss)
    made = client.post("/partner/webhooks", {"url": receiver.url, "events": ["complaint.received"]})
    assert "whsec_" in made.content.decode()
    one = Subscription.objects.get()
    assert (one.organisation_id, one.events) == (boss.organisation_id, ["complaint.received"])
    page = client.get(f"/partner/webhooks/{one.id}").content.decode()
    assert receiver.url in page
    assert "whsec_" not in page + client.get("/partner/webhooks").content.decode()


def test_a_refusal_keeps_what_was_typed(boss: Actor, receiver: Receiver) -> None:
    page = signed_in(boss).post(
        "/partner/webhooks", {"url": "https://10.0.0.1/", "events": ["complaint.received"]}
    )
    assert page.status_code == 422
    assert 'value="https://10.0.0.1/"' in page.content.decode()
    assert not Subscription.objects.exists()


def test_the_log_shows_status_duration_and_answer(boss: Actor, receiver: Receiver) -> None:
    made, client = hook(boss, receiver.url), signed_in(boss)
    client.post(f"/partner/webhooks/{made.id}/test")
    receiver.answers = [500]
    one = deliver(Delivery.objects.get().id)
    page = client.get(f"/partner/webhooks/{made.id}/deliveries/{one.id}").content.decode()
    assert "told: 500" in page
    assert f"msg_{one.id.hex}" in page
    assert "webhook.test" in client.get(f"/partner/webhooks/{made.id}?state=failed").content.decode()


@pytest.mark.parametrize("act", ["switch", "secret", "test", "remove", "replay", "change"])
def test_others_find_nothing(played: stage.Stage, boss: Actor, receiver: Receiver, act: str) -> None:
    made = hook(boss, receiver.url)
    assert signed_in(played.who("merchant")).post(f"/partner/webhooks/{made.id}/{act}").status_code == 403
    assert signed_in(boss).post(f"/partner/webhooks/{uuid4()}/{act}").status_code == 404
    assert Subscription.objects.get().state == "active"


def test_the_page_switches_rotates_and_removes(boss: Actor, receiver: Receiver) -> None:
    made, client = hook(boss, receiver.url), signed_in(boss)
    client.post(f"/partner/webhooks/{made.id}/switch", {"on": "0"})
    assert Subscription.objects.get().state == "off"
    assert "whsec_" in client.post(f"/partner/webhooks/{made.id}/secret").content.decode()
    assert client.post(f"/partner/webhooks/{made.id}/remove").status_code == 302
    assert not Subscription.objects.exists()


def test_a_merchants_program_does_it_all(system: Caller, receiver: Receiver, boss: Actor) -> None:
    made = system.post("/webhooks", {"url": receiver.url, "events": ["complaint.received"]})
    assert made.status_code == 201
    path = f"/webhooks/{made.json()['id']}"
    assert system.get("/webhooks").json()[0]["url"] == receiver.url
    assert "secret" not in system.get(path).json()
    assert "complaint.default_warned" in system.get("/webhooks/events").json()
    assert system.post(f"{path}/test").status_code == 202
    deliver(Delivery.objects.get().id)
    log = system.get(f"{path}/deliveries").json()
    assert [(r["event"], r["status"]) for r in log["rows"]] == [("webhook.test", 204)]
    detail = system.get(f"{path}/deliveries/{log['rows'][0]['id']}").json()
    assert [a["number"] for a in detail["attempts"]] == [1]
    assert system.post(f"{path}/switch", {"on": False}).json()["state"] == "off"
    assert system.post(f"{path}/secret").json()["former_until_at"] is not None


def test_a_key_needs_the_scope_and_sees_its_own_only(
    boss: Actor, receiver: Receiver, played: stage.Stage
) -> None:
    made = hook(boss, receiver.url)
    limits.forget_leases()
    assert key_of(boss.organisation_id, ["complaints:read"]).get("/webhooks").status_code == 403
    other = next(o for o in played.merchants.values() if o != boss.organisation_id)
    rival = key_of(other, ["webhooks:read", "webhooks:write"])
    assert rival.get("/webhooks").json() == []
    assert rival.get(f"/webhooks/{made.id}").status_code == 404
    assert rival.post(f"/webhooks/{made.id}/test").status_code == 404
    assert not Delivery.objects.exists()
    assert actions.requeue_due(at=AT) == 0
