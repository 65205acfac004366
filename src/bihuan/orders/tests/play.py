"""Short words for tests: an order in a state, a service asked for, time that passes with its jobs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bihuan.cases import queries as cases
from bihuan.clocks import queries as clocks
from bihuan.complaints.stage import Stage
from bihuan.journal import queries as journal
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.marketplace import actions as marketplace
from bihuan.marketplace.models import Instruction
from bihuan.marketplace.tests.factories import line, record
from bihuan.money import queries as money_queries
from bihuan.notices import queries as notices
from bihuan.orders import actions
from bihuan.orders.actions import NewService, Opened
from bihuan.project import crediting
from bihuan.project.drain import drain

AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ADDRESS = {"address": "杭州市西湖区文三路 1 号"}
PARCEL = {
    "carrier": "迅捷速运",
    "tracking_number": "T1",
    "state": "in_transit",
    "shipped_at": "2026-03-01T12:00:00+08:00",
}


def order(played: Stage, number: str = "S1", status: str = "paid", **more: Any) -> str:
    """An order of the stage's consumer: 100 and 50 yuan, 6 yuan freight; the merchant is the stage's."""
    known = played.orders[0]
    values: dict[str, Any] = {
        "merchant": known["merchant"],
        "buyer": known["buyer"],
        "status": status,
        "freight_fen": 600,
        "ordered_at": "2026-03-01T09:00:00+08:00",
        "paid_at": None if status == "placed" else "2026-03-01T09:05:00+08:00",
    }
    made = record(number, line(1, 10_000), line(2, 5_000), **(values | more))
    marketplace.take_orders(actor=PROGRAM, at=AT, batch=[made], source="import")
    return number


def ask(played: Stage, service: str, number: str = "S1", who: str = "consumer", **more: Any) -> Opened:
    details = {"change_address": ADDRESS, "change_recipient": {"recipient": "王小明"}}.get(service, {})
    new = NewService(**({"service": service, "order_number": number, "details": details} | more))
    return actions.open_service(actor=played.who(who), at=AT, new=new)


def run(at: datetime = AT + timedelta(minutes=1)) -> None:
    """Let every job run that is due by then."""
    time.set_drill_time(at)
    drain(at=at)


def then(**later: float) -> datetime:
    """It is so much later now, and every job has run that was due by then."""
    at = AT + timedelta(**later)
    run(at)
    return at


def credit(case_id: UUID, at: datetime) -> None:
    """The payment side tells that everything of the case arrived."""
    time.set_drill_time(at)
    crediting.credit(money_queries.refunds_of(case_id), at=at)
    drain(at=at)


def state(case_id: UUID) -> str:
    return cases.get(case_id).state


def said(case_id: UUID) -> list[str]:
    """Names of the flow's own events, without what was told."""
    names = [e.event for e in journal.entries_of(case_id)]
    return [
        name.removeprefix("order.") for name in names if name.startswith("order.") and name != "order.told"
    ]


def verdicts(case_id: UUID) -> dict[str, str | None]:
    return {s.clock.clause_id: s.clock.verdict for s in clocks.of(case_id)}


def told(case_id: UUID) -> set[str]:
    return {notice.kind for notice in notices.notices_of(case_id)}


def instruction(case_id: UUID) -> Instruction:
    return Instruction.objects.get(case_id=case_id)
