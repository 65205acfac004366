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

    from bihuan.journal.time import now
    from bihuan.money.models import Refund
    from bihuan.project.crediting import credit

    print(json.dumps(credit(Refund.objects.filter(state="initiated"), at=now())))
