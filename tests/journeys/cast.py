"""Which order of the demo's consumer is of which shop, and who works there: printed as JSON.

Two orders: one of the demo that nobody asked anything about and that cost enough, and a coat of some weeks.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

from bihuan.project.runtime.environment import database

ENOUGH = 40_000
"""Fen: what the journey refunds is less."""

with database(Path(os.environ["BIHUAN_HOME"]), say=lambda _: None) as variables:
    os.environ.update(variables)
    import django

    django.setup()

    from bihuan.accounts import actions as accounts
    from bihuan.accounts.models import Person
    from bihuan.cases.models import Case
    from bihuan.journal.actor import PROGRAM
    from bihuan.journal.time import now
    from bihuan.marketplace import actions as orders
    from bihuan.marketplace import demo
    from bihuan.marketplace import queries as marketplace
    from bihuan.project.demo import PHONE

    def at_work_for(number: str) -> str:
        shop = marketplace.organisation_of(number)
        clerk = Person.objects.filter(organisation_id=shop, username__startswith="merchant").first()
        return str(clerk and clerk.username)

    (buyer,) = accounts.find_by_phone(phone=PHONE, actor=PROGRAM, at=now())
    mine = marketplace.orders_of(actor=PROGRAM, person_id=buyer)
    asked = set(Case.objects.values_list("order_number", flat=True))
    order = next(o for o in mine if o.number not in asked and o.lines[0].paid_fen >= ENOUGH)
    at = now()

    def bought(letter: str, ware: str, days: int) -> str:
        """The number of an order that arrived so many days ago."""
        made = demo.purchase(
            number=f"{letter}{at:%Y%m%d%H%M%S}", ware=ware,
            buyer={"ref": order.buyer.ref, "registered": True},
            ordered_at=at - timedelta(days=days + 3), shipped_at=at - timedelta(days=days + 2),
            delivered_at=at - timedelta(days=days),
        )  # fmt: skip
        taken = orders.take_orders(actor=PROGRAM, at=at, batch=[made], source="import")
        assert not taken.rejected, taken.rejected
        return str(made["number"])

    coat = bought("J", "羊毛混纺大衣", 20)
    cast = {
        "order": order.number, "merchant": at_work_for(order.number),
        "coat": coat, "tailor": at_work_for(coat),
    }  # fmt: skip
    print(json.dumps(cast))
