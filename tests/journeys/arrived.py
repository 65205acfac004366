"""The payment side says that every refund that it was asked for arrived; printed: how many."""

from __future__ import annotations

import json
import os
from pathlib import Path

from bihuan.project.runtime.environment import database

with database(Path(os.environ["BIHUAN_HOME"]), say=lambda _: None) as variables:
    os.environ.update(variables)
    import django

    django.setup()

    from bihuan.journal.actor import PROGRAM
    from bihuan.journal.time import now
    from bihuan.marketplace.port import RefundAnswer, RefundState
    from bihuan.money import actions as money
    from bihuan.money.models import Refund

    under_way = list(Refund.objects.filter(state="initiated"))
    for one in under_way:
        answer = RefundAnswer(
            key=one.key, state=RefundState.CREDITED, amount_fen=one.amount_fen, reference="P-1", at=now()
        )
        money.take_callback(actor=PROGRAM, at=now(), answer=answer)
    print(json.dumps(len(under_way)))
