from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from bihuan.marketplace.http import Client, HttpMarketplace
from bihuan.marketplace.port import Check, Claimant, Order, RefundRequest, RefundState, Unknown, Why
from bihuan.marketplace.tests.serving import Setup, digest, running

REQUEST = RefundRequest(
    key="refund-0001", order_number="A1", amount_fen=700, kind="price", reason_code="late"
)


@pytest.fixture
def setup() -> Iterator[Setup]:
    with running() as made:
        yield made


def test_an_order_is_found(setup: Setup) -> None:
    order = setup.port.find_order("A1")
    assert isinstance(order, Order)
    assert [line.paid_fen for line in order.lines] == [10_000, 5_000]
    assert order.buyer.phone_digest == b"19900000001"


def test_an_order_is_absent(setup: Setup) -> None:
    assert setup.port.find_order("A9") is None


def test_who_is_a_party(setup: Setup) -> None:
    assert setup.port.is_party("A1", Claimant(buyer_ref="buyer-1")) is Check.PASS
    assert setup.port.is_party("A1", Claimant(buyer_ref="buyer-2")) is Check.FAIL
    assert setup.port.is_registered("buyer-1") is Check.PASS
    assert setup.port.is_registered("buyer-2") is Check.FAIL


def test_orders_log_and_pause(setup: Setup) -> None:
    assert [o.number for o in setup.port.orders_of("buyer-1")] == ["A1"]  # type: ignore[union-attr]
    assert setup.port.order_log("A1") == ()
    assert setup.port.track("x", "1") is None
    assert setup.port.pause_product("pause-0001", "p-1", "batch_defect").paused  # type: ignore[union-attr]
    assert setup.port.pause_product("pause-0002", "p-9", "batch_defect") is None
    assert setup.port.health().ok


def test_errors_are_tried_again(setup: Setup) -> None:
    setup.app.faults.errors = 2
    assert isinstance(setup.port.find_order("A1"), Order)
    assert len(setup.app.requests) == 3
    assert setup.ticker.slept == pytest.approx(0.2 + 0.4)


def test_errors_again_and_again_are_unknown(setup: Setup) -> None:
    setup.app.faults.errors = 99
    assert setup.port.find_order("A1") == Unknown(Why.ERROR)
    assert len(setup.app.requests) == 3
    assert setup.port.is_party("A1", Claimant(buyer_ref="buyer-1")) is Check.UNKNOWN


def test_a_busy_marketplace_is_waited_for(setup: Setup) -> None:
    setup.app.faults.busy = 1
    assert isinstance(setup.port.find_order("A1"), Order)
    assert setup.ticker.slept == 1.0


def test_a_slow_answer_is_unknown(setup: Setup) -> None:
    setup.app.faults.latency = 1.0
    assert setup.slow(0.15).find_order("A1") == Unknown(Why.TIMEOUT)


def test_nobody_there_is_unknown(setup: Setup) -> None:
    config = replace(setup.config, url="http://127.0.0.1:1", attempts=1)
    assert HttpMarketplace(Client(config), digest=digest).find_order("A1") == Unknown(Why.UNREACHABLE)


def test_a_wrong_key_is_denied(setup: Setup) -> None:
    config = replace(setup.config, secret="wrong")
    assert HttpMarketplace(Client(config), digest=digest).find_order("A1") == Unknown(Why.DENIED)


def test_the_breaker_opens_rests_and_closes(setup: Setup) -> None:
    setup.app.faults.errors = 15
    for _ in range(5):
        assert setup.port.find_order("A1") == Unknown(Why.ERROR)
    asked = len(setup.app.requests)
    assert setup.port.find_order("A1") == Unknown(Why.RESTING)
    assert len(setup.app.requests) == asked
    setup.ticker.slept += 31
    assert isinstance(setup.port.find_order("A1"), Order)


def test_a_refund_whose_answer_is_lost_is_paid_once(setup: Setup) -> None:
    setup.app.faults.lose_answers = 1
    answer = setup.port.request_refund(REQUEST)
    assert answer.state is RefundState.INITIATED  # type: ignore[union-attr]
    assert setup.app.payments == [("refund-0001", 700)]


def test_a_refund_of_other_content_under_the_same_key_is_unknown(setup: Setup) -> None:
    setup.port.request_refund(REQUEST)
    assert setup.port.request_refund(replace(REQUEST, amount_fen=800)) == Unknown(Why.MALFORMED)
    assert setup.app.payments == [("refund-0001", 700)]


def test_a_refund_refused_for_good(setup: Setup) -> None:
    answer = setup.port.request_refund(replace(REQUEST, order_number="A9"))
    assert (answer.state, answer.code) == (RefundState.FAILED, "order_absent")  # type: ignore[union-attr]


def test_a_refund_never_seen_is_absent(setup: Setup) -> None:
    assert setup.port.refund_status("refund-0009").state is RefundState.ABSENT  # type: ignore[union-attr]


MALFORMED = [
    (200, b"<html>"),
    (200, b"[]"),
    (200, b"{}"),
    (200, b'{"number": "A1"}'),
    (200, b"[" * 100_000),
    (200, b"\xff"),
    (200, b'{"a": "' + b"x" * (3 * 1024 * 1024) + b'"}'),
    (204, b""),
    (302, b"{}"),
    (400, b'{"code": "x"}'),
    (404, b'{"detail": "no such host"}'),
    (404, b"nginx"),
]


@pytest.mark.parametrize(("status", "content"), MALFORMED)
def test_whatever_else_is_answered_means_nothing(setup: Setup, status: int, content: bytes) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, content=content))
    port = HttpMarketplace(Client(setup.config, transport=transport), digest=digest)
    assert port.find_order("A1") == Unknown(Why.MALFORMED)
    assert port.request_refund(REQUEST) == Unknown(Why.MALFORMED)
    assert port.refund_status("refund-0001") == Unknown(Why.MALFORMED)
    assert port.is_registered("b") is Check.UNKNOWN


def test_another_order_than_asked_for_means_nothing(setup: Setup) -> None:
    setup.app.orders["A2"] = setup.app.orders["A1"]
    assert setup.port.find_order("A2") == Unknown(Why.MALFORMED)


def test_names_are_quoted(setup: Setup) -> None:
    assert setup.port.find_order("../../v1/health?x=1#") is None
    assert setup.app.requests[-1][1] == "v1/orders/../../v1/health?x=1#"
