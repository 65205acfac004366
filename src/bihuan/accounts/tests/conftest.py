from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from bihuan.accounts import limits
from bihuan.accounts.actions import codes, erasure
from bihuan.journal import time


@pytest.fixture(autouse=True)
def _module(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The module's pages alone, an empty home, no ports and no limits used up."""
    settings.ROOT_URLCONF = "bihuan.accounts.tests.urls"
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
    settings.HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    limits.forget_leases()
    senders, checks = list(codes._senders), list(erasure._checks)
    codes._senders.clear()
    erasure._checks.clear()
    yield
    codes._senders[:] = senders
    erasure._checks[:] = checks
    time._kinds.clear()


@pytest.fixture
def demo(db: None) -> None:
    time.mark_deployment("demo")
