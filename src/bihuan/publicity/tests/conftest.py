"""The shipped rulebooks in a database marked as a drill's, at a fixed time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client

from bihuan.journal import time
from bihuan.norms import cache as norms_cache

AT = datetime(2026, 4, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def visitor(db: None) -> Iterator[Client]:
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    cache.clear()
    yield Client(headers={"accept-language": "en"})
    time._kinds.clear()
    norms_cache.forget()
    cache.clear()
