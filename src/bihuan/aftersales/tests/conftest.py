"""A stage with people and orders in a drill's database, and an order made for after-sales."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from bihuan.aftersales.stage import take_order
from bihuan.complaints import stage
from bihuan.journal import time

AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def set_stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[stage.Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        time.mark_deployment("drill")
        time.set_drill_time(AT)
        built = stage.build(at=AT, count=6)
        take_order(built.orders[0], at=AT)
        yield built
        transaction.set_rollback(True)
    time._kinds.clear()


@pytest.fixture
def played(set_stage: stage.Stage, db: None) -> stage.Stage:
    time.set_drill_time(AT)
    return set_stage
