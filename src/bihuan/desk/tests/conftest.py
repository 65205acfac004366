"""The stage of the complaints' tests, and people at their desks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from bihuan.complaints import stage
from bihuan.complaints.tests.conftest import AT, played, set_stage
from bihuan.complaints.tests.play import owned
from bihuan.complaints.tests.test_pages_consumer import signed_in

__all__ = ["AT", "played", "set_stage"]
HX = {"HX-Request": "true"}


@pytest.fixture
def case_id(played: stage.Stage) -> UUID:
    """An accepted case of the agent's."""
    return owned(played)


@pytest.fixture
def desk(played: stage.Stage) -> Client:
    return signed_in(played.who("agent"))


@pytest.fixture
def boss(played: stage.Stage) -> Client:
    return signed_in(played.who("supervisor"))


@pytest.fixture
def at() -> datetime:
    return AT
