"""Reconciling by parts: each way of payment has its statement; the whole is credited with the last part."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.engine.errors import Invalid
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.models import Booking
from bihuan.money import actions
from bihuan.money.actions import Reconciled, StatementRow
from bihuan.money.models import Difference, PartArrival, Refund
from bihuan.money.tests.factories import AT, MANAGER, SYSTEM, ask, order, send

pytestmark = pytest.mark.django_db
PAID = [("wechat", 10_000, "wx-1"), ("points", 4_000, ""), ("voucher", 1_600, "v-9")]
KEY = "refund-0001"


@pytest.fixture
def refund(bank: object) -> Refund:
    """15.60 yuan: 10.00 by WeChat, 4.00 in points, 1.60 of a voucher; initiated."""
    order(payments=[{"way": way, "amount_fen": fen, "reference": ref} for way, fen, ref in PAID])
    row = ask(1_560)
    send(row)
    return row


def told(number: str, *rows: tuple[str, int], days: int = 2, key: str = KEY) -> Reconciled:
    made = [StatementRow(key, fen, AT + timedelta(hours=days), f"b-{way}", way) for way, fen in rows]
    period = {"from_at": AT, "until_at": AT + timedelta(days=1)}
    return actions.reconcile(
        actor=SYSTEM, at=AT + timedelta(days=days), statement=number, rows=made, **period
    )


def now(row: Refund) -> Refund:
    return Refund.objects.get(id=row.id)


def test_the_last_part_credits_the_whole_at_its_time(refund: Refund) -> None:
    assert (told("W-1", ("wechat", 1_000)).credited, now(refund).state) == (0, "initiated")
    assert told("P-1", ("points", 400), ("voucher", 160), days=3).credited == 1
    found = now(refund)
    assert (found.state, found.credited_at, found.proof_reference) == (
        "credited", AT + timedelta(hours=3), "P-1",
    )  # fmt: skip
    assert told("P-1", ("points", 400), ("voucher", 160), days=4).credited == 0
    assert (PartArrival.objects.count(), Difference.objects.count()) == (3, 0)


def test_a_part_of_another_amount_or_way_is_a_difference_of_its_own(refund: Refund) -> None:
    found = told("W-1", ("wechat", 999), ("alipay", 560)).differences
    assert {(d.kind, d.source, d.expected_fen, d.found_fen) for d in found} == {
        ("part", "statement:W-1/wechat", 1_000, 999), ("part", "statement:W-1/alipay", 0, 560),
        ("missing", "statement:W-1/wechat", 1_000, None),
    }  # fmt: skip
    assert (now(refund).state, PartArrival.objects.count()) == ("initiated", 0)


def test_only_what_the_statement_covers_is_missing_on_it(refund: Refund) -> None:
    send(ask(780, key="refund-0002"))
    found = told("W-1", ("wechat", 1_000)).differences
    assert [(d.key, d.kind, d.expected_fen) for d in found] == [("refund-0002", "missing", 500)]


def test_parts_and_wholes_are_not_mixed(refund: Refund) -> None:
    with pytest.raises(Invalid):
        told("M-1", ("wechat", 1_000), ("", 1_560))
    assert now(refund).state == "initiated"


def test_a_part_of_a_refund_that_was_never_sent_is_a_difference(refund: Refund) -> None:
    waiting = ask(156, key="refund-0003")
    found = told("W-9", ("wechat", 100), key="refund-0003").differences
    assert ("refund-0003", "not_sent") in {(d.key, d.kind) for d in found}
    assert now(waiting).state == "requested"


def test_the_built_in_store_keeps_the_parts_for_who_pays(settings: object) -> None:
    from bihuan.marketplace.config import Config

    settings.MARKETPLACE = Config(adapter="store")  # type: ignore[attr-defined]
    order(payments=[{"way": way, "amount_fen": fen, "reference": ref} for way, fen, ref in PAID])
    send(ask(1_560))
    (row,) = marketplace.booked(MANAGER)
    assert sorted(row.parts) == [["points", 400, ""], ["voucher", 160, "v-9"], ["wechat", 1_000, "wx-1"]]
    assert marketplace.booked(MANAGER, after=KEY) == []
    assert Booking.objects.count() == 1
