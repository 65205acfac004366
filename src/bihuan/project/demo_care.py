"""Tells the stories of after-sales, with working times of the last hours.

What is recorded was recorded when the demo was loaded, and the journal says so; when it happened lies before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bihuan.aftersales import actions, steps
from bihuan.aftersales.actions import NewApplication
from bihuan.complaints import stage
from bihuan.complaints.stage import Stage
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.journal.time import now
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace import demo as orders
from bihuan.money import queries as payments
from bihuan.project.crediting import credit
from bihuan.project.demo_care_stories import CARES, Care
from bihuan.project.drain import drain

FIRST = 9001
"""What the numbers of the orders bought for these stories end with."""


@dataclass
class Told:
    """One application being told: its order, the people of it and its case."""

    on: Stage
    care: Care
    order: dict[str, Any]
    case_id: UUID

    def who(self, part: str) -> Actor:
        """``merchant`` and ``consumer`` are those of the order."""
        if part == "consumer":
            return self.on.consumers[self.order["buyer"]["ref"]]
        return clerk(self.on, self.order) if part == "merchant" else self.on.who(part)


def tell(on: Stage) -> None:
    """All of them."""
    for number, care in enumerate(CARES, FIRST):
        order = _bought(on, care, number)
        told = Told(on, care, order, _apply(on, care, order, number))
        for hours, who, does, given in care.acts:
            _take(told, hours, who, does, dict(given), number)
        if care.credited:
            credit(payments.refunds_of(told.case_id), at=now())
            drain(at=now())


def bought(on: Stage, *, buyer: int, number: int, ago: timedelta, **more: Any) -> dict[str, Any]:
    """An order of one of the buyers, taken in; buyer 0 is the consumer who can sign in."""
    at = now() - ago
    others = sorted(on.consumers.keys() - {on.orders[0]["buyer"]["ref"]})
    ref = [on.orders[0]["buyer"]["ref"], *others][buyer]
    whose = next(order["buyer"] for order in on.orders if order["buyer"]["ref"] == ref)
    order = orders.purchase(number=f"D{at:%Y%m%d}{number}", buyer=whose, ordered_at=at, **more)
    taken = marketplace.take_orders(actor=PROGRAM, at=now(), batch=[order], source="import")
    if taken.rejected:
        raise taken.rejected[0].error
    return order


def clerk(on: Stage, order: dict[str, Any]) -> Actor:
    """Who works at the shop of an order."""
    firm = on.merchants[order["merchant"]["ref"]]
    return next(a for n, a in on.people.items() if n != "merchant" and a.organisation_id == firm)


def _bought(on: Stage, care: Care, number: int) -> dict[str, Any]:
    there = timedelta(days=care.days if care.days is not None else 6, hours=care.hours_ago)
    ago = there + timedelta(hours=50)
    shipped, delivered = now() - there - timedelta(hours=40), now() - there
    arrived = {"delivered_at": delivered} if care.days is not None else {"lost": True}
    return bought(on, buyer=care.buyer, number=number, ago=ago, ware=care.ware, shipped_at=shipped, **arrived)


def _apply(on: Stage, care: Care, order: dict[str, Any], shade: int) -> UUID:
    consumer, at = on.consumers[order["buyer"]["ref"]], _ago(care.hours_ago)
    files = {
        code: (stage.photo(consumer, at=at, shade=shade * 31 + n * 50),)
        for n, code in enumerate(care.materials)
    }
    new = NewApplication(
        channel="site", consumer_id=consumer.id, order_number=order["number"], kind=care.kind,
        ground=care.ground, pieces={1: 1}, text=care.text, evidence=files, **care.more,
    )  # fmt: skip
    made = actions.submit(actor=consumer, at=at, new=new)
    drain(at=now())
    return made.case_id


def _take(told: Told, hours: float, who: str, does: str, given: dict[str, Any], shade: int) -> None:
    actor, at = told.who(who), _ago(hours)
    if "to_person" in given:
        given["owner_id"] = told.on.who(given.pop("to_person")).id
    if "ago" in given:
        given["started_at"] = (now() - timedelta(minutes=int(given.pop("ago")))).isoformat()
    if "photos" in given:
        count = int(given.pop("photos"))
        party = who if who in ("merchant", "consumer") else "platform"
        given["evidence_ids"] = [
            stage.photo(actor, at=at, party=party, shade=shade * 17 + n) for n in range(count)
        ]
    steps.take(name=does, case_id=told.case_id, actor=actor, at=at, data=given)
    drain(at=now())


def _ago(hours: float) -> datetime:
    return now() - timedelta(hours=hours)
