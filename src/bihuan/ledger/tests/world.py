"""A merchant's order and people of every part, over the real stage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from bihuan.complaints import stage
from bihuan.complaints.tests.test_pages_consumer import signed_in
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.ledger import actions, queries
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import RefundAnswer, RefundState
from bihuan.money import actions as money
from bihuan.money.models import Refund


class World:
    """A merchant's order, and a client for each part."""

    def __init__(self) -> None:
        self.on = stage.build(at=now(), count=6)
        self.merchant: UUID = self.on.who("merchant1").organisation_id or uuid4()
        numbers = [str(order["number"]) for order in self.on.orders]
        self.order = next(n for n in numbers if marketplace.organisation_of(n) == self.merchant)
        self.paid = max(line.paid_fen for line in marketplace.payable(self.order).lines)

    def client(self, part: str) -> Client:
        return signed_in(self.on.who(part))

    def ask(self, amount: int, key: str = "refund-0001", part: str = "agent", **more: Any) -> Refund:
        given = {"order_number": self.order, "kind": "goodwill", "beyond_price": True, "rule": "remedy.R1"}
        actor = self.on.who(part)
        return money.request_refund(actor=actor, at=now(), key=key, amount_fen=amount, **(given | more))

    def credited(self) -> Refund:
        row = self.ask(1_200)
        money.send(actor=PROGRAM, at=now(), refund_id=row.id)
        answer = RefundAnswer(row.key, RefundState.CREDITED, row.amount_fen, at=now())
        money.take_callback(actor=PROGRAM, at=now(), answer=answer)
        actions.catch_up(actor=PROGRAM, at=now() + timedelta(minutes=1), since=queries.BEGINNING)
        return row
