"""A stage with people and orders in a database marked as a drill's, at a fixed time; built once a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from bihuan.complaints import stage
from bihuan.journal import time
from bihuan.orders.tests.play import AT


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
