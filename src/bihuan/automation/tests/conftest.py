"""A stage with people and orders in a database marked as a drill's, at a fixed time.

The stage is built once a module, in a transaction that is rolled back at its end; each test runs in
one of its own inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from bihuan.complaints import stage
from bihuan.journal import time

AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def set_stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[stage.Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        time.mark_deployment("drill")
        time.set_drill_time(AT)
        yield stage.build(at=AT, count=6)
        transaction.set_rollback(True)
    time._kinds.clear()


@pytest.fixture
def played(set_stage: stage.Stage, db: None) -> stage.Stage:
    time.set_drill_time(AT)
    return set_stage
