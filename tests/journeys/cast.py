"""Which order of the demo's consumer is of which shop, and who works there: printed as JSON."""

from __future__ import annotations

import json
import os
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
    from bihuan.marketplace import queries as marketplace
    from bihuan.project.demo import PHONE

    (buyer,) = accounts.find_by_phone(phone=PHONE, actor=PROGRAM, at=now())
    order = marketplace.orders_of(actor=PROGRAM, person_id=buyer)[0]
    shop = marketplace.organisation_of(order.number)
    clerk = Person.objects.filter(organisation_id=shop, username__startswith="merchant").first()
    print(json.dumps({"order": order.number, "merchant": str(clerk and clerk.username)}))
