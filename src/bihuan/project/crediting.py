"""The payment side in demonstration, drill and tests: it says that what it sent on its way has arrived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bihuan.journal.actor import PROGRAM
from bihuan.marketplace.port import RefundAnswer, RefundState
from bihuan.money import actions as money
from bihuan.money.models import Refund
from bihuan.money.workflow import State


def credit(refunds: Iterable[Refund], *, at: datetime) -> int:
    """Those of them that are on their way arrived at ``at``; how many that are."""
    on_their_way = [row for row in refunds if row.state == State.INITIATED]
    for row in on_their_way:
        answer = RefundAnswer(
            key=row.key, state=RefundState.CREDITED, amount_fen=row.amount_fen,
            reference=f"PAY{row.id.hex[:12]}", at=at,
        )  # fmt: skip
        money.take_callback(actor=PROGRAM, at=at, answer=answer)
    return len(on_their_way)
