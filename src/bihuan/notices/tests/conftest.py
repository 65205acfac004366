from __future__ import annotations

from collections.abc import Iterator

import pytest

from bihuan.notices.ports import choice
from bihuan.notices.ports.station import StationPort
from bihuan.notices.tests.factories import FakePort
from bihuan.notices.tests.gateway import Gateway


@pytest.fixture
def sms() -> Iterator[FakePort]:
    """SMS that answers as told, and the station; nothing else is set up."""
    port = FakePort()
    choice.install({"sms": port, "station": StationPort()})
    yield port
    choice.install({})


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.close()
