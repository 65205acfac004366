"""A stage with people and orders in a database marked as a drill's, at a fixed time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bihuan.complaints import stage
from bihuan.journal import time

AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def played(db: None) -> stage.Stage:
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    return stage.build(at=AT, count=6)
