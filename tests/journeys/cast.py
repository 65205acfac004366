"""Which order of the demo's consumer is of which shop, and who works there: printed as JSON.

Two orders: one of the demo, and a coat that the consumer bought meanwhile and has had for some weeks.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

from bihuan.project.runtime.environment import database

with database(Path(os.environ["BIHUAN_HOME"]), say=lambda _: None) as variables:
    os.environ.update(variables)
    import django

    django.setup()

    from bihuan.accounts import actions as accounts
    from bihuan.accounts.models import Person
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
    order = marketplace.orders_of(actor=PROGRAM, person_id=buyer)[0]
    at = now()
    coat = demo.purchase(
        number=f"J{at:%Y%m%d%H%M%S}", ware="羊毛混纺大衣", buyer={"ref": order.buyer.ref, "registered": True},
        ordered_at=at - timedelta(days=23), shipped_at=at - timedelta(days=22),
        delivered_at=at - timedelta(days=20),
    )  # fmt: skip
    taken = orders.take_orders(actor=PROGRAM, at=at, batch=[coat], source="import")
    assert not taken.rejected, taken.rejected
    cast = {
        "order": order.number, "merchant": at_work_for(order.number), "coat": str(coat["number"]),
        "tailor": at_work_for(str(coat["number"])),
    }  # fmt: skip
    print(json.dumps(cast))
