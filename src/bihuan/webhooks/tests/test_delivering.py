"""Tries, pauses, giving up, switching off, and a kill in the middle."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bihuan.complaints import stage
from bihuan.journal.actor import Actor
from bihuan.notices.models import Notice
from bihuan.webhooks import actions, calling, signing
from bihuan.webhooks.actions.sending import LEASE, PAUSES, pause_after
from bihuan.webhooks.models import Attempt, Delivery, Subscription

from .conftest import AT, Receiver, deliver, hook


@pytest.fixture
def made(boss: Actor, receiver: Receiver) -> actions.Created:
    return hook(boss, receiver.url)


def queued(made: actions.Created) -> UUID:
    """An event's delivery, as collecting makes it."""
    to = Subscription.objects.get(id=made.id)
    body = '{"type":"complaint.received"}'
    values = {"subscription": to, "entry_id": 1, "event": "complaint.received", "body": body}
    one = Delivery.objects.create(id=UUID(int=7), next_try_at=AT, made_at=AT, asked_at=AT, **values)
    return one.id


def test_a_delivery_is_signed_and_logged(made: actions.Created, receiver: Receiver) -> None:
    one = deliver(queued(made))
    headers, body = receiver.seen[0]
    stamp = int(AT.timestamp())
    assert headers["webhook-signature"] == signing.signature(made.secret, f"msg_{one.id.hex}", stamp, body)
    assert headers["content-type"] == "application/json"
    assert (one.state, one.status, one.next_try_at) == ("delivered", 204, None)
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.status, attempt.code) == (1, 204, "")
    assert attempt.duration_ms is not None


def test_a_refused_delivery_is_tried_again_under_its_id(made: actions.Created, receiver: Receiver) -> None:
    receiver.answers = [500]
    one = deliver(queued(made))
    assert (one.state, one.status, one.code) == ("queued", 500, "http_500")
    assert one.next_try_at is not None
    assert timedelta(seconds=4) <= one.next_try_at - AT <= timedelta(seconds=5)
    assert deliver(one.id).tries == 1  # its time has not come
    assert deliver(one.id, one.next_try_at).state == "delivered"
    assert receiver.ids() == [f"msg_{one.id.hex}"] * 2
    assert list(Attempt.objects.order_by("number").values_list("status", "answer")) == [
        (500, "told: 500"),
        (204, ""),
    ]


def test_a_redirect_is_not_followed(made: actions.Created, receiver: Receiver) -> None:
    receiver.answers = [302]
    assert deliver(queued(made)).code == "http_302"
    assert len(receiver.seen) == 1


def test_pauses_grow_differ_and_end_within_two_days() -> None:
    ids = [UUID(int=n) for n in range(200)]
    for each in ids:
        pauses = [pause_after(each, n) for n in range(1, len(PAUSES) + 1)]
        assert all(p is not None and 0.8 * full <= p <= full for p, full in zip(pauses, PAUSES, strict=True))
        assert pause_after(each, len(PAUSES) + 1) is None
    assert sum(PAUSES, timedelta()) <= timedelta(hours=48)
    assert len({pause_after(each, 5) for each in ids}) > 50


def test_lasting_failure_disables_with_a_notice(
    made: actions.Created, receiver: Receiver, boss: Actor
) -> None:
    one, at = Delivery.objects.get(id=queued(made)), AT
    while one.next_try_at is not None:
        receiver.answers, at = [503], one.next_try_at
        one = deliver(one.id, at)
    assert (one.state, one.tries, one.code) == ("failed", 11, "http_503")
    assert timedelta(hours=38) <= at - AT <= timedelta(hours=48)
    to = Subscription.objects.get(id=made.id)
    assert (to.state, to.reason, to.failing_since) == ("disabled", "failing", AT)
    notice = Notice.objects.get(kind="webhook_disabled")
    assert (notice.recipient_id, notice.channel, notice.params["reason"]) == (
        boss.id,
        "mail",
        ["failing"],
    )


def test_one_bad_message_among_good_ones_disables_nothing(made: actions.Created, receiver: Receiver) -> None:
    one = Delivery.objects.get(id=queued(made))
    while one.next_try_at is not None:
        receiver.answers, at = [422], one.next_try_at
        one = deliver(one.id, at)
        Subscription.objects.update(failing_since=None)  # others were delivered meanwhile
    assert one.state == "failed"
    assert Subscription.objects.get().state == "active"


def test_gone_disables_at_once(made: actions.Created, receiver: Receiver) -> None:
    receiver.answers = [410]
    assert deliver(queued(made)).state == "failed"
    assert Subscription.objects.get().reason == "gone"


def test_a_kill_after_sending_sends_again_under_the_same_id(
    made: actions.Created, receiver: Receiver
) -> None:
    one = queued(made)
    taken = actions.claim(delivery_id=one, at=AT)
    assert taken is not None
    assert actions.make(taken, at=AT).good  # and the process dies before it is written down
    assert actions.claim(delivery_id=one, at=AT + timedelta(seconds=30)) is None
    later = AT + LEASE + timedelta(minutes=2)
    assert actions.requeue_due(at=later) == 1
    assert deliver(one, later).state == "delivered"
    assert receiver.ids() == [f"msg_{one.hex}"] * 2
    assert list(Attempt.objects.order_by("number").values_list("status", flat=True)) == [None, 204]


def test_an_answer_that_comes_after_the_takeover_is_only_logged(
    made: actions.Created, receiver: Receiver
) -> None:
    one = queued(made)
    slow = actions.claim(delivery_id=one, at=AT)
    assert slow is not None
    assert deliver(one, AT + LEASE).state == "delivered"
    actions.record(taken=slow, answer=calling.Answer(500, "http_500", "", 9), at=AT + LEASE)
    assert Delivery.objects.get(id=one).state == "delivered"


def test_switched_off_nothing_is_sent(made: actions.Created, receiver: Receiver, boss: Actor) -> None:
    one = queued(made)
    actions.switch(subscription_id=made.id, on=False, actor=boss, at=AT)
    assert deliver(one).state == "dropped"
    assert receiver.seen == []


def test_after_a_rotation_both_secrets_sign_for_a_day(
    made: actions.Created, receiver: Receiver, boss: Actor
) -> None:
    new = actions.rotate(subscription_id=made.id, actor=boss, at=AT)
    deliver(queued(made))
    headers, body = receiver.seen[0]
    stamp, message = int(headers["webhook-timestamp"]), headers["webhook-id"]
    assert headers["webhook-signature"].split(" ") == [
        signing.signature(secret, message, stamp, body) for secret in (new.secret, made.secret)
    ]
    test = actions.send_test(subscription_id=made.id, actor=boss, at=AT + timedelta(hours=25))
    deliver(test, AT + timedelta(hours=25))
    assert " " not in receiver.seen[1][0]["webhook-signature"]


def test_a_test_event_is_tried_once(made: actions.Created, receiver: Receiver, boss: Actor) -> None:
    receiver.answers = [500]
    one = deliver(actions.send_test(subscription_id=made.id, actor=boss, at=AT))
    assert (one.state, one.event, Subscription.objects.get().failing_since) == (
        "failed",
        "webhook.test",
        None,
    )
    assert receiver.bodies()[0]["type"] == "webhook.test"


def test_nobody_answers(boss: Actor, receiver: Receiver, played: stage.Stage) -> None:
    receiver.server.shutdown()
    receiver.server.server_close()
    assert deliver(queued(hook(boss, receiver.url))).code == "unreachable"


def test_a_receiver_that_drips_is_cut(
    boss: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket
    import threading
    import time

    monkeypatch.setattr(calling, "TOTAL", 1)
    door = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = door.accept()
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 100:
                line.send(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            return

    threading.Thread(target=drip, daemon=True).start()
    answer = calling.post(f"http://127.0.0.1:{door.getsockname()[1]}/", headers={}, body=b"{}")
    assert (answer.code, answer.status) == ("timeout", None)
    assert answer.duration_ms < 3000
    door.close()
