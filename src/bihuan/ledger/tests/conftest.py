from __future__ import annotations

from typing import Any

import pytest

from bihuan.ledger.tests.world import World
from bihuan.money.tests.conftest import bank

__all__ = ["bank"]


@pytest.fixture
def world(settings: Any) -> World:
    """Needs the database; the auditor signs in without a second factor."""
    settings.MFA_REQUIRED_ROLES = []
    return World()
