"""A rulebook of one clause in a database marked as a drill's, at a fixed time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.norms import actions as norms
from bihuan.norms import cache, reading
from bihuan.norms.tests.books import KNOWN, write_book

AT = datetime(2026, 9, 20, tzinfo=UTC)


@pytest.fixture
def small_book(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Path]:
    """Only PCN-3.4.b is in force; nobody needs a second factor."""
    settings.MFA_REQUIRED_ROLES = []
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(reading, "SHIPPED", tmp_path)
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    write_book(tmp_path)
    norms.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)
    yield tmp_path
    time._kinds.clear()
    cache.forget()
